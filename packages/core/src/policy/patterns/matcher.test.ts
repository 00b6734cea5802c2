import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { isFault } from '../../kernel/index.ts';
import { createPatternMatcher, hostOf, matchesGlob, type PatternTest } from './index.ts';

function hits(test: PatternTest, args: JsonObject, argument: readonly string[] = ['x']): boolean {
  const matcher = createPatternMatcher([{ pack: 'p', name: 'p.r', tools: ['s/t'], argument, test }]);
  const findings = matcher.findingsOf('s/t', args);
  expect(findings).toContain('patterns:p');
  return findings.includes('pattern:p.r');
}

const REGEX: PatternTest = { kind: 'regex', source: 'secret', ignoreCase: false };

describe('the pattern matcher', () => {
  test('looks into texts at an argument, in lists and objects too, and with an empty path everywhere', () => {
    expect(hits(REGEX, { x: 'a secret' })).toBe(true);
    expect(hits(REGEX, { x: ['a', { b: 'secret' }] })).toBe(true);
    expect(hits(REGEX, { y: 'secret' })).toBe(false);
    expect(hits(REGEX, { y: { z: 'secret' } }, [])).toBe(true);
    expect(hits(REGEX, { x: { y: 'secret' } }, ['x', 'y'])).toBe(true);
    expect(hits(REGEX, { x: null })).toBe(false);
    expect(hits(REGEX, {}, ['__proto__'])).toBe(false);
  });

  test('says which packs it looked for, whatever the tool', () => {
    const matcher = createPatternMatcher([{ pack: 'p', name: 'p.r', tools: [], argument: [], test: REGEX }]);
    expect(matcher.findingsOf('any/tool', {})).toEqual(['patterns:p']);
  });

  test('takes nothing for safe that is past its bounds', () => {
    expect(hits(REGEX, { x: 'a'.repeat(262_145) })).toBe(true);
    expect(hits(REGEX, { x: Array.from({ length: 5000 }, () => 'a') })).toBe(true);
    let deep: JsonObject = {};
    for (let depth = 0; depth < 40; depth += 1) deep = { deep };
    expect(hits(REGEX, { x: deep })).toBe(true);
  });

  test('globs match the whole text, with or without case', () => {
    expect(hits({ kind: 'glob', glob: '*.exe', ignoreCase: false }, { x: 'a.exe' })).toBe(true);
    expect(hits({ kind: 'glob', glob: '*.exe', ignoreCase: false }, { x: 'a.EXE' })).toBe(false);
    expect(hits({ kind: 'glob', glob: '*.exe', ignoreCase: true }, { x: 'a\n.EXE' })).toBe(true);
    expect(hits({ kind: 'glob', glob: 'a.c', ignoreCase: false }, { x: 'abc' })).toBe(false);
  });

  test('lengths are those of texts and lists', () => {
    const test: PatternTest = { kind: 'length', least: 2, most: 3 };
    expect(['a', 'ab', 'abc', 'abcd', ['a'], ['a', 'b'], 7].map((x) => hits(test, { x }))).toEqual([
      true,
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  test.each([
    ['https://example.com/a', false],
    ['https://EXAMPLE.com.', false],
    ['example.com:8080', false],
    ['https://a.b.example.org/', false],
    ['https://example.org/', true],
    ['https://notexample.com/', true],
    ['https://example.com.evil.net/', true],
    ['https://example.com@evil.net/', true],
    ['https://evil.net/?https://example.com/', true],
    ['https://evil.net\\@example.com/', true],
    ['https://bad.example.org/', true],
    ['//example.com/', true],
    ['javascript:alert(1)', true],
    ['file:///etc/passwd', true],
    ['', true],
    [7, true],
    [['https://example.com/', 'https://evil.net/'], true],
    [['https://example.com/'], false],
  ])('the host of %j is refused: %j', (x, expected) => {
    const test: PatternTest = {
      kind: 'host',
      only: ['example.com', '*.example.org'],
      never: ['bad.example.org'],
    };
    expect(hits(test, { x })).toBe(expected);
  });

  test.each([
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://[::1]:80/', '[::1]'],
    ['http://münchen.example/', 'xn--mnchen-3ya.example'],
    ['exa\tmple.com', 'example.com'],
    ['localhost', 'localhost'],
    ['a b', undefined],
  ])('%j speaks of %j', (text, expected) => {
    expect(hostOf(text)).toBe(expected);
  });

  test.each([
    ['/srv/notes/a', false],
    ['/srv/notes', false],
    ['/srv/notes/../keys', true],
    ['/srv/notes/..', true],
    ['/srv/notes/./a', true],
    ['/srv//notes/a', true],
    ['/srv/notes\\..\\a', true],
    ['/srv/notesandmore', true],
    ['srv/notes/a', true],
    ['/srv/notes/private/a', true],
    ['/srv/notes/..a', false],
    [['/srv/notes/a', '/etc/passwd'], true],
  ])('the path %j is refused: %j', (x, expected) => {
    expect(hits({ kind: 'path', only: ['/srv/notes'], never: ['/srv/notes/private'] }, { x })).toBe(expected);
  });

  test('an expression that does not compile is a fault', () => {
    const broken = { ...REGEX, source: '(?=a)' } as const;
    expect(() =>
      createPatternMatcher([{ pack: 'p', name: 'p.r', tools: [], argument: [], test: broken }]),
    ).toThrow(expect.toSatisfy((fault) => isFault(fault) && fault.code === 'policy.syntax'));
  });
});

test('a glob matches as a regular expression of it would', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 8 });
  const globs = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '.'), maxLength: 6 });
  fc.assert(
    fc.property(globs, texts, (glob, text) => {
      const pattern = glob
        .split('*')
        .map((piece) => piece.replaceAll('.', '\\.'))
        .join('.*');
      expect(matchesGlob(glob, text)).toBe(new RegExp(`^(?:${pattern})$`, 's').test(text));
    }),
    { numRuns: 1000 },
  );
});
