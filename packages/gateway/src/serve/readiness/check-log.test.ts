/** Whether the log takes entries, by what it did last and by what it does now. */
import { expect, test } from 'vitest';
import { createLogCheck, type LogCheckOptions } from './check-log.ts';

const FRESH_NS = 14_000_000_000n;

interface World {
  nowNs: bigint;
  beats: number;
  check: () => Promise<{ ok: boolean; reason: string }>;
  late: () => void;
}

function world(options: Partial<LogCheckOptions> = {}): World {
  const made: World = { nowNs: 0n, beats: 0, check: () => Promise.reject(new Error()), late: () => {} };
  made.check = createLogCheck({
    health: () => ({ wroteNs: 0n, fault: undefined }),
    beat: () => {
      made.beats += 1;
      return Promise.resolve();
    },
    hasReserve: () => true,
    clock: { monotonicNs: () => made.nowNs },
    timers: {
      after: (_ms, callback) => {
        made.late = callback;
        return () => {};
      },
    },
    ...options,
  });
  return made;
}

test('an entry that was written a moment ago speaks for the log, and nothing is written', async () => {
  const { check, ...rest } = world();
  expect(await check()).toMatchObject({ ok: true });
  expect(rest.beats).toBe(0);
});

test('an older one does not: an entry is written, once for all who ask at the same time', async () => {
  const made = world();
  made.nowNs = 2n * FRESH_NS;
  expect(await Promise.all([made.check(), made.check(), made.check()])).toMatchObject([
    { ok: true },
    { ok: true },
    { ok: true },
  ]);
  expect(made.beats).toBe(1);
});

test('after a fault nothing before it speaks for the log', async () => {
  const made = world({ health: () => ({ wroteNs: 0n, fault: 'log.unavailable' }) });
  expect(await made.check()).toMatchObject({ ok: true });
  expect(made.beats).toBe(1);
});

test('an entry that cannot be written is told as the reason', async () => {
  const made = world({
    health: () => ({ wroteNs: undefined, fault: undefined }),
    beat: () => Promise.reject(new Error('no space left')),
  });
  expect(await made.check()).toEqual({ name: 'log', ok: false, reason: 'no space left' });
});

test('a log that does not answer is no log, and is asked once', async () => {
  let beats = 0;
  const made = world({
    health: () => ({ wroteNs: undefined, fault: undefined }),
    beat: () => {
      beats += 1;
      return new Promise(() => {});
    },
  });
  for (let at = 0; at < 3; at += 1) {
    const checked = made.check();
    made.late();
    expect(await checked).toMatchObject({ ok: false, reason: 'an entry was not written within 2000 ms' });
  }
  expect(beats).toBe(1);
});

test('without space kept for outcomes nothing would be permitted, whatever can be written', async () => {
  const made = world({ hasReserve: () => false });
  expect(await made.check()).toMatchObject({ ok: false, reason: expect.stringContaining('full') as string });
  expect(made.beats).toBe(1);
});
