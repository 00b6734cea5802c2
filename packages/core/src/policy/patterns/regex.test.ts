import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRegex } from './index.ts';

function finds(source: string, text: string, ignoreCase = false): boolean {
  const compiled = compileRegex(source, ignoreCase);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regex.test(text);
}

const leaf = fc.constantFrom(
  'a',
  'b',
  'c',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\W',
  '1',
  '_',
  '^',
  '$',
  '\\b',
  '\\B',
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => `${left}${right}`),
    fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => `(?:${left}|${right})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,}', '*?'))
      .map(([inner, count]) => `(${inner})${count}`),
  ),
}));

describe('a linear regular expression', () => {
  test('finds what the engine of JavaScript finds', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '_', ' ', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(expression, texts, fc.boolean(), (source, text, ignoreCase) => {
        expect(finds(source, text, ignoreCase)).toBe(new RegExp(source, ignoreCase ? 'iu' : 'u').test(text));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['(?i)drop\\s+table', 'DROP  Table x', true],
    ['\\bkey\\b', 'monkey', false],
    ['[\\w.-]+@[\\w-]+', 'to ann@example now', true],
    ['^[^\\d]$', 'x', true],
    ['[\\D]', '12', false],
    ['[]a]', ']', true],
    ['\\u00e4|\\x41', 'ä', true],
    ['a{2,3}b', 'xab', false],
    ['(?<year>\\d{4})', 'in 2024', true],
    ['💥+', 'a💥💥', true],
  ])('%s in %j: %j', (source, text, expected) => {
    expect(finds(source, text)).toBe(expected);
  });

  test.each([
    ['(a)\\1', 'linear time'],
    ['(?=a)', 'look-around'],
    ['(?<!a)b', 'look-around'],
    ['\\p{L}', 'unknown'],
    ['(a', 'not closed'],
    ['a)', 'closes nothing'],
    ['[a', 'not closed'],
    ['*a', 'repeats nothing'],
    ['a**', 'repetition is repeated'],
    ['a{2,1}', 'not within'],
    ['a{1001}', 'not within'],
    ['(a{1000}){1000}', 'states'],
    [`${'('.repeat(30)}a${')'.repeat(30)}`, 'nest deeper'],
    ['a'.repeat(1001), 'longer than'],
    ['[b-a]', 'ends before it begins'],
    ['a\\', 'at the end'],
  ])('%s is refused: %s', (source, expected) => {
    const compiled = compileRegex(source);
    expect(compiled.ok ? 'compiled' : compiled.message).toContain(expected);
  });

  test('ends on what makes backtracking engines explode', () => {
    expect(finds('^(a+)+$', `${'a'.repeat(20_000)}b`)).toBe(false);
    expect(finds('(.*)*(.*)*x', 'y'.repeat(5_000))).toBe(false);
  });

  test('counts as found where looking would take too long', () => {
    expect(finds('(?:.?){900}x', 'y'.repeat(1_000))).toBe(false);
    expect(finds('(?:.?){1000}x', 'y'.repeat(30_000))).toBe(true);
  });

  test('any text is an expression or a reason', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (source) => {
        const compiled = compileRegex(source);
        if (compiled.ok) compiled.regex.test('some text');
        else expect(compiled.message).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });
});
