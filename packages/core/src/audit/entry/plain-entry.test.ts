/** The quick check of an entry and the slow one say the same of every text: what is quick may miss, and is never wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault, utf8 } from '../../kernel/index.ts';
import { ENTRY_KINDS, type EntryKind } from '../../model/index.ts';
import { isPlainEntry, parseEntry } from './index.ts';
import { parseByShape } from './parse-entry.ts';
import { choice, counts, integer, list, nullable, object, type Shape, text } from './shape.ts';
import { shapePattern } from './shape-pattern.ts';
import { entryFields } from './shapes.ts';

/** Values of `shape`, mostly ordinary, now and then such as need an escape or the longest number. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'text':
      return fc.oneof(
        { weight: 30, arbitrary: fc.stringMatching(shape.pattern, { size: 'xsmall' }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('é/log', 'é/log#1', 'a\u2028b', '\u0001', '\ud800x', 'a"b', 'a\\b', ''),
        },
      );
    case 'integer':
      return fc.oneof(
        { weight: 20, arbitrary: fc.integer({ min: shape.minimum, max: Math.min(shape.maximum, 2 ** 31) }) },
        { weight: 1, arbitrary: fc.constantFrom(shape.minimum, shape.maximum, shape.maximum + 1, -1, 0.5) },
      );
    case 'choice':
      return fc.constantFrom(...shape.values.keys());
    case 'nullable':
      return fc.option(valuesOf(shape.of));
    case 'list':
      return fc.array(valuesOf(shape.of), { maxLength: Math.min(3, shape.maximum + 1) });
    case 'counts':
      return fc
        .array(fc.tuple(fc.stringMatching(shape.keys, { size: 'xsmall' }), fc.nat()), { maxLength: 3 })
        .map((members) => Object.fromEntries(members.sort(([left], [right]) => (left < right ? -1 : 1))));
    case 'object':
      return fc
        .tuple(
          ...shape.fields.map((field) =>
            field.optional ? fc.option(valuesOf(field.shape), { nil: undefined }) : valuesOf(field.shape),
          ),
        )
        .map((values) => Object.fromEntries(shape.fields.map(({ name }, at) => [name, values[at]])));
    default:
      return shape satisfies never;
  }
}

/** JSON texts that are entries of `kind`, or nearly. */
function textsOf(kind: EntryKind): fc.Arbitrary<string> {
  const values = valuesOf({ type: 'object', fields: entryFields(kind) });
  return values.map((value) => JSON.stringify({ ...(value as object), kind }));
}

const PIECES = [
  '"',
  '\\',
  ',',
  '{',
  '}',
  '[',
  ']',
  ':',
  ' ',
  '0',
  '-',
  '.5',
  'e1',
  'é',
  '\u0000',
  '\n',
  '\\u0041',
  'null',
];
const NUMBERS = ['9007199254740991', '9007199254740992', '999999999999999', '00', '-0', '1e3', '1.0', '0123'];

type Edit = (whole: string) => string;

/** A small change somewhere in a text. */
const edit: fc.Arbitrary<Edit> = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), fc.constantFrom(...PIECES), fc.nat(4))
  .map(([where, length, piece, what]): Edit => {
    return (whole) => {
      const at = Math.floor(where * whole.length);
      const [before, cut, after] = [
        whole.slice(0, at),
        whole.slice(at, at + length),
        whole.slice(at + length),
      ];
      if (what === 0) return before + piece + cut + after;
      if (what === 1) return before + after;
      if (what === 2) return before + cut + cut + after;
      if (what === 3) return before + piece + after;
      const number = NUMBERS[length % NUMBERS.length] ?? '';
      return before + (cut + after).replace(/\d+/, number);
    };
  });

function outcomeOf(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    return { entry: read(bytes) };
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    return { code: fault.code, message: fault.message, data: fault.data };
  }
}

function expectSame(whole: string): void {
  const bytes = utf8(whole);
  const slow = outcomeOf(parseByShape, bytes);
  expect(outcomeOf(parseEntry, bytes)).toEqual(slow);
  if (!isPlainEntry(bytes)) return;
  expect(slow).toEqual({ entry: JSON.parse(whole) as unknown });
  expect(JSON.stringify(JSON.parse(whole))).toBe(whole);
}

describe.each(ENTRY_KINDS)('an entry of kind `%s`', (kind) => {
  test('is taken or refused alike, for the same reason, as drawn and after changes', () => {
    fc.assert(
      fc.property(textsOf(kind), fc.array(edit, { maxLength: 3 }), (whole, edits) => {
        expectSame(whole);
        expectSame(edits.reduce((changed, change) => change(changed), whole));
      }),
      { numRuns: 150 },
    );
  });

  test('is checked quickly where nothing in it is unusual', () => {
    const plain = fc.sample(textsOf(kind), 200).filter((whole) => isPlainEntry(utf8(whole)));
    expect(plain.length).toBeGreaterThan(0);
  });
});

test.each([
  ['a comma too many', '{"a":1,}'],
  ['a comma too few', '{"a":1"b":1}'],
  ['fields in another order', '{"b":1,"a":1}'],
  ['a field twice', '{"a":1,"a":1}'],
  ['a field that is not known', '{"a":1,"c":1}'],
  ['white space', '{"a": 1}'],
  ['another spelling of a number', '{"a":1.0}'],
  ['something after it', '{"a":1}\n'],
])('fields that may all be absent: %s is not taken', (_what, whole) => {
  const pattern = new RegExp(`^${shapePattern(object({ 'a?': integer(), 'b?': integer() }))}$`);
  for (const good of ['{}', '{"a":1}', '{"b":0}', '{"a":1,"b":2}']) expect(pattern.test(good)).toBe(true);
  expect(pattern.test(whole)).toBe(false);
});

test.each([
  ['a pattern that could run over the end of its string', text(/^[!-~]{1,9}$/, '')],
  ['a pattern with a dot', text(/^a.b$/, '')],
  ['a pattern that lets an escape through', text(/^[^"]*$/, '')],
  ['a pattern without an end', text(/^a/, '')],
  ['a pattern with a quote of its own', text(/^a","b":"c$/, '')],
  ['a pattern whose anchors hold one alternative each', text(/^a|b$/, '')],
  ['a pattern whose letters may be of either case', text(/^a$/i, '')],
  ['a bound between the two that are known', integer(0, 1_000)],
  ['a first field that may be absent, before one that may not', object({ 'a?': integer(), b: integer() })],
  ['a list of what is never taken', list(nullable(integer(5, 50)), 3)],
  ['counts with keys that are never taken', counts(/^.$/, 3)],
])('%s is left to the slower way', (_what, shape) => {
  const pattern = new RegExp(`^${shapePattern(shape)}$`);
  for (const whole of ['"a"', '"aXb"', '"A"', '7', '{"b":7}', '[7]', '{"a":1}', '"a","b":"c"', '"\\n"'])
    expect(pattern.test(whole), whole).toBe(false);
});

test('a list has at most its number of items', () => {
  const pattern = new RegExp(`^${shapePattern(list(integer(), 2))}$`);
  for (const good of ['[]', '[1]', '[1,2]']) expect(pattern.test(good)).toBe(true);
  for (const bad of ['[1,2,3]', '[,1]', '[1,]', '[1 ]']) expect(pattern.test(bad)).toBe(false);
});

test('a choice is a text, not a pattern', () => {
  const pattern = new RegExp(`^${shapePattern(choice('a.b', 'c|d', 1))}$`);
  expect(['"a.b"', '"c|d"', '1', '"axb"', '"c"', '1.0'].map((one) => pattern.test(one))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
