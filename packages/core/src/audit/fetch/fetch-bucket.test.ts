/** What somebody who may do everything in a bucket, and has no key of the log, can do to what is published there: each is named, and an auditor still gets the log. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  committed,
  memoryBucket,
  type MemoryBucket,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '../../testing/index.ts';
import { openLog, verifyFolder } from '../index.ts';
import { bucketTarget, Publisher, sqliteSource } from '../publish/index.ts';
import { openDatabaseForReading } from '../store/index.ts';
import { createCheckpointKey } from '../tree/index.ts';
import { fetchBucket, type FetchOptions, type FetchReport } from './index.ts';

const SIZES = [300, 600] as const;
const LAST = 'tile/entries/002.p/88';
const key = createCheckpointKey(sampleLogIdentity().origin, SAMPLE_LOG_KEYS.signingKey.seed);
const stranger = createCheckpointKey(sampleLogIdentity().origin, new Uint8Array(32).fill(99));
const keys = [key.verifierKey];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-fetch-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What is published to the bucket, in order: the log of 300 entries, then that of 600. */
let published: readonly (readonly [string, Uint8Array])[];

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'writ-fetch-log-'));
  const { store } = memoryBucket();
  const puts: (readonly [string, Uint8Array])[] = [];
  const recording: typeof store = {
    ...store,
    put: (name, bytes, condition) => {
      puts.push([name, bytes]);
      return store.put(name, bytes, condition);
    },
  };
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: home });
  const database = openDatabaseForReading(home);
  const target = bucketTarget(recording, key);
  const publisher = new Publisher({ source: sqliteSource(database), target, key, pass: () => {} });
  for (const size of SIZES) {
    while (log.reader.size() < size) await committed(log, openDraft(`d${log.reader.size()}`));
    await publisher.publish();
  }
  published = puts;
  database.close();
  await log.close();
  rmSync(home, { recursive: true });
});

async function world(isLocked = true): Promise<MemoryBucket> {
  const bucket = memoryBucket({ isLocked });
  for (const [name, bytes] of published) await bucket.store.put(name, bytes);
  return bucket;
}

async function fetched(
  bucket: MemoryBucket,
  changes: Partial<FetchOptions> = {},
): Promise<FetchReport & { ok: boolean }> {
  const to = folder();
  const report = await fetchBucket({ store: bucket.store, folder: to, keys, ...changes });
  const { ok } = await verifyFolder(to, { keys, minimumSize: 600 });
  return { ...report, ok };
}

const older = (): Uint8Array => published.find(([name]) => name === 'checkpoint')![1];
const forged = (size: number): Uint8Array => Buffer.from(stranger.sign(size, new Uint8Array(32).fill(1)));

test('a bucket that only the log has written to is fetched whole, without a finding', async () => {
  const bucket = await world();
  expect(await fetched(bucket)).toMatchObject({ ok: true, findings: [], found: 0, files: 3 + 1 + 3 });
});

describe('somebody who may do everything', () => {
  type Deed = (bucket: MemoryBucket) => Promise<void>;
  const deeds: readonly (readonly [string, Deed, object])[] = [
    [
      'overwrites a tile',
      ({ administrator }) => administrator.overwrite('tile/0/000', new Uint8Array(8192)),
      { kind: 'object-overwritten', place: 'tile/0/000' },
    ],
    [
      'overwrites entries',
      ({ administrator }) => administrator.overwrite('tile/entries/001', Buffer.from('nothing happened')),
      { kind: 'object-overwritten', place: 'tile/entries/001' },
    ],
    [
      'deletes a tile',
      ({ administrator }) => administrator.hide('tile/0/001'),
      { kind: 'object-hidden', place: 'tile/0/001' },
    ],
    [
      'deletes the last entries',
      async ({ administrator }) => {
        await administrator.hide(LAST);
        await administrator.purge(LAST);
        await administrator.hide(LAST);
      },
      { kind: 'object-hidden', place: LAST },
    ],
    [
      'puts an older checkpoint back',
      ({ administrator }) => administrator.overwrite('checkpoint', older()),
      { kind: 'checkpoint-put-back', place: 'checkpoint' },
    ],
    [
      'puts an older checkpoint back and hides the newer one under its size',
      async ({ administrator }) => {
        await administrator.overwrite('checkpoint', older());
        await administrator.hide('checkpoints/0000000000000600');
      },
      { kind: 'checkpoint-put-back', place: 'checkpoint' },
    ],
    [
      'puts an older checkpoint back, twice, and once more behind the newest in the history',
      async ({ administrator }) => {
        await administrator.overwrite('checkpoint', older());
        await administrator.overwrite('checkpoint', older());
        await administrator.overwrite('checkpoints/9000000000000000', older());
      },
      { kind: 'checkpoint-put-back', place: 'checkpoint' },
    ],
    [
      'puts a true checkpoint under a name that is not its own',
      ({ administrator }) => administrator.overwrite('checkpoints/z', older()),
      { kind: 'object-foreign', place: 'checkpoints/z' },
    ],
    [
      'puts many that are larger than any file of a log under one name',
      async ({ administrator }) => {
        for (const byte of [1, 2])
          await administrator.overwrite('tile/entries/900', new Uint8Array(17_000_000).fill(byte));
      },
      { kind: 'object-overwritten', place: 'tile/entries/900' },
    ],
    [
      'deletes the checkpoint',
      ({ administrator }) => administrator.hide('checkpoint'),
      { kind: 'checkpoint-hidden', place: 'checkpoint' },
    ],
    [
      'shows a forged checkpoint',
      ({ administrator }) => administrator.overwrite('checkpoint', forged(600)),
      { kind: 'checkpoint-forged', place: 'checkpoint' },
    ],
    [
      'adds a forged checkpoint that is larger',
      ({ administrator }) => administrator.overwrite('checkpoints/0000000000000700', forged(700)),
      { kind: 'checkpoint-forged', place: 'checkpoints/0000000000000700' },
    ],
    [
      'adds an object that a log has no use for, before all others',
      ({ administrator }) => administrator.overwrite('a/secret', Buffer.from('x')),
      { kind: 'object-foreign', place: 'a/secret' },
    ],
    [
      'adds one whose name leads out of the folder',
      ({ administrator }) => administrator.overwrite('tile/../../away', Buffer.from('x')),
      { kind: 'object-foreign', place: 'tile/../../away' },
    ],
  ];

  test.each(deeds)(
    '%s: it is named, and the log is fetched as the lock kept it',
    async (_what, deed, finding) => {
      const bucket = await world();
      await deed(bucket);
      const report = await fetched(bucket);
      expect(report.findings).toContainEqual(expect.objectContaining(finding));
      expect(report).toMatchObject({ ok: true, checkpoint: { size: 600 } });
    },
  );

  test('and had another history signed with the log’s key: both roots of one size are named', async () => {
    const bucket = await world();
    const other = Buffer.from(key.sign(600, new Uint8Array(32).fill(1)));
    await bucket.administrator.overwrite('checkpoint', other);
    const { findings } = await fetched(bucket);
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'log-forked' }));
  });

  test('without a lock takes files away for good: they are named as missing, and nothing verifies', async () => {
    const bucket = await world(false);
    await bucket.administrator.hide('tile/entries/001');
    const report = await fetched(bucket);
    expect(report.findings).toContainEqual({
      kind: 'object-missing',
      place: 'tile/entries/001',
      message: expect.any(String),
    });
    expect(report.ok).toBe(false);
  });

  test('was there before the log, which then published everything again: the newest versions are the log’s', async () => {
    const bucket = memoryBucket();
    await bucket.administrator.overwrite('tile/0/000', new Uint8Array(8192));
    for (const [name, bytes] of published) await bucket.store.put(name, bytes);
    expect((await fetched(bucket)).ok).toBe(false);
    const report = await fetched(bucket, { prefer: 'newest' });
    expect(report).toMatchObject({ ok: true, findings: [{ kind: 'object-overwritten' }] });
  });
});

test('a fetch goes on where the one before ended, and brings what was cut short again', async () => {
  const bucket = await world();
  const to = folder();
  const read: string[] = [];
  const store: typeof bucket.store = {
    ...bucket.store,
    get: (name, ...rest) => (read.push(name), bucket.store.get(name, ...rest)),
  };
  await fetchBucket({ store, folder: to, keys });
  writeFileSync(join(to, 'tile/0/001'), 'short');
  read.length = 0;
  await fetchBucket({ store, folder: to, keys });
  expect(read.filter((name) => name.startsWith('tile/'))).toEqual(['tile/0/001']);
  expect(await verifyFolder(to, { keys })).toMatchObject({ ok: true });
});

test('a bucket that has less than was fetched before is named as put back, and what was fetched stays', async () => {
  const bucket = await world(false);
  const to = folder();
  await fetchBucket({ store: bucket.store, folder: to, keys });
  const { store, administrator } = memoryBucket({ isLocked: false });
  for (const [name, bytes] of published.slice(0, published.findIndex(([name]) => name === 'checkpoint') + 1))
    await administrator.overwrite(name, bytes);
  const report = await fetchBucket({ store, folder: to, keys });
  expect(report).toMatchObject({ checkpoint: { size: 600 }, findings: [{ kind: 'checkpoint-put-back' }] });
  expect(await verifyFolder(to, { keys, minimumSize: 600 })).toMatchObject({ ok: true });
});

test('versions of one object are read one after another, and no further than the first that differs', async () => {
  const bucket = await world();
  for (let byte = 1; byte < 20; byte += 1)
    await bucket.administrator.overwrite('tile/0/000', new Uint8Array(8192).fill(byte));
  let [reading, most, reads] = [0, 0, 0];
  const store: typeof bucket.store = {
    ...bucket.store,
    async get(name, ...rest) {
      if (name !== 'tile/0/000') return bucket.store.get(name, ...rest);
      [reading, reads] = [reading + 1, reads + 1];
      most = Math.max(most, reading);
      const found = await bucket.store.get(name, ...rest);
      reading -= 1;
      return found;
    },
  };
  const { findings } = await fetchBucket({ store, folder: folder(), keys });
  expect(findings).toMatchObject([{ kind: 'object-overwritten', place: 'tile/0/000' }]);
  // Two to compare, and the one that is taken.
  expect([most, reads]).toEqual([1, 3]);
});

test('without a key of the log nothing is fetched', async () => {
  const { store } = await world();
  await expect(fetchBucket({ store, folder: folder(), keys: [] })).rejects.toMatchObject({
    code: 'config.invalid',
  });
});
