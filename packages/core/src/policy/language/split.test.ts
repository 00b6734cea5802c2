/** Splitting policy files. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitPolicies } from './split.ts';

const texts = (source: string): readonly string[] => splitPolicies(source).map(({ text }) => text);

describe('splitPolicies', () => {
  test.each([
    ['nothing', '', []],
    ['only a comment', ' // permit(principal, action, resource);\n', []],
    ['a semicolon in a text', 'a ";" b; c;', ['a ";" b;', 'c;']],
    ['an escaped quote', 'a "\\";" b; c;', ['a "\\";" b;', 'c;']],
    ['a semicolon in a comment', 'a // ;\nb; c;', ['a // ;\nb;', 'c;']],
    ['two slashes in a text', 'a "//"; b;', ['a "//";', 'b;']],
    ['something without an end', 'a; b', ['a;', 'b']],
    ['an unclosed text', 'a; "b; c;', ['a;', '"b; c;']],
  ])('%s', (_what, source, expected) => {
    expect(texts(source)).toEqual(expected);
  });

  test.each([
    ['a bare policy', 'forbid(principal, action, resource);'],
    ['annotations', '@id("forbid") @mode("audit") forbid(principal, action, resource);'],
    [
      'a comment that names the other effect',
      '@id("a") // permit instead?\nforbid(principal, action, resource);',
    ],
    ['an annotation without a value', '@flag forbid(principal, action, resource);'],
    ['a comment inside an annotation', '@id( // permit\n"a") forbid(principal, action, resource);'],
  ])('finds the effect of %s', (_what, source) => {
    const [policy] = splitPolicies(source);
    expect(policy?.text.slice(policy.effectStart)).toBe('forbid(principal, action, resource);');
  });

  test('finds annotations with their places, and not what only looks like one', () => {
    const source =
      '@id("a") @mode\n@x ( "y" ) permit(principal, action, resource) when { "@z" == "@id(1)" };';
    const [policy] = splitPolicies(source);
    expect(policy?.annotations.map(({ start, end }) => source.slice(start, end))).toEqual([
      '@id("a")',
      '@mode',
      '@x ( "y" )',
    ]);
  });

  test('loses no character but white space and comments between policies', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', '\\', ';', '/', '\n', 'a', '@', '(', '9', ' ') }),
        (source) => {
          for (const { start, text } of splitPolicies(source))
            expect(source.slice(start, start + text.length)).toBe(text);
          const kept = texts(source).join('');
          const isPlain = !source.includes('//') && !/\s/.test(source);
          if (isPlain) expect(kept).toBe(source);
        },
      ),
    );
  });

  test('takes time linear in its length', () => {
    for (const unit of ['"\\"', '/', '((((', '"a" ', '@a(', '99999999', ';']) {
      expect(splitPolicies(unit.repeat(100_000)).length).toBeGreaterThanOrEqual(0);
    }
  });
});
