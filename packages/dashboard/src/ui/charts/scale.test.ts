import { describe, expect, test } from 'vitest';
import { linearScale, logScale, roundUp, stepWords, tickWords, timeTicks } from './scale.ts';

const DAWN = Date.parse('2026-11-22T00:00:00Z');
const HOUR = 3_600_000;

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [11, 20],
  [99, 100],
  [1_001, 2_000],
  [0.03, 0.05],
])('%d is rounded up to %d', (value, round) => {
  expect(roundUp(value)).toBeCloseTo(round);
});

describe('a scale', () => {
  test('begins at 0 and holds every value', () => {
    const { at, ticks } = linearScale([3, 7]);
    expect([at(0), at(10), ticks]).toEqual([0, 1, [0, 5, 10]]);
  });

  test('of what is counted names no half', () => {
    expect(linearScale([1]).ticks).toEqual([0, 1]);
    expect(linearScale([0.7]).ticks).toEqual([0, 0.5, 1]);
    expect(linearScale([4]).ticks).toEqual([0, 5]);
  });

  test('of times goes by powers of ten', () => {
    const { at, ticks } = logScale([1_200, 950_000]);
    expect(ticks).toEqual([1_000, 10_000, 100_000, 1_000_000]);
    expect(at(1_000)).toBe(0);
    expect(at(1_000_000)).toBe(1);
  });

  test('of one time has a height', () => {
    expect(logScale([0]).at(0)).toBe(0);
    expect(logScale([1_000]).at(1_000)).toBe(0);
  });
});

describe('instants below a chart', () => {
  test('are whole ones in UTC, and few', () => {
    expect(timeTicks(DAWN + 1, DAWN + HOUR).map((at) => tickWords(at, HOUR))).toEqual([
      '00:10',
      '00:20',
      '00:30',
      '00:40',
      '00:50',
    ]);
    const day = timeTicks(DAWN, DAWN + 24 * HOUR);
    expect(day.map((at) => tickWords(at, 24 * HOUR))).toEqual([
      '00:00',
      '04:00',
      '08:00',
      '12:00',
      '16:00',
      '20:00',
    ]);
    const month = timeTicks(DAWN, DAWN + 720 * HOUR);
    expect(month.length).toBeLessThanOrEqual(8);
    expect(tickWords(month[0] ?? 0, 720 * HOUR)).toMatch(/^\d+ Nov$/);
  });

  test('are said with their day, and where they end', () => {
    expect(stepWords(DAWN + 14.25 * HOUR, HOUR / 4)).toBe('22 Nov 14:15–14:30 UTC');
    expect(stepWords(DAWN + 18 * HOUR, 6 * HOUR)).toBe('22 Nov 18:00–00:00 UTC');
    expect(stepWords(DAWN + 18 * HOUR, 12 * HOUR)).toBe('22 Nov 18:00 – 23 Nov 06:00 UTC');
  });
});
