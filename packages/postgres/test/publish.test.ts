/** A log in PostgreSQL, published: to a folder and to a bucket, by several at once, by ones that are killed, with witnesses. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openPostgresLog, type PostgresLogOptions, type PublishPlace } from '@writ/core/postgres';
import { Fault, openCosignedStore, type OpenLog, utf8, verifyFolder, Witness } from '@writ/core';
import { formatVerifierKey, type NoteSigner, parseTrustPolicy, type TrustPolicy } from '@writ/core/proof';
import {
  committed,
  fakeClock,
  faultyObjectStore,
  memoryBucket,
  type MemoryBucket,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  sampleSigner,
} from '@writ/core/testing';
import { TABLES } from './edits.ts';
import { postgresTests } from './tests.ts';
import { startWriter } from './writers.ts';

const VERIFIER = join(import.meta.dirname, '../../core/verify/verify.mjs');
/** More than a bundle. */
const ENTRIES = 300;
const PUBLISH_STEPS = [
  'publish/before-tiles',
  'publish/between-files',
  'publish/before-checkpoint',
  'publish/after-checkpoint',
] as const;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const { database, url, newSchema, isThere } = await postgresTests();

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-pg-publish-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const bucketPlace = ({ store }: MemoryBucket): PublishPlace => ({ kind: 'bucket', store });

async function openIn(
  schema: string,
  publishTo: PublishPlace,
  changes: Partial<PostgresLogOptions> = {},
): Promise<OpenLog> {
  const log = await openPostgresLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    database,
    schema,
    publishTo,
    ...changes,
  });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

async function script(statements: readonly string[]): Promise<void> {
  const session = await database.connect();
  await session.script(statements.join(';'));
  await session.close();
}

let drafts = 0;
async function write(log: OpenLog, count: number): Promise<void> {
  const some = Array.from({ length: count }, () => openDraft(`p${(drafts += 1)}`));
  await Promise.all(some.map((draft) => log.writer.append(draft)));
}

/** What a reader of the bucket sees, as files. */
function download(bucket: MemoryBucket): string {
  const path = folder();
  for (const [name, bytes] of bucket.files()) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
  return path;
}

const keysOf = (log: OpenLog): { readonly keys: readonly OpenLog['verifierKey'][] } => ({
  keys: [log.verifierKey],
});

describe.skipIf(!isThere)('a log in PostgreSQL', () => {
  test('published to a folder verifies, and goes on to be', async () => {
    const path = folder();
    const log = await openIn(newSchema(), { kind: 'folder', path });
    await write(log, ENTRIES);
    expect(await log.publish()).toBe(log.reader.size());
    expect(await verifyFolder(path, keysOf(log))).toMatchObject({ ok: true, size: ENTRIES + 1 });
    await write(log, ENTRIES);
    await log.close();
    expect(await verifyFolder(path, keysOf(log))).toMatchObject({ ok: true, size: 2 * ENTRIES + 2 });
  });

  test('published to a bucket is verified by the verifier that stands alone', async () => {
    const bucket = memoryBucket();
    const log = await openIn(newSchema(), bucketPlace(bucket));
    await write(log, ENTRIES);
    await log.close();
    const path = download(bucket);
    writeFileSync(join(path, 'log.vkey'), formatVerifierKey(log.verifierKey));
    const ran = spawnSync(process.execPath, [VERIFIER, path, '--key', join(path, 'log.vkey')], {
      encoding: 'utf8',
    });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.stdout).toContain(String(ENTRIES + 2));
  });

  test('is published at intervals, and says why where it was not', async () => {
    const runs = new Map<number, () => void>();
    const faults: unknown[] = [];
    const bucket = memoryBucket();
    let isDown = false;
    const store = faultyObjectStore(bucket.store, () => (isDown ? 'fails' : 'works'));
    const log = await openIn(
      newSchema(),
      { kind: 'bucket', store },
      {
        timer: { every: (ms, run) => (runs.set(ms, run), () => {}) },
        onPublishFault: (fault) => faults.push(fault),
      },
    );
    // A minute to a bucket: each time leaves files that its lock keeps.
    runs.get(60_000)?.();
    await vi.waitFor(() => expect(bucket.files().has('checkpoint')).toBe(true));
    isDown = true;
    await write(log, 1);
    runs.get(60_000)?.();
    await vi.waitFor(() => expect(faults).toEqual([expect.objectContaining({ code: 'log.unavailable' })]));
    // The log itself goes on.
    await write(log, 1);
    isDown = false;
    expect(await log.publish()).toBe(3);
  });

  test.each(['honoured', 'ignored', 'refused'] as const)(
    'published by several processes at once, where conditions are %s, is whole and shows its end',
    async (conditions) => {
      const bucket = memoryBucket({ conditions });
      const schema = newSchema();
      const logs = [];
      for (let at = 0; at < 3; at += 1) logs.push(await openIn(schema, bucketPlace(bucket)));
      for (let round = 0; round < 5; round += 1)
        await Promise.all(
          logs.map(async (log) => {
            await write(log, 40);
            await log.publish();
          }),
        );
      await Promise.all(logs.map((log) => log.close()));
      const report = await verifyFolder(download(bucket), keysOf(logs[0]!));
      expect(report).toMatchObject({ ok: true, size: 3 * 5 * 40 + 6, problems: [] });
    },
  );

  test.each(PUBLISH_STEPS)('whose process is killed at %s is published whole by the next', async (step) => {
    const path = folder();
    const schema = newSchema();
    const first = await openIn(schema, { kind: 'folder', path });
    await write(first, 10);
    await first.publish();
    const task = { url, schema, name: 'killed', callers: 4, count: 80, folder: path };
    const writer = startWriter({ ...task, faults: [{ step, action: 'kill', after: 1 }] });
    expect(await writer.ended).toEqual({ code: null, signal: 'SIGKILL' });
    // What readers see at this moment is a smaller log, and whole.
    expect(await verifyFolder(path, keysOf(first))).toMatchObject({ ok: true, problems: [] });
    const size = await first.publish();
    expect(await verifyFolder(path, keysOf(first))).toMatchObject({ ok: true, size });
  });

  test('of which a row was edited is not published', async () => {
    const bucket = memoryBucket();
    const schema = newSchema();
    const log = await openIn(schema, bucketPlace(bucket));
    await write(log, 10);
    await log.publish();
    await write(log, 10);
    await script([`UPDATE ${schema}.entries SET bytes = overlay(bytes placing 'X' from 20) WHERE seq = 15`]);
    await expect(log.publish()).rejects.toMatchObject({ code: 'log.corrupt', data: { index: 15 } });
    const shown = Buffer.from(bucket.files().get('checkpoint') ?? []).toString();
    expect(shown.split('\n')[1]).toBe('11');
  });

  test('that was put back to an earlier state, server and `checkpoint` alike, is not opened again', async () => {
    const bucket = memoryBucket();
    const schema = newSchema();
    const log = await openIn(schema, bucketPlace(bucket));
    await write(log, 5);
    await log.publish();
    const checkpoint = bucket.files().get('checkpoint')!;
    await script(TABLES.map((table) => `CREATE TABLE ${schema}.old_${table} AS TABLE ${schema}.${table}`));
    await write(log, 5);
    await log.close();
    const put = (table: string): string =>
      `DELETE FROM ${schema}.${table}; INSERT INTO ${schema}.${table} TABLE ${schema}.old_${table}`;
    await script(TABLES.map(put));
    await bucket.administrator.overwrite('checkpoint', checkpoint);
    await expect(openIn(schema, bucketPlace(bucket))).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('is not opened while nobody can say how far it is published', async () => {
    const { store } = memoryBucket();
    const get = (): Promise<never> => Promise.reject(new Fault('log.unavailable', 'out of reach'));
    await expect(openIn(newSchema(), { kind: 'bucket', store: { ...store, get } })).rejects.toMatchObject({
      code: 'log.unavailable',
    });
  });
});

describe.skipIf(!isThere)('the witnesses of a log in PostgreSQL', () => {
  const policyOf = (log: OpenLog, witness: NoteSigner): TrustPolicy => {
    const [ofLog, ofWitness] = [log.verifierKey, witness.key].map(formatVerifierKey);
    const text = `log ${ofLog}\nwitness a ${ofWitness} https://w.example/a\nquorum a\n`;
    return parseTrustPolicy(sha256, utf8(text));
  };

  /** A witness in a folder, asked without a network, and what opens a log with it. */
  async function world(): Promise<(schema: string, bucket: MemoryBucket) => Promise<OpenLog>> {
    const clock = fakeClock(1_767_225_600_000);
    const signer = sampleSigner('w.example/a', 40, 'cosignature/v1');
    const store = await openCosignedStore(folder(), [signer.key]);
    onTestFinished(() => store.close());
    const known = await openIn(newSchema(), bucketPlace(memoryBucket()));
    const witness = new Witness({ signers: [signer], logs: [known.verifierKey], store, clock });
    const post = async (_url: string, body: Uint8Array): Promise<{ status: number; body: Uint8Array }> => {
      const answer = await witness.addCheckpoint(body);
      return { status: answer.status, body: utf8(answer.body) };
    };
    const witnesses = { policy: policyOf(known, signer), transport: { post } };
    return (schema, bucket) => openIn(schema, bucketPlace(bucket), { clock, witnesses });
  }

  test('cosign what is published, and the entries of every process say how far', async () => {
    const [open, bucket, schema] = [await world(), memoryBucket(), newSchema()];
    const log = await open(schema, bucket);
    await write(log, ENTRIES);
    await log.publish();
    await log.awaitWitnesses?.();
    expect(Buffer.from(bucket.files().get('checkpoint') ?? []).toString()).toContain('w.example/a');
    expect(log.unwitnessedSeconds?.()).toBe(0);
    const { index } = await committed(log, openDraft('after'));
    expect(log.reader.entry(index).entry.witnessedSize).toBe(ENTRIES + 1);
    const other = await open(schema, bucket);
    expect(other.reader.entry(index + 1).entry.witnessedSize).toBe(ENTRIES + 1);
  });

  test('who saw further than the server and the bucket reach keep it from signing anything', async () => {
    const [open, schema] = [await world(), newSchema()];
    const log = await open(schema, memoryBucket());
    await write(log, 5);
    await log.publish();
    await log.awaitWitnesses?.();
    await log.close();
    // Another server, another bucket, the same key.
    await expect(open(newSchema(), memoryBucket())).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('do not stop a process that has not heard yet how far another one came', async () => {
    const [open, bucket, schema] = [await world(), memoryBucket(), newSchema()];
    const log = await open(schema, bucket);
    await log.publish();
    await log.awaitWitnesses?.();
    const other = await open(schema, bucket);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([write(log, 7), write(other, 7)]);
      await Promise.all([log.publish(), other.publish()]);
      await Promise.all([log.awaitWitnesses?.(), other.awaitWitnesses?.()]);
    }
    await committed(log, openDraft('still'));
    await committed(other, openDraft('going'));
  });

  test('need a place where the log is published', async () => {
    const signer = sampleSigner('w.example/a', 40, 'cosignature/v1');
    const log = await openIn(newSchema(), bucketPlace(memoryBucket()));
    const witnesses = {
      policy: policyOf(log, signer),
      transport: { post: () => Promise.reject(new Error()) },
    };
    const options = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema: newSchema(), witnesses };
    await expect(openPostgresLog(options)).rejects.toMatchObject({ code: 'config.invalid' });
  });
});
