// When somebody who approves is slowed, or another is asked.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FATIGUE_WINDOW_MS, judgeFatigue, type PastDecision, SLOWED_MS } from './fatigue.ts';

const NOW = 1_790_000_000_000;

/** `count` decisions, `apart` ms from one another, the last one `ago` ms before now. */
function decisions(
  count: number,
  apart: number,
  { ago = 1_000, answer = (_index: number): PastDecision['answer'] => 'approve' } = {},
): readonly PastDecision[] {
  return Array.from({ length: count }, (_unused, index) => ({
    answer: answer(index),
    at: NOW - ago - (count - 1 - index) * apart,
    shown: NOW - FATIGUE_WINDOW_MS * 2,
  }));
}

describe('fatigue', () => {
  test.each([
    ['nothing yet', [], 'rested', []],
    ['a few, read', decisions(7, 60_000), 'rested', []],
    ['eight in a hurry', decisions(8, 2_000), 'slow', ['speed']],
    [
      'thirty in an hour, refusals among them',
      decisions(45, 70_000, { answer: (index) => (index % 3 === 0 ? 'deny' : 'approve') }),
      'slow',
      ['rate'],
    ],
    ['twenty in a row, without reading', decisions(20, 4_000), 'reroute', ['speed', 'uniformity']],
    ['twenty in a row, read', decisions(20, 60_000), 'rested', []],
    [
      'twenty quickly with one refusal',
      decisions(20, 8_000, { answer: (index) => (index === 9 ? 'deny' : 'approve') }),
      'rested',
      [],
    ],
    ['sixty in an hour', decisions(60, 50_000, { ago: 10 }), 'reroute', ['rate']],
    ['many, long ago', decisions(100, 1_000, { ago: FATIGUE_WINDOW_MS }), 'rested', []],
  ] as const)('%s: %#', (_what, past, level, reasons) => {
    expect(judgeFatigue(past, NOW)).toMatchObject({ level, reasons });
  });

  test('whoever is slowed may go on after a while, not before', () => {
    const past = decisions(8, 2_000, { ago: 5_000 });
    expect(judgeFatigue(past, NOW).waitMs).toBe(SLOWED_MS - 5_000);
    expect(judgeFatigue(past, NOW + SLOWED_MS).waitMs).toBe(0);
  });

  test('what could be answered only just now was not answered slowly', () => {
    const past = decisions(8, 60_000).map((one) => ({ ...one, shown: one.at - 100 }));
    expect(judgeFatigue(past, NOW)).toMatchObject({ level: 'slow', reasons: ['speed'] });
  });

  test('refusals alone neither count as a run nor as a rate, and order says nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(FATIGUE_WINDOW_MS), { maxLength: 80 }), (times) => {
        const past = times.map((ago) => ({ answer: 'deny' as const, at: NOW - ago, shown: 0 }));
        const judged = judgeFatigue(past, NOW);
        expect(judged.reasons).not.toContain('rate');
        expect(judged.level).not.toBe('reroute');
        expect(judgeFatigue(past.toReversed(), NOW)).toEqual(judged);
      }),
    );
  });
});
