import { expect, test } from 'vitest';
import { costSaid, shareSaid } from './said.ts';
import { boundsOf, RANGE_NAMES, RANGES, rangeOf } from './ranges.ts';

test.each([
  [0, '0.00'],
  [12, '0.000012'],
  [12_500, '0.0125'],
  [1_250_000, '1.25'],
  [1_234_567_890, '1,234.57'],
])('%d millionths are %s', (micros, said) => {
  expect(costSaid(micros)).toBe(said);
});

test.each([
  [0, 0, '0 %'],
  [0, 9, '0 %'],
  [1, 1_000_000, '< 0.1 %'],
  [999_999, 1_000_000, '> 99.9 %'],
  [1, 40, '2.5 %'],
  [1, 3, '33 %'],
  [3, 3, '100 %'],
])('%d of %d are %s', (part, whole, said) => {
  expect(shareSaid(part, whole)).toBe(said);
});

test.each(RANGE_NAMES)(
  '%s ends with the step that is under way, and is whole steps that the API takes',
  (name) => {
    const now = Date.parse('2026-11-22T14:37:12Z');
    const { from, to, step } = boundsOf(name, now);
    expect(to - from).toBe(RANGES[name].length);
    expect([from % step, to % step]).toEqual([0, 0]);
    expect(to > now && to - step <= now).toBe(true);
    expect((to - from) / step).toBeLessThanOrEqual(200);
  },
);

test('a word that is no range is a day', () => {
  expect(['7d', 'x', undefined].map(rangeOf)).toEqual(['7d', '24h', '24h']);
});
