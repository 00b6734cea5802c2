import { describe, expect, test } from 'vitest';
import { isPermitting, MODES, strongestVerdict, type Verdict, VERDICTS } from './index.ts';

/** Every combination of verdicts, the empty one included. */
const SUBSETS = Array.from({ length: 2 ** VERDICTS.length }, (_, bits) =>
  VERDICTS.filter((_verdict, at) => (bits >> at) & 1),
);

describe('the order of verdicts', () => {
  test('is deny over defer over step_up over modify over allow', () => {
    expect(VERDICTS.toReversed()).toStrictEqual(['deny', 'defer', 'step_up', 'modify', 'allow']);
  });

  test('is total: of any two, one is stronger, whichever stands first', () => {
    for (const [weak, weaker] of VERDICTS.entries()) {
      for (const [strong, stronger] of VERDICTS.entries()) {
        const expected = strong >= weak ? stronger : weaker;
        expect(strongestVerdict([weaker, stronger])).toBe(expected);
        expect(strongestVerdict([stronger, weaker])).toBe(expected);
      }
    }
  });

  test('gives the strongest of every combination, in any order, however often each stands in it', () => {
    for (const subset of SUBSETS.filter(({ length }) => length > 0)) {
      const strongest = subset.at(-1);
      expect(strongestVerdict(subset)).toBe(strongest);
      expect(strongestVerdict(subset.toReversed())).toBe(strongest);
      expect(strongestVerdict([...subset, ...subset])).toBe(strongest);
    }
  });

  test('gives the same for the whole as for its parts combined', () => {
    for (const left of SUBSETS) {
      for (const right of SUBSETS) {
        if (left.length === 0 || right.length === 0) continue;
        const combined = strongestVerdict([strongestVerdict(left), strongestVerdict(right)]);
        expect(combined).toBe(strongestVerdict([...left, ...right]));
      }
    }
  });

  test('nothing judged is denied', () => {
    expect(strongestVerdict([])).toBe('deny');
  });

  test.each(['permit', '', 'ALLOW', 'toString'])('`%s`, which is no verdict, is denied', (word) => {
    expect(strongestVerdict([word as Verdict])).toBe('deny');
    expect(strongestVerdict(['allow', word as Verdict])).toBe('deny');
  });
});

test('only allow and modify let an action run', () => {
  expect(VERDICTS.filter(isPermitting)).toStrictEqual(['allow', 'modify']);
  expect(isPermitting('permit' as Verdict)).toBe(false);
});

test('there are three modes', () => {
  expect(MODES).toStrictEqual(['strict', 'permissive', 'audit']);
});
