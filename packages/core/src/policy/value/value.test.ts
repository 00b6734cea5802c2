/** Values: exact integers, sets and records without surprises, JSON in and out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addLong,
  CedarSet,
  Datetime,
  Decimal,
  Duration,
  equalValues,
  type ExactJson,
  IpAddress,
  isRecord,
  makeRecord,
  MAX_LONG,
  MIN_LONG,
  multiplyLong,
  negateLong,
  parseExactJson,
  printExactJson,
  subtractLong,
  toLong,
  Uid,
  type Value,
  valueFromJson,
  valueToJson,
} from './index.ts';

const longs = fc.oneof(
  fc.bigInt({ min: MIN_LONG, max: MAX_LONG }),
  fc.bigInt({ min: -10n, max: 10n }),
  fc.constantFrom(2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 2n ** 32n, 3_037_000_500n, MIN_LONG, MAX_LONG),
);

const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Value>('', 'a', '\0User\0a', true, false),
    longs.map((long): Value => toLong(long) ?? 0),
    fc.constantFrom<Value>(new Uid('User', 'a'), new Uid('User', 'b'), new Uid('App::User', 'a')),
    longs.map((long): Value => new Decimal(toLong(long) ?? 0)),
    longs.map((long): Value => new Duration(toLong(long) ?? 0)),
    longs.map((long): Value => new Datetime(toLong(long) ?? 0)),
    fc.constantFrom<Value>(new IpAddress(4, 1n, 32), new IpAddress(4, 1n, 8), new IpAddress(6, 1n, 128)),
    fc.array(tie('value'), { maxLength: 20 }).map((elements): Value => new CedarSet(elements)),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'toString'), tie('value')), { maxLength: 4 })
      .map((entries): Value => makeRecord(entries)),
  ),
}));

describe('integers', () => {
  test.each([
    ['sum', addLong, (one: bigint, other: bigint) => one + other],
    ['difference', subtractLong, (one: bigint, other: bigint) => one - other],
    ['product', multiplyLong, (one: bigint, other: bigint) => one * other],
  ] as const)('the %s is exact, or there is none', (_what, compute, exact) => {
    fc.assert(
      fc.property(longs, longs, (one, other) => {
        const given = compute(toLong(one) ?? 0, toLong(other) ?? 0);
        expect(given).toBe(toLong(exact(one, other)));
      }),
      { numRuns: 2000 },
    );
  });

  test('one integer has one form, and zero no sign', () => {
    expect(toLong(2n ** 53n - 1n)).toBe(2 ** 53 - 1);
    expect(toLong(2n ** 53n)).toBe(2n ** 53n);
    expect(multiplyLong(0, -5)).toBe(0);
    expect(negateLong(0)).toBe(0);
    expect(negateLong(MIN_LONG)).toBeUndefined();
    expect(negateLong(MAX_LONG)).toBe(-MAX_LONG);
  });
});

describe('sets and records', () => {
  test('a set holds what it was made of, once, in any order, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 30 }), values, (elements, other) => {
        const set = new CedarSet(elements);
        for (const element of elements) expect(set.has(element)).toBe(true);
        expect(set.has(other)).toBe(elements.some((element) => equalValues(element, other)));
        for (const [index, element] of set.elements.entries())
          expect(set.elements.findIndex((one) => equalValues(one, element))).toBe(index);
        expect(equalValues(set, new CedarSet(elements.toReversed()))).toBe(true);
        const fewer = new CedarSet(elements.slice(1));
        expect(set.hasAll(fewer)).toBe(true);
        expect(fewer.hasAny(set)).toBe(fewer.size > 0);
      }),
      { numRuns: 500 },
    );
  });

  test('a text is no uid, however it looks, in small sets and in large ones', () => {
    const many = Array.from({ length: 20 }, (_, index) => `filler${index}`);
    for (const others of [[], many]) {
      expect(new CedarSet([new Uid('User', 'a'), ...others]).has('\0User\0a')).toBe(false);
      expect(new CedarSet(['\0User\0a', ...others]).has(new Uid('User', 'a'))).toBe(false);
      expect(new CedarSet([1, ...others]).has('1')).toBe(false);
    }
  });

  test('names of records are data: nothing is inherited, and `__proto__` is a name like any other', () => {
    const empty = makeRecord([]);
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty'])
      expect(empty[name]).toBeUndefined();
    const odd = valueFromJson(parseExactJson('{"__proto__": {"a": 1}}'));
    expect(isRecord(odd) && Object.keys(odd)).toEqual(['__proto__']);
    expect(isRecord(odd) && odd['a']).toBeUndefined();
  });

  test('what is changed on the way to a record does not change other records', () => {
    expect(Object.isFrozen(Object.getPrototypeOf(makeRecord([])))).toBe(true);
  });
});

describe('equality', () => {
  test('holds of a value and its copy, and says the same both ways round', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        expect(equalValues(one, valueFromJson(valueToJson(one)))).toBe(true);
        expect(equalValues(one, other)).toBe(equalValues(other, one));
      }),
      { numRuns: 1000 },
    );
  });

  test.each<[string, Value, Value]>([
    ['an integer and a decimal', 1, new Decimal(10_000)],
    ['a datetime and a duration', new Datetime(5), new Duration(5)],
    ['an address and its range', new IpAddress(4, 1n, 32), new IpAddress(4, 1n, 31)],
    ['the same number in two versions', new IpAddress(4, 1n, 32), new IpAddress(6, 1n, 32)],
    ['a record and one with a name more', makeRecord([]), makeRecord([['a', 1]])],
    ['an empty set and an empty record', new CedarSet([]), makeRecord([])],
    ['uids of two types', new Uid('A', 'x'), new Uid('B', 'x')],
  ])('does not hold of %s', (_what, one, other) => {
    expect(equalValues(one, other)).toBe(false);
  });
});

describe('JSON', () => {
  test('integers are exact in both directions', () => {
    const text = '{"a":[9223372036854775807,-9223372036854775808,9007199254740993,0]}';
    expect(printExactJson(parseExactJson(text))).toBe(text);
    expect(printExactJson(valueToJson(valueFromJson(parseExactJson(text))))).toBe(text);
  });

  test.each<[string, ExactJson]>([
    ['null', null],
    ['null in a list', [1, null]],
    ['a fraction', 1.5],
    ['a number that JavaScript rounded', 2 ** 53],
    ['an integer outside 64 bits', 2n ** 63n],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a name', { '\ud800': 1 }],
    ['`__expr`', { __expr: '1' }],
    ['an entity without an id', { __entity: { type: 'A' } }],
    ['an unknown function', { __extn: { fn: 'now', arg: '' } }],
    ['a wrong text of an extension', { __extn: { fn: 'ip', arg: '1.2.3' } }],
    ['an offset of nothing', { __extn: { fn: 'offset', args: [] } }],
    ['a value nested too deeply', Array.from({ length: 70 }).reduce<ExactJson>((inner) => [inner], 1)],
  ])('%s is refused', (_what, json) => {
    expect(() => valueFromJson(json)).toThrow(expect.objectContaining({ code: 'policy.query' }));
  });

  test.each([
    ['an integer outside 64 bits', '9223372036854775808'],
    ['half a text', '{"a":'],
    ['nothing', ''],
  ])('%s is no exact JSON', (_what, text) => {
    expect(() => parseExactJson(text)).toThrow(expect.objectContaining({ code: 'json.syntax' }));
  });
});
