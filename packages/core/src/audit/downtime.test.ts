/** A producer that lives shows it, one that comes up tells how long nobody wrote, and what nobody explains is found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry, LogReader } from '../model/index.ts';
import { fakeClock, type FakeClock, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../testing/index.ts';
import { findSilences, openLog, openLogForReading, type OpenLog } from './index.ts';

const BEAT_MS = 60_000;

let folder: string;
let clock: FakeClock;
let tick: () => void;
let open: OpenLog | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-downtime-'));
  clock = fakeClock();
});
afterEach(async () => {
  await open?.close();
  open = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<OpenLog> {
  const timer = {
    every: (_ms: number, run: () => void) => {
      tick = run;
      return () => undefined;
    },
  };
  const identity = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, clock };
  open = await openLog({ ...identity, path: join(folder, '.writ'), timer, heartbeatMs: BEAT_MS });
  return open;
}

const entries = (reader: Pick<LogReader, 'size' | 'entry'>): readonly Entry[] =>
  Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry);
const kinds = ({ reader }: OpenLog): readonly string[] => entries(reader).map(({ kind }) => kind);

/** Lets the timer run after `ms`, and waits for what it wrote. */
async function pass(log: OpenLog, ms: number): Promise<void> {
  clock.advance(ms);
  tick();
  await log.publish();
}

describe('a producer', () => {
  test('shows that it lives where it has nothing else to write', async () => {
    const log = await start();
    await pass(log, BEAT_MS - 1);
    expect(kinds(log)).toEqual(['start']);
    await pass(log, 1);
    await pass(log, BEAT_MS / 2);
    await pass(log, BEAT_MS / 2);
    await log.close();
    open = undefined;
    const read = openLogForReading({
      path: join(folder, '.writ'),
      origin: sampleLogIdentity().origin,
      bodyKeys: [],
    });
    expect(entries(read.reader).map(({ kind }) => kind)).toEqual(['start', 'heartbeat', 'heartbeat', 'stop']);
    expect(entries(read.reader)[1]).toMatchObject({ heartbeat: { everyMs: BEAT_MS } });
    read.close();
  });

  test('that comes up says how long nobody wrote, and how that began', async () => {
    await (await start()).close();
    clock.advance(BEAT_MS);
    const log = await start();
    expect(kinds(log)).toEqual(['start', 'stop', 'start', 'downtime']);
    const { time } = log.reader.entry(1).entry;
    expect(log.reader.entry(3).entry).toMatchObject({ downtime: { after: 1, since: time, end: 'stopped' } });
  });

  test('that comes up soon has nothing to say', async () => {
    await (await start()).close();
    clock.advance(BEAT_MS - 1);
    expect(kinds(await start())).toEqual(['start', 'stop', 'start']);
  });
});

describe('a silence', () => {
  const at = (index: number, time: number, detail: object = { kind: 'heartbeat' }) => ({
    index,
    entry: { time, ...detail } as Entry,
  });
  const told = (after: number) => ({ kind: 'downtime', downtime: { after, since: 0, end: 'unknown' } });

  test('is found where nothing explains it', () => {
    const log = [at(0, 0), at(1, 100), at(2, 300), at(3, 350)];
    expect([...findSilences(log, 150)]).toEqual([{ after: 1, before: 2, since: 100, until: 300 }]);
    expect([...findSilences(log, 200)]).toEqual([]);
  });

  test('is none where whoever came up told of it, whatever others wrote meanwhile', () => {
    const start = { kind: 'start' };
    const log = [at(0, 0), at(1, 900, start), at(2, 901), at(3, 902, told(0))];
    expect([...findSilences(log, 150)]).toEqual([]);
    expect([...findSilences([...log.slice(0, 3), at(3, 902, told(1))], 150)]).toHaveLength(1);
  });

  test('that is told of too late is one', () => {
    const others = Array.from({ length: 2_000 }, (_, index) => at(index + 1, 900));
    expect([...findSilences([at(0, 0), ...others, at(2_001, 900, told(0))], 150)]).toHaveLength(1);
  });
});
