/** What a rule does not name does not go out, whatever the arguments are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/index.ts';
import { minimise } from './index.ts';

const of = (args: JsonObject, ...fields: readonly string[]): JsonObject => minimise(args, fields).args;

describe('minimising arguments', () => {
  test.each<[string, JsonObject, readonly string[], JsonObject]>([
    ['a name keeps all of its value', { a: { b: 1 }, c: 2 }, ['a'], { a: { b: 1 } }],
    ['a path keeps one member', { a: { b: 1, c: 2 }, d: 3 }, ['a.b'], { a: { b: 1 } }],
    ['`[]` goes into each item', { a: [{ b: 1, c: 2 }, { c: 3 }] }, ['a[].b'], { a: [{ b: 1 }, {}] }],
    ['a list where none was named goes', { a: [{ b: 1 }] }, ['a.b'], {}],
    ['an object where a list was named goes', { a: { b: 1 } }, ['a[].b'], {}],
    ['text where the path goes on goes', { a: 'x' }, ['a.b'], {}],
    ['an item that is no object goes', { a: ['x', { b: 1 }] }, ['a[].b'], { a: [{ b: 1 }] }],
    ['no field lets nothing through', { a: 1 }, [], {}],
    ['lists of lists', { a: [[{ b: 1, c: 2 }]] }, ['a[][].b'], { a: [[{ b: 1 }]] }],
    ['an object on the way stays, empty', { a: { c: 1 } }, ['a.b'], { a: {} }],
    [
      'the longer path adds nothing to the shorter',
      { a: { b: 1, c: 2 } },
      ['a', 'a.b'],
      { a: { b: 1, c: 2 } },
    ],
    ['a path that is none allows nothing', { '': 1, a: 2 }, ['', 'a..b'], {}],
  ])('%s', (_why, args, fields, expected) => {
    expect(of(args, ...fields)).toEqual(expected);
  });

  test('`__proto__` is a name like any other, and never a setter', () => {
    const args = JSON.parse('{"__proto__":{"admin":true},"a":1}') as JsonObject;
    expect(Object.keys(of(args, 'a'))).toEqual(['a']);
    const kept = of(args, '__proto__');
    expect(Object.hasOwn(kept, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  });

  test('`everything` changes nothing, and neither do rules that name all there is', () => {
    const args = { a: { b: 1 } };
    expect(minimise(args, 'everything')).toEqual({ args, isChanged: false });
    expect(minimise(args, ['a.b'])).toEqual({ args, isChanged: false });
    expect(minimise(args, ['a.b']).args).toBe(args);
  });
});

describe('whatever the arguments and the rule', () => {
  const name = fc.constantFrom('a', 'b', 'c', '__proto__');
  const value = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonValue>,
    ),
  })).value;
  const args = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
  const step = fc.tuple(name, fc.constantFrom('', '[]', '[][]')).map(([one, lists]) => one + lists);
  const path = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'));
  const rule = fc.array(path, { maxLength: 4 });

  test('nothing is added: each leaf that stays stood there, in this order', () => {
    fc.assert(
      fc.property(args, rule, (given, fields) => {
        const before = leaves(given).map(String);
        let from = 0;
        for (const leaf of leaves(of(given, ...fields)).map(String)) {
          const found = before.indexOf(leaf, from);
          expect(found).toBeGreaterThanOrEqual(from);
          from = found + 1;
        }
      }),
    );
  });

  test('each leaf that stays is below a path of the rule', () => {
    fc.assert(
      fc.property(args, rule, (given, fields) => {
        const allowed = fields.map((field) => field.replaceAll('[]', '.[]').split('.'));
        for (const [at] of leaves(of(given, ...fields)))
          expect(allowed.some((wanted) => wanted.every((one, index) => one === at[index]))).toBe(true);
      }),
    );
  });

  test('minimised arguments are not minimised further', () => {
    fc.assert(
      fc.property(args, rule, (given, fields) => {
        const once = of(given, ...fields);
        expect(minimise(once, fields)).toEqual({ args: once, isChanged: false });
      }),
    );
  });

  test('what is given is not touched', () => {
    fc.assert(
      fc.property(args, rule, (given, fields) => {
        const before = structuredClone(given);
        of(given, ...fields);
        expect(given).toEqual(before);
      }),
    );
  });
});

/** Paths, `[]` for an item, and values of what is neither object nor list. */
function leaves(
  value: JsonValue,
  path: readonly string[] = [],
): readonly (readonly [readonly string[], JsonValue])[] {
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item) => leaves(item, [...path, '[]']));
  if (!isJsonObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}
