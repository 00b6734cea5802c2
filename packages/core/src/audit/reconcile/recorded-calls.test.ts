/** What the log tells of the calls of one server: a decision without an outcome may have been served until the end of the period. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  committed,
  type FakeClock,
  fakeClock,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '../../testing/index.ts';
import { openLog, type OpenLog, readRecordedCalls, reconcile } from '../index.ts';

const TARGET = [['call', 'tool', 'bank/pay', 'bank']];
const A_MINUTE_MS = 60_000;

let root: string;
let clock: FakeClock;
let log: OpenLog;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'writ-recorded-'));
  clock = fakeClock();
  await open();
});
afterEach(async () => {
  await log.close();
  rmSync(root, { recursive: true, force: true });
});

async function open(): Promise<void> {
  log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, clock, path: join(root, 'data') });
}

const decide = () => committed(log, openDraft('digest', { committed: { target: TARGET } }));
const period = () => ({ from: 0, to: clock.now() + A_MINUTE_MS });
const read = () => readRecordedCalls(log.reader, 'bank', period()).calls;
/** The server’s line about one call at `time`. */
const served = (time: number) => [{ line: 1, time, tool: 'pay', text: '' }];

test('a call that was closed ends at its outcome', async () => {
  const { index } = await decide();
  await committed(log, { ...outcomeDraft(index), time: read()[0]!.from + 1_000 });
  expect(read()).toMatchObject([{ index, outcome: 'performed' }]);
  expect(read()[0]!.to - read()[0]!.from).toBe(1_000);
});

test('a call that nobody closed may be served until the end of the period, and is no call around the gateway', async () => {
  const { index } = await decide();
  const [call] = read();
  expect(call).toMatchObject({ index, outcome: 'open', to: period().to });
  const found = reconcile(read(), served(call!.from + 30_000), 5_000);
  expect(found).toMatchObject({ matched: 1, notLogged: [], unknownServed: [{ index }] });
  expect(reconcile(read(), [], 5_000)).toMatchObject({ notServed: [], unknownNotServed: [{ index }] });
});

test('a call that a crash left open is of unknown end up to when its node came back', async () => {
  const { index } = await decide();
  await log.close();
  clock.advance(30_000);
  await open();
  const [call] = read();
  expect(call).toMatchObject({ index, outcome: 'unknown' });
  expect(call!.to - call!.from).toBeGreaterThanOrEqual(30_000);
  const found = reconcile(read(), served(call!.from + 20_000), 5_000);
  expect(found).toMatchObject({ matched: 1, notLogged: [], unknownServed: [{ index }] });
});
