/** A log of a data folder in a bucket beside it: what the bucket knows, and what it may not hold up. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Fault } from '../kernel/index.ts';
import {
  committed,
  fakeClock,
  faultyObjectStore,
  memoryBucket,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  type StoreFault,
} from '../testing/index.ts';
import {
  fetchBucket,
  type LogOptions,
  openLog,
  type OpenLog,
  publishedInBucket,
  verifyFolder,
} from './index.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-bucket-copy-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function open(path: string, changes: Partial<LogOptions>): Promise<OpenLog> {
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path, ...changes });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

let drafts = 0;
async function write(log: OpenLog, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await committed(log, openDraft(`b${(drafts += 1)}`));
}

test('a log is published to its bucket as to its folder, and verifies from there', async () => {
  const { store } = memoryBucket();
  const log = await open(folder(), { bucket: { store } });
  await write(log, 300);
  await log.publish();
  await log.close();
  const to = folder();
  const keys = [log.verifierKey];
  expect(await fetchBucket({ store, folder: to, keys })).toMatchObject({ findings: [] });
  expect(await verifyFolder(to, { keys })).toMatchObject({ ok: true, size: 302 });
});

test('a data folder that was put back as a whole does not start: the bucket holds more', async () => {
  const { store } = memoryBucket();
  const [path, earlier] = [folder(), folder()];
  const first = await open(path, { bucket: { store } });
  await write(first, 3);
  await first.close();
  cpSync(path, earlier, { recursive: true });
  const second = await open(path, { bucket: { store } });
  await write(second, 3);
  await second.close();
  await expect(open(earlier, { bucket: { store } })).rejects.toMatchObject({
    code: 'log.corrupt',
    data: { size: 5 },
  });
});

test('at intervals the bucket has its own pace, and a bucket that hangs or fails holds up nothing', async () => {
  const { store, files } = memoryBucket();
  const clock = fakeClock();
  const runs: (() => void)[] = [];
  const tick = (ms: number): void => {
    clock.advance(ms);
    for (const run of runs) run();
  };
  const faults: unknown[] = [];
  let fault: StoreFault = 'fails';
  const gate = Promise.withResolvers<undefined>();
  let isHanging = false;
  const faulty = faultyObjectStore(
    {
      ...store,
      async put(...args) {
        if (isHanging) await gate.promise;
        return store.put(...args);
      },
    },
    () => fault,
  );
  const log = await open(folder(), {
    bucket: { store: faulty, everyMs: 60_000 },
    clock,
    timer: {
      every: (_ms, run) => {
        runs.push(run);
        return () => {};
      },
    },
    heartbeatMs: 1_000_000,
    onPublishFault: (one) => faults.push(one),
  });
  tick(1_000);
  await vi.waitFor(() => expect(faults).toEqual([expect.objectContaining({ code: 'log.unavailable' })]));
  fault = 'works';
  await write(log, 1);
  tick(1_000);
  await write(log, 1);
  expect(files().has('checkpoint')).toBe(false);
  tick(60_000);
  await vi.waitFor(() => expect(files().has('checkpoint')).toBe(true));
  isHanging = true;
  await write(log, 1);
  tick(60_000);
  await write(log, 1);
  expect(log.reader.size()).toBe(5);
  isHanging = false;
  gate.resolve(undefined);
  await log.close();
});

test('what a bucket holds of a log is told by its checkpoints, and nothing is put', async () => {
  const { store, files } = memoryBucket();
  const keys = { origin: sampleLogIdentity().origin, signingKey: SAMPLE_LOG_KEYS.signingKey };
  expect(await publishedInBucket(store, keys)).toBe(0);
  const log = await open(folder(), { bucket: { store } });
  await write(log, 3);
  await log.close();
  const before = [...files().keys()];
  expect(await publishedInBucket(store, keys)).toBe(5);
  await store.put('checkpoint', new TextEncoder().encode('somebody'));
  expect(await publishedInBucket(store, keys)).toBe(5);
  expect([...files().keys()]).toEqual(before);
});

test('who lives for one entry publishes it without a look at every object before it', async () => {
  const { store } = memoryBucket();
  const path = folder();
  const first = await open(path, { bucket: { store } });
  await write(first, 600);
  await first.close();
  const looked: string[] = [];
  const counting = {
    ...store,
    length(name: string) {
      looked.push(name);
      return store.length(name);
    },
  };
  const brief = await open(path, { bucket: { store: counting, isBrief: true } });
  await write(brief, 1);
  await brief.close();
  expect(looked.filter((name) => name.includes('tile/entries/000') || name.includes('tile/0/000'))).toEqual(
    [],
  );
  expect(looked).not.toEqual([]);
  const to = folder();
  expect(await fetchBucket({ store, folder: to, keys: [brief.verifierKey] })).toMatchObject({ findings: [] });
  expect(await verifyFolder(to, { keys: [brief.verifierKey] })).toMatchObject({ ok: true, size: 1205 });
});

test('a bucket that fails at the end is told of, and what was appended stands in the log', async () => {
  const { store } = memoryBucket();
  let fault: StoreFault = 'works';
  const faulty = faultyObjectStore(store, () => fault);
  const faults: unknown[] = [];
  const path = folder();
  const log = await open(path, { bucket: { store: faulty }, onPublishFault: (one) => faults.push(one) });
  await write(log, 1);
  fault = 'fails';
  await log.close();
  expect(faults).toEqual([expect.objectContaining({ code: 'log.unavailable' })]);
  const gone = { ...store, get: () => Promise.reject(new Fault('log.unavailable', 'out of reach')) };
  await expect(open(path, { bucket: { store: gone } })).rejects.toMatchObject({ code: 'log.unavailable' });
  fault = 'works';
  const again = await open(path, { bucket: { store: faulty } });
  expect(again.reader.size()).toBeGreaterThanOrEqual(4);
  fault = 'fails';
  // Nobody is told: so it is thrown.
  await expect(again.close()).rejects.toMatchObject({ code: 'log.unavailable' });
});
