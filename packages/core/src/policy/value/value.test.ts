/** Values are exact, and equal where Cedar says so. */
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
  type Long,
  makeRecord,
  MAX_LONG,
  MIN_LONG,
  multiplyLong,
  negateLong,
  parseExactJson,
  printExactJson,
  recordFromJson,
  subtractLong,
  toLong,
  Uid,
  type Value,
  valueFromJson,
  valueToJson,
} from './index.ts';

const near = (middle: bigint): fc.Arbitrary<bigint> =>
  fc.bigInt({ min: -4n, max: 4n }).map((by) => middle + by);
const integers = fc.oneof(
  fc.bigInt({ min: MIN_LONG, max: MAX_LONG }),
  ...[0n, MIN_LONG + 4n, MAX_LONG - 4n, 2n ** 53n, -(2n ** 53n), 2n ** 32n, 3037000500n].map(near),
);
const long = (value: bigint): Long => toLong(value) as Long;

describe('defect 12: integers of 64 bits are exact', () => {
  test.each([
    ['sums', addLong, (a: bigint, b: bigint) => a + b],
    ['differences', subtractLong, (a: bigint, b: bigint) => a - b],
    ['products', multiplyLong, (a: bigint, b: bigint) => a * b],
  ] as const)('%s are those of whole numbers, or overflow', (_what, ours, exact) => {
    fc.assert(
      fc.property(integers, integers, (a, b) => {
        const result = ours(long(a), long(b));
        expect(result).toBe(toLong(exact(a, b)));
        expect(Object.is(result, -0)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('one integer has one form', () => {
    fc.assert(
      fc.property(integers, (value) => {
        const form = long(value);
        expect(typeof form).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint');
        expect(negateLong(form)).toBe(toLong(-value));
      }),
    );
    expect(toLong(MAX_LONG + 1n)).toBeUndefined();
    expect(negateLong(MIN_LONG)).toBeUndefined();
  });

  test('JSON keeps them, in and out', () => {
    fc.assert(
      fc.property(integers, (value) => {
        const parsed = parseExactJson(`{"a":[${value}]}`) as { readonly a: readonly ExactJson[] };
        expect(parsed.a[0]).toBe(long(value));
        expect(printExactJson(parsed)).toBe(`{"a":[${value}]}`);
      }),
    );
    expect(() => parseExactJson('9223372036854775808')).toThrow(
      expect.objectContaining({ code: 'json.syntax' }),
    );
    expect(() => valueFromJson(2 ** 60)).toThrow(/not an exact integer/);
    expect(() => valueFromJson(1.5)).toThrow(/not an exact integer/);
  });
});

describe('extension values', () => {
  test.each([
    '1',
    '1.',
    '.5',
    '1.00001',
    '922337203685477.5808',
    '-922337203685477.5809',
    '1e3',
    ' 1.0',
    '+1.0',
    '',
  ])('`%s` is no decimal, never a rounded one', (text) => expect(Decimal.parse(text)).toBeUndefined());

  test.each([
    ['0.1', '0.1'],
    ['-0.0001', '-0.0001'],
    ['001.5000', '1.5'],
    ['922337203685477.5807', '922337203685477.5807'],
    ['-922337203685477.5808', '-922337203685477.5808'],
    ['-0.0', '0.0'],
  ])('the decimal %s is %s', (text, printed) => expect(String(Decimal.parse(text))).toBe(printed));

  test.each([
    '256.1.1.1',
    '01.1.1.1',
    '1.1.1',
    '1.1.1.1/33',
    '1.1.1.1/08',
    '1.1.1.1/',
    '::1/129',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '::ffff:1.2.3.4',
    '12345::',
    'fe80::1%eth0',
    '',
    '1.1.1.1 ',
  ])('`%s` is no address', (text) => expect(IpAddress.parse(text)).toBeUndefined());

  test.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.0.0.0/7', '10.0.0.0/8', false],
    ['11.0.0.1', '10.0.0.0/8', false],
    ['::ffff', '::/112', true],
    ['0.0.0.1', '::/0', false],
    ['10.0.0.0/8', '10.0.0.0/8', true],
  ])('%s in %s: %s', (address, range, expected) => {
    const [one, other] = [IpAddress.parse(address), IpAddress.parse(range)];
    expect(other !== undefined && one?.isInRange(other)).toBe(expected);
  });

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-1-1',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:00:60Z',
    '2026-11-21T10:00:00',
    '2026-11-21T10:00:00.1Z',
    '2026-11-21T10:00:00+2400',
    '2026-11-21T10:00:00+01:00',
    '10000-01-01',
  ])('`%s` is no datetime', (text) => expect(Datetime.parse(text)).toBeUndefined());

  test.each([
    ['1970-01-01', 0],
    ['2000-02-29', 951_782_400_000],
    ['0000-01-01', -62_167_219_200_000],
    ['2026-11-21T10:00:00+0130', Date.UTC(2026, 10, 21, 8, 30)],
    ['2026-11-21T10:00:00.123-0130', Date.UTC(2026, 10, 21, 11, 30, 0, 123)],
  ])('%s is %d milliseconds after 1970', (text, epoch) => expect(Datetime.parse(text)?.epoch).toBe(epoch));

  test('a day before 1970 begins at its midnight', () => {
    const instant = new Datetime(-1);
    expect([instant.toDate()?.epoch, instant.toTime().milliseconds]).toEqual([-86_400_000, 86_399_999]);
    expect(new Datetime(MIN_LONG).toDate()).toBeUndefined();
  });

  test.each(['', '1', '1h1d', '1.5h', '1d ', '9223372036854775808ms', '--1h', '1h1h'])(
    '`%s` is no duration',
    (text) => expect(Duration.parse(text)).toBeUndefined(),
  );
});

describe('sets and records', () => {
  const leaf = fc.oneof(
    fc.boolean(),
    fc.integer(),
    fc.constantFrom('a', 'b', '\0A\0a', '\0\0x'),
    fc.constantFrom('a', 'b').map((id) => new Uid('A', id)),
    fc.constant(new Decimal(1)),
  );
  const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 20 }).map((items) => new CedarSet(items)),
      fc
        .dictionary(fc.constantFrom('a', 'toString', '__proto__'), tie('value'))
        .map((members) => makeRecord(Object.entries(members))),
    ),
  })).value;

  test('order and repetition make no difference, in sets small and large', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (items) => {
        const [one, other] = [new CedarSet(items), new CedarSet([...items, ...items].reverse())];
        expect(equalValues(one, other)).toBe(true);
        expect(items.every((item) => one.has(item))).toBe(true);
        expect(one.size).toBe(
          items.filter((item, index) => items.findIndex((earlier) => equalValues(earlier, item)) === index)
            .length,
        );
        expect(one.has('not there') || one.has(new Uid('B', 'a'))).toBe(false);
      }),
    );
  });

  test('the JSON form of a value is that value', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(equalValues(valueFromJson(valueToJson(one)), one)).toBe(true);
      }),
    );
  });

  test('every name of a record is data', () => {
    const record = recordFromJson(
      JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, ExactJson>,
    );
    expect([record['__proto__'], record['constructor'], record['toString']]).toEqual([1, 2, undefined]);
    expect(isRecord(record) && !isRecord({}) && !isRecord(new Uid('A', 'a'))).toBe(true);
  });

  test.each([
    ['null', null],
    ['an escape of an unknown function', { __extn: { fn: 'nope', arg: '1' } }],
    ['an address that is none', { __extn: { fn: 'ip', arg: '1' } }],
    ['an entity without its id', { __entity: { type: 'A' } }],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a name', { '\udc00': 1 }],
  ] as const)('%s is refused', (_what, json) => {
    expect(() => valueFromJson(json)).toThrow(expect.objectContaining({ code: 'policy.query' }));
  });
});
