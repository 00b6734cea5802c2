/** A log of PostgreSQL in a bucket, on every server at hand: killed, published by several at once, tampered with, fetched, and verified by the verifier that stands alone. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { fetchBucket, type FetchReport, type OpenLog, verifyFolder } from '@writ/core';
import { openPostgresLog } from '@writ/core/postgres';
import { formatVerifierKey, type VerifierKey } from '@writ/core/proof';
import { openDraft, SAMPLE_CHECKPOINT_KEY, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import type { S3Store } from '@writ/s3';
import { testServer } from '../../../scripts/testing/postgres-server.ts';
import { bucketServers, newBucket, type TestBucket } from './buckets.ts';
import type { PublisherTask } from './publisher-process.ts';

const PROGRAM = fileURLToPath(new URL('./publisher-process.ts', import.meta.url));
const VERIFIER = join(import.meta.dirname, '../../core/verify/verify.mjs');
const PUBLISH_STEPS = [
  'publish/between-files',
  'publish/before-checkpoint',
  'publish/after-checkpoint',
] as const;
/** Longest that five processes take to start, one after the other, on a machine that others use too. */
const KILLS_MS = 180_000;
const keys: readonly VerifierKey[] = [SAMPLE_CHECKPOINT_KEY.verifierKey];

const servers = await bucketServers();
const postgres = await testServer();
const url = postgres?.url ?? 'postgres://127.0.0.1:1/none';
const database = openPostgres({ url });
const schemas: string[] = [];
afterAll(async () => {
  if (postgres === undefined) return;
  const session = await database.connect();
  for (const schema of schemas) await session.script(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await session.close();
  await database.close();
  await postgres.stop();
});

function newSchema(): string {
  const schema = `writ_s3_${process.pid}_${schemas.length}`;
  schemas.push(schema);
  return schema;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-s3-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function openIn(bucket: TestBucket, schema: string): Promise<OpenLog> {
  const store = await bucket.open({ prefix: 'logs/one' });
  const publishTo = { kind: 'bucket', store } as const;
  const log = await openPostgresLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    database,
    schema,
    publishTo,
  });
  onTestFinished(async () => {
    await log.close().catch(() => {});
    store.close();
  });
  return log;
}

let drafts = 0;
async function write(log: OpenLog, count: number): Promise<void> {
  const some = Array.from({ length: count }, () => openDraft(`s${(drafts += 1)}`));
  await Promise.all(some.map((draft) => log.writer.append(draft)));
}

async function allNames(store: S3Store): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of store.versions('')) names.push(name);
  return names;
}

/** Fetches, and verifies what was fetched in both ways. */
async function audit(bucket: TestBucket, minimumSize: number): Promise<FetchReport> {
  const [to, home] = [folder(), folder()];
  const store = await bucket.open({ prefix: 'logs/one' });
  const report = await fetchBucket({ store, folder: to, keys });
  store.close();
  expect(await verifyFolder(to, { keys, minimumSize })).toMatchObject({ ok: true, problems: [] });
  writeFileSync(join(home, 'log.vkey'), formatVerifierKey(SAMPLE_CHECKPOINT_KEY.verifierKey));
  const ran = spawnSync(process.execPath, [VERIFIER, to, '--key', join(home, 'log.vkey')]);
  expect(ran.status).toBe(0);
  return report;
}

describe.skipIf(postgres === undefined).each(servers)('a log in a bucket on $name', (server) => {
  test('is verified by the verifier that stands alone, and the bucket holds nothing else', async () => {
    const [bucket, schema] = [await newBucket(server), newSchema()];
    const log = await openIn(bucket, schema);
    await write(log, 300);
    await log.publish();
    await write(log, 300);
    await log.close();
    expect(await audit(bucket, 602)).toMatchObject({ findings: [], checkpoint: { size: 602 } });
  });

  test('whose publisher is killed between any two files is published whole by the next', {
    timeout: KILLS_MS,
  }, async () => {
    const [bucket, schema] = [await newBucket(server), newSchema()];
    const { now: _now, ...options } = bucket.options;
    const first = await openIn(bucket, schema);
    await first.publish();
    for (const [at, step] of PUBLISH_STEPS.entries())
      for (const after of step === 'publish/between-files' ? [0, 2, 5] : [0]) {
        const task: PublisherTask = {
          url,
          schema,
          name: `killed-${at}-${after}`,
          entries: 150,
          rounds: 4,
          bucket: { ...options, prefix: 'logs/one' },
          faults: [{ step, action: 'kill', after }],
        };
        const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], { stdio: 'inherit' });
        onTestFinished(() => void child.kill('SIGKILL'));
        expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
        // Whatever was under way: readers see a log that is whole.
        await audit(bucket, 1);
      }
    const size = await first.publish();
    expect(await audit(bucket, size)).toMatchObject({ findings: [], checkpoint: { size } });
  });

  test('published by two processes at once is one log, and its end is shown', async () => {
    const [bucket, schema] = [await newBucket(server), newSchema()];
    const logs = [await openIn(bucket, schema), await openIn(bucket, schema)];
    for (let round = 0; round < 4; round += 1)
      await Promise.all(
        logs.map(async (log) => {
          await write(log, 70);
          await log.publish();
        }),
      );
    await Promise.all(logs.map((log) => log.close()));
    expect(await audit(bucket, 4 * 140 + 4)).toMatchObject({ findings: [], checkpoint: { size: 564 } });
  });

  test('has its bodies in another bucket, without lock: read there, and erased there', async () => {
    const [bucket, schema] = [await newBucket(server, false), newSchema()];
    const store = await bucket.open({ prefix: 'bodies-of/one' });
    onTestFinished(() => store.close());
    const getNow = (name: string, maximum: number): Uint8Array | undefined => store.getNow(name, maximum);
    const bodies = { store, getNow };
    const log = await openPostgresLog({
      ...sampleLogIdentity(),
      ...SAMPLE_LOG_KEYS,
      database,
      schema,
      bodies,
    });
    onTestFinished(() => log.close().catch(() => {}));
    const drafts = ['one', 'two'].map((name) => openDraft(name, { committed: { name } }));
    await Promise.all(drafts.map((draft) => log.writer.append(draft)));
    const before = [log.reader.body(1), log.reader.body(2)];
    await log.publish();
    expect((await allNames(store)).length).toBe(2);
    expect([log.reader.body(1), log.reader.body(2)]).toEqual(before);
    await store.remove('bodies/0000000000000001');
    expect(() => log.reader.body(1)).toThrow(expect.objectContaining({ code: 'log.body-erased' }));
    expect(log.reader.body(2)).toEqual(before[1]);
  });

  test('is fetched as the lock kept it, and what its administrator did is named', async () => {
    const [bucket, schema] = [await newBucket(server), newSchema()];
    const log = await openIn(bucket, schema);
    await write(log, 300);
    await log.publish();
    const store = await bucket.open();
    const older = await store.get('logs/one/checkpoint', 10_000);
    await write(log, 300);
    await log.publish();
    const { administrator } = bucket;
    const forged = Buffer.from('log.example/test\n900\nAAAA\n\n— log.example/test AAAA\n');
    await administrator.overwrite('logs/one/tile/0/000', new Uint8Array(8192));
    await administrator.hide('logs/one/tile/entries/001');
    expect(await administrator.purge('logs/one/tile/entries/001')).toBeGreaterThan(0);
    await administrator.overwrite('logs/one/checkpoint', older?.bytes ?? new Uint8Array());
    await administrator.overwrite('logs/one/checkpoints/0000000000000900', forged);
    const { findings } = await audit(bucket, 601);
    expect(findings.map(({ kind, place }) => `${kind} ${place}`).sort()).toEqual([
      'checkpoint-forged checkpoints/0000000000000900',
      'checkpoint-put-back checkpoint',
      'object-hidden tile/entries/001',
      'object-overwritten tile/0/000',
    ]);
    store.close();
  });
});
