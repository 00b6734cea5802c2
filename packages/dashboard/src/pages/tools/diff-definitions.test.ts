// What changed in a definition, by field and by word.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffDefinitions, diffWords } from './diff-definitions.ts';

test.each<[string, unknown, unknown, readonly unknown[]]>([
  ['nothing', { a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, []],
  ['a field that came', { a: 1 }, { a: 1, b: 2 }, [{ kind: 'added', pointer: '/b', after: 2 }]],
  ['a field that went', { a: 1, b: 2 }, { a: 1 }, [{ kind: 'removed', pointer: '/b', before: 2 }]],
  ['a value', { a: { b: 1 } }, { a: { b: 2 } }, [{ kind: 'changed', pointer: '/a/b', before: 1, after: 2 }]],
  ['null for nothing', { a: null }, {}, [{ kind: 'removed', pointer: '/a', before: null }]],
  ['another type', { a: [] }, { a: {} }, [{ kind: 'changed', pointer: '/a', before: [], after: {} }]],
  ['one more of a list', { a: [1] }, { a: [1, 2] }, [{ kind: 'added', pointer: '/a/1', after: 2 }]],
  [
    'the order of a list',
    [1, 2],
    [2, 1],
    [
      { kind: 'changed', pointer: '/0', before: 1, after: 2 },
      { kind: 'changed', pointer: '/1', before: 2, after: 1 },
    ],
  ],
  ['a name with signs of pointers', {}, { 'a/b~c': 1 }, [{ kind: 'added', pointer: '/a~1b~0c', after: 1 }]],
  [
    'a name that objects have by themselves',
    {},
    JSON.parse('{"__proto__":{"x":1}}'),
    [{ kind: 'added', pointer: '/__proto__', after: { x: 1 } }],
  ],
  [
    'a name that objects inherit',
    {},
    { constructor: 1 },
    [{ kind: 'added', pointer: '/constructor', after: 1 }],
  ],
  ['minus zero', { a: 0 }, { a: -0 }, [{ kind: 'changed', pointer: '/a', before: 0, after: -0 }]],
  ['the whole', 1, { a: 1 }, [{ kind: 'changed', pointer: '', before: 1, after: { a: 1 } }]],
])('%s', (_what, before, after, changes) => {
  expect(diffDefinitions(before, after)).toEqual(changes);
});

test('within a text, words that came stand among those that stayed', () => {
  expect(
    diffDefinitions({ description: 'Reads a file.' }, { description: 'Reads and sends a file.' }),
  ).toEqual([
    {
      kind: 'changed',
      pointer: '/description',
      before: 'Reads a file.',
      after: 'Reads and sends a file.',
      words: [
        { kind: 'same', text: 'Reads ' },
        { kind: 'added', text: 'and sends ' },
        { kind: 'same', text: 'a file.' },
      ],
    },
  ]);
});

test.each([
  ['a sign that cannot be seen', 'send it', 'send\u200b it', '\u200b'],
  ['a letter of another script', 'payments', 'p\u0430yments', 'p\u0430yments'],
  ['white space', 'a b', 'a  b', '  '],
])('%s is a change', (_what, before, after, added) => {
  expect(diffWords(before, after).filter(({ kind }) => kind === 'added')).toEqual([
    { kind: 'added', text: added },
  ]);
});

test('a change at any depth is found', () => {
  const deep = (value: unknown): unknown =>
    Array.from({ length: 100 }).reduce((inner) => ({ a: inner }), value);
  expect(diffDefinitions(deep(1), deep(1))).toEqual([]);
  expect(diffDefinitions(deep(1), deep(2))).toHaveLength(1);
});

test('texts of a megabyte are compared at once', () => {
  const words = (last: string): string => `${'word '.repeat(100_000)}${last}${' end'.repeat(100_000)}`;
  expect(diffWords(words('old'), words('new')).map(({ kind }) => kind)).toEqual([
    'same',
    'removed',
    'added',
    'same',
  ]);
  const [one, other] = ['a b '.repeat(50_000), 'c d '.repeat(50_000)];
  expect(diffWords(one, other).length).toBeGreaterThan(0);
});

test('what stayed and went is the text before, what stayed and came the text after', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '\u200b', '😀', '\n') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const runs = diffWords(before, after);
      const read = (...kinds: readonly string[]): string =>
        runs
          .filter(({ kind }) => kinds.includes(kind))
          .map((run) => run.text)
          .join('');
      expect(read('same', 'removed')).toBe(before);
      expect(read('same', 'added')).toBe(after);
    }),
  );
});

test('a definition differs from itself in nothing, and from any other in something', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(diffDefinitions(one, structuredClone(one))).toEqual([]);
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      if (!isSame && diffDefinitions(one, other).length === 0)
        expect(JSON.parse(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(other)));
    }),
  );
});
