import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textParts } from './text-pieces.ts';

const TEXT = `@id("large")
forbid (principal, action, resource)
when { context.args.amount > 100 };`;
const CONDITION = 'context.args.amount > 100';
const START = TEXT.indexOf(CONDITION);

const whole = (parts: ReturnType<typeof textParts>): string =>
  parts.flatMap(({ pieces }) => pieces.map(({ text }) => text)).join('');

test('the condition stands apart, and words have their kinds', () => {
  const parts = textParts(TEXT, [{ start: START, end: START + CONDITION.length }]);
  expect(whole(parts)).toBe(TEXT);
  expect(parts.filter(({ isCondition }) => isCondition).map((part) => whole([part]))).toEqual([CONDITION]);
  const kinds = parts.flatMap(({ pieces }) => pieces.map(({ text, kind }) => [text.trim(), kind]));
  expect(kinds).toContainEqual(['forbid', 'keyword']);
  expect(kinds).toContainEqual(['"large"', 'string']);
  expect(kinds).toContainEqual(['100', 'number']);
});

test('whatever is said to be a condition, the text stays what it is', () => {
  const stretch = fc.record({
    start: fc.integer({ min: -5, max: 60 }),
    end: fc.integer({ min: -5, max: 60 }),
  });
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(stretch), (text, conditions) => {
      expect(whole(textParts(text, conditions))).toBe(text);
    }),
  );
});
