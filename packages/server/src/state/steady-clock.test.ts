import { expect, test } from 'vitest';
import { steadyClock } from './steady-clock.ts';

test('time is never before what was recorded, goes on from there, and is the clock’s own again once that has caught up', () => {
  let [wall, monotonicNs, recorded, isReachable] = [10_000, 0n, 9_000, true];
  const clock = steadyClock({ now: () => wall, monotonicNs: () => monotonicNs }, () => {
    if (!isReachable) throw new Error('the log cannot be reached');
    return recorded;
  });
  expect(clock.now()).toBe(10_000);
  recorded = 10_000;
  // Set back by nine seconds.
  wall = 1_000;
  expect(clock.now()).toBe(10_000);
  [wall, monotonicNs] = [3_000, 2_000_000_000n];
  expect(clock.now()).toBe(12_000);
  // Whatever is recorded in that time is of that time.
  recorded = 12_000;
  expect(clock.now()).toBe(12_000);
  isReachable = false;
  expect(clock.now()).toBe(12_000);
  [wall, monotonicNs] = [13_500, 3_000_000_000n];
  expect(clock.now()).toBe(13_500);
});
