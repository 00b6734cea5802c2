/** Buckets on every server at hand: the contract of targets, the lock, what is refused, and what is never said. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { GetObjectRetentionCommand, PutObjectRetentionCommand } from '@aws-sdk/client-s3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ObjectVersion } from '@writ/core';
import { bucketWorld, TARGET_CONTRACT } from '@writ/core/testing';
import { openS3, type S3Options } from '@writ/s3';
import { bucketServers, newBucket } from './buckets.ts';

const DAY_MS = 86_400_000;
const servers = await bucketServers();
async function allOf(versions: AsyncIterable<ObjectVersion>): Promise<readonly ObjectVersion[]> {
  const all: ObjectVersion[] = [];
  for await (const version of versions) all.push(version);
  return all;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(servers)('a bucket on $name', (server) => {
  describe.each([true, false])('locked: %s', (isLocked) => {
    test.each(TARGET_CONTRACT)('$name', async ({ run }) => {
      const bucket = await newBucket(server, isLocked);
      const stores = Array.from({ length: 4 }, () => bucket.open());
      await run(bucketWorld(await Promise.all(stores), bucket.administrator));
    });
  });

  test('keeps what is put under a lock from everybody, and hides it at most', async () => {
    const bucket = await newBucket(server);
    const store = await bucket.open();
    await store.put('tile/0/000', utf8('one'), { kind: 'absent' });
    await bucket.administrator.hide('tile/0/000');
    expect(await store.get('tile/0/000', 10)).toBeUndefined();
    expect(await bucket.administrator.purge('tile/0/000')).toBe(1);
    const [version, ...others] = await allOf(store.versions(''));
    expect(others).toEqual([]);
    expect(version).toMatchObject({ name: 'tile/0/000', length: 3, isLatest: false });
    const one = { Bucket: bucket.name, Key: 'tile/0/000', VersionId: version?.version };
    const soon = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(Date.now() + 1_000) };
    await expect(
      bucket.client.send(new PutObjectRetentionCommand({ ...one, Retention: soon })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    const kept = await store.get('tile/0/000', 10, version?.version);
    expect(Buffer.from(kept?.bytes ?? []).toString()).toBe('one');
  });

  test('answers versions by name, the newest first, page after page, behind any name', async () => {
    const bucket = await newBucket(server);
    const store = await bucket.open({ prefix: 'a/log' });
    const names = Array.from({ length: 1_050 }, (_, at) => `x/${String(at).padStart(4, '0')}`);
    for (let at = 0; at < names.length; at += 50)
      await Promise.all(names.slice(at, at + 50).map((name) => store.put(name, utf8(name))));
    await store.put('x/0007', utf8('again'));
    await bucket.administrator.overwrite('a/other', utf8('not ours'));
    const all = await allOf(store.versions('x/'));
    expect(all.map(({ name }) => name)).toEqual([...names, 'x/0007'].sort());
    expect(all[7]).toMatchObject({ name: 'x/0007', length: 5, isLatest: true });
    expect(all[8]).toMatchObject({ name: 'x/0007', length: 6, isLatest: false });
    const behind = await allOf(store.versions('x/', 'x/1044'));
    expect(behind.map(({ name }) => name)).toEqual(names.slice(1_045));
  });

  test('without object lock is refused, unless that was said', async () => {
    const bucket = await newBucket(server, false);
    const lock = { mode: 'compliance', days: 1 } as const;
    await expect(bucket.open({ objectLock: lock })).rejects.toMatchObject({ code: 'config.invalid' });
    await expect(bucket.open()).resolves.toMatchObject({ isLocked: false });
  });

  test('that is not there is a failure, never an empty one', async () => {
    const { options } = await newBucket(server, false);
    const bucket = 'writ-test-not-there';
    await expect(
      openS3({ ...options, bucket, objectLock: { mode: 'compliance', days: 1 } }),
    ).rejects.toMatchObject({ code: 'log.unavailable' });
    const store = await openS3({ ...options, bucket });
    await expect(store.get('checkpoint', 10)).rejects.toMatchObject({ code: 'log.unavailable' });
  });

  test('asked with another secret fails, and says nothing of either', async () => {
    const bucket = await newBucket(server);
    const credentials = { accessKeyId: server.account.accessKeyId, secretAccessKey: 'not-the-secret' };
    const fault: unknown = await bucket.open({ credentials }).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ code: 'log.unavailable', data: { status: 403 } });
    const shown = inspect(fault, { depth: 20, showHidden: true });
    for (const secret of [credentials.secretAccessKey, credentials.accessKeyId, 'AWS4-HMAC', 'authorization'])
      expect(shown).not.toContain(secret);
  });

  test('hands out nothing longer than asked for', async () => {
    const store = await (await newBucket(server, false)).open();
    await store.put('long', new Uint8Array(1_000));
    await expect(store.get('long', 999)).rejects.toMatchObject({ code: 'log.unavailable' });
    expect((await store.get('long', 1_000))?.bytes.length).toBe(1_000);
  });

  test('is read by a thread that waits, as by one that does not', async () => {
    const store = await (await newBucket(server, false)).open();
    onTestFinished(() => store.close());
    await store.put('bodies/1', utf8('sealed'));
    expect(Buffer.from(store.getNow('bodies/1', 10) ?? []).toString()).toBe('sealed');
    expect(store.getNow('bodies/2', 10)).toBeUndefined();
    expect(() => store.getNow('bodies/1', 5)).toThrow(expect.objectContaining({ code: 'log.unavailable' }));
    store.close();
    expect(() => store.getNow('bodies/1', 10)).toThrow(expect.objectContaining({ code: 'log.closed' }));
  });

  test.each([
    ['compliance', 'COMPLIANCE'],
    ['governance', 'GOVERNANCE'],
  ] as const)('keeps objects in the mode %s for the days that were said', async (mode, said) => {
    const bucket = await newBucket(server);
    const now = Date.now();
    const store = await bucket.open({ objectLock: { mode, days: 30 }, now: () => now });
    await store.put('checkpoint', utf8('x'));
    const { Retention } = await bucket.client.send(
      new GetObjectRetentionCommand({ Bucket: bucket.name, Key: 'checkpoint' }),
    );
    expect(Retention?.Mode).toBe(said);
    expect(Math.abs((Retention?.RetainUntilDate?.getTime() ?? 0) - now - 30 * DAY_MS)).toBeLessThan(2_000);
  });
});

describe('a server', () => {
  const options: S3Options = {
    bucket: 'writ-log',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    objectLock: 'none',
    now: () => 0,
  };

  async function serverThat(
    handle: (count: number) => number | undefined,
  ): Promise<{ endpoint: string; count: () => number }> {
    let count = 0;
    const server = createServer((_request, response) => {
      count += 1;
      const status = handle(count);
      if (status !== undefined) response.writeHead(status, { etag: '"x"', 'content-length': '0' }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address() as { port: number };
    return { endpoint: `http://127.0.0.1:${address.port}`, count: () => count };
  }

  test('that fails for a moment is asked again', async () => {
    const { endpoint, count } = await serverThat((at) => (at < 3 ? 503 : 200));
    const store = await openS3({ ...options, endpoint });
    await expect(store.put('tile/0/000', utf8('x'))).resolves.toBe(true);
    expect(count()).toBe(3);
  });

  test('that goes on failing is said to, after as many attempts as were asked for', async () => {
    const { endpoint, count } = await serverThat(() => 503);
    const store = await openS3({ ...options, endpoint, attempts: 2 });
    await expect(store.put('tile/0/000', utf8('x'))).rejects.toMatchObject({
      code: 'log.unavailable',
      data: { status: 503 },
    });
    expect(count()).toBe(2);
  });

  test('that never answers is not waited for longer than was said', async () => {
    const { endpoint } = await serverThat(() => undefined);
    const store = await openS3({ ...options, endpoint, timeoutMs: 50 });
    await expect(store.length('checkpoint')).rejects.toMatchObject({ code: 'log.unavailable' });
  });

  test.each([
    ['a password in the address', { endpoint: 'https://user:pass@s3.example' }],
    ['no address', { endpoint: 'there' }],
    ['one that anybody on the way can read', { endpoint: 'http://s3.example' }],
    ['a lock without days', { objectLock: { mode: 'compliance', days: 0 } }],
    ['a bucket that is none', { bucket: 'Not_A_Bucket' }],
    ['a prefix that leaves its place', { prefix: '/a//b' }],
  ] as const)('is not asked with %s', async (_what, changes) => {
    const fault: unknown = await openS3({ ...options, ...changes }).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ code: 'config.invalid' });
    expect(String(fault)).not.toContain('pass');
  });
});
