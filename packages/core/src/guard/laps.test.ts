import { expect, test } from 'vitest';
import { Laps } from './laps.ts';

test('time is counted to the step that ended, a step that comes again goes on, and what is skipped is of none', () => {
  let now = 5_000n;
  const laps = new Laps<'a' | 'b'>({ monotonicNs: () => now }).go();
  now += 1_999n;
  laps.lap('a');
  now += 70_000n;
  laps.go();
  now += 4_000n;
  laps.lap('b');
  now += 2_001n;
  laps.lap('a');
  expect(laps.spentUs()).toEqual({ a: 4, b: 4 });
});

test('what was never reached has no time, not none', () => {
  expect(new Laps({ monotonicNs: () => 0n }).spentUs()).toEqual({});
});
