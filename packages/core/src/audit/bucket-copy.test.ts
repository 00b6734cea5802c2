/** A log of a data folder in a bucket beside it: what the bucket knows, and what it may not hold up. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
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
import { fetchBucket, type LogOptions, openLog, type OpenLog, verifyFolder } from './index.ts';

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
