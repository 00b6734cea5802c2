/** `like` patterns: any text, any pattern, no going back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WILDCARD } from '../../language/index.ts';
import { compilePattern } from './like.ts';

type Piece = string | typeof WILDCARD;

/** Whether the text is made of the pieces, by the definition. */
function isMade(text: string, [first, ...others]: readonly Piece[]): boolean {
  if (first === undefined) return text === '';
  if (first !== WILDCARD) return text.startsWith(first) && isMade(text.slice(first.length), others);
  return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((rest) =>
    isMade(rest, others),
  );
}

/** No two texts beside one another, as the tree has it. */
const patterns = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }),
      fc.constant<Piece>(WILDCARD),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.filter((piece, at) => piece === WILDCARD || typeof pieces[at - 1] !== 'string'));

test('a pattern matches the texts that are made of its pieces', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), patterns, (text, pattern) => {
      expect(compilePattern(pattern)(text)).toBe(isMade(text, pattern));
    }),
    { numRuns: 2000 },
  );
});

test('long pieces are found where they are, and not where they nearly are', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 33, maxLength: 60 });
  const around = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 80 });
  fc.assert(
    fc.property(piece, around, around, (long, before, after) => {
      const matches = compilePattern([WILDCARD, long, WILDCARD]);
      expect(matches(`${before}${long}${after}`)).toBe(true);
      const other = `${before}${long.slice(0, -1)}${after}`;
      expect(matches(other)).toBe(other.includes(long));
    }),
  );
});

test('a pattern made to be slow ends', () => {
  const half = 'a'.repeat(25_000);
  // Looking for the piece anew at every place would take 5e10 steps.
  expect(compilePattern([WILDCARD, `${half}b${half}`, WILDCARD])('a'.repeat(1_000_000))).toBe(false);
  expect(
    compilePattern(Array.from({ length: 2001 }, (_, at) => (at % 2 === 0 ? WILDCARD : 'a')))('a'.repeat(999)),
  ).toBe(false);
});
