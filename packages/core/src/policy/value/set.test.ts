/** Sets of anything: equality by what is in them, in time that what a caller sends does not decide. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CedarSet, equalValues, type Value, valueFromJson } from './index.ts';

const JSON_VALUE = fc.letrec<{ readonly value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(0, 1, '1', 'true', true, '', '\0', '\0\u0001[]', '[]', '{}', 'uid["A","b"]'),
    fc.constantFrom(
      { __entity: { type: 'A', id: 'b' } },
      { __entity: { type: 'A', id: '' } },
      { __extn: { fn: 'decimal', arg: '1.0' } },
      { __extn: { fn: 'ip', arg: '10.0.0.0/8' } },
      { __extn: { fn: 'ip', arg: '10.0.0.1/8' } },
      { __extn: { fn: 'datetime', arg: '1970-01-01' } },
      { __extn: { fn: 'duration', arg: '0s' } },
      { __extn: { fn: 'duration', arg: '0ms' } },
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '1'), tie('value'), { noNullPrototype: true, maxKeys: 2 }),
  ),
})).value;

/** Equality by its definition, element by element in pairs. */
function same(left: Value, right: Value): boolean {
  if (left instanceof CedarSet && right instanceof CedarSet) {
    const within = (one: CedarSet, other: CedarSet): boolean =>
      one.elements.every((element) => other.elements.some((candidate) => same(element, candidate)));
    return within(left, right) && within(right, left);
  }
  const [one, other] = [left as object, right as object];
  if (
    typeof left !== 'object' ||
    left instanceof CedarSet ||
    typeof right !== 'object' ||
    right instanceof CedarSet
  )
    return left === right;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const names = Object.keys({ ...one, ...other });
  return names.every((name) => {
    const [first, second] = [(one as never)[name], (other as never)[name]] as (Value | undefined)[];
    return first !== undefined && second !== undefined && same(first, second);
  });
}

test('a set holds each value once, finds what it holds, and equals what holds the same', () => {
  fc.assert(
    fc.property(
      fc.array(JSON_VALUE, { maxLength: 30 }),
      fc.array(JSON_VALUE, { maxLength: 4 }),
      (json, more) => {
        const values = json.map((one) => valueFromJson(one as never));
        const set = new CedarSet(values);
        const once = values.filter((value, at) => !values.slice(0, at).some((other) => same(other, value)));
        expect(set.elements).toEqual(once);
        for (const value of [...values, ...more.map((one) => valueFromJson(one as never))])
          expect(set.has(value)).toBe(values.some((other) => same(other, value)));
        const [all, other] = [new CedarSet(values.toReversed()), new CedarSet(values.slice(1))];
        expect(equalValues(set, all)).toBe(true);
        expect(equalValues(set, other)).toBe(same(set, other));
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['records', (at: number): unknown => ({ id: at })],
  ['sets', (at: number): unknown => [at, 'x']],
  ['durations', (at: number): unknown => ({ __extn: { fn: 'duration', arg: `${at}ms` } })],
])('a set of a hundred thousand %s compares no two of them', (_what, make) => {
  const one = valueFromJson(Array.from({ length: 100_000 }, (_, at) => make(at)) as never);
  const other = valueFromJson(Array.from({ length: 100_000 }, (_, at) => make(99_999 - at)) as never);
  expect((one as CedarSet).size).toBe(100_000);
  expect(equalValues(one, other)).toBe(true);
});

test.each(['', 'A\0b', 'A^B', 'A:', 'A::', '::A', '1A', 'Ä', 'A ', 'A\n'])(
  'an entity of the type `%j` is refused: it could share the key of another',
  (type) => {
    expect(() => valueFromJson({ __entity: { type, id: 'x' } })).toThrow('whose type is no name');
  },
);
