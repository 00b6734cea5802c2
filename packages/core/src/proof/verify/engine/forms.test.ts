/** The reader of places says of every text what parsing it says, whatever it read before. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlaceReader, type Place } from './forms.ts';

const ENTRY_NAMES = ['kind', 'origin', 'time', 'decisionOf', 'timeFloor', 'witnessedSize'];
const PRODUCER_NAMES = ['boot', 'counter', 'previous'];

/** What is read of `text` by a parser alone, and whether JSON.stringify would have written it. */
function parsed(text: string): unknown {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { place: undefined, refusals: 1 };
  }
  const isObject = text.startsWith('{');
  const read = (from: unknown, names: readonly string[]) =>
    names.map((name) => [name, number(JSON.stringify((from as Record<string, unknown> | null)?.[name]))]);
  const place = Object.fromEntries([
    ...read(value, ENTRY_NAMES),
    ...read(isObject ? value['producer'] : undefined, PRODUCER_NAMES),
  ]) as unknown;
  const isExact = isObject && JSON.stringify(value) === text;
  return { place: isObject ? place : undefined, refusals: isExact ? 0 : 1 };
}

/** Values that are neither strings, counts nor `null` are all refused alike: which they are is not compared. */
const number = (raw: string | undefined): string | undefined =>
  raw !== undefined && /^(?:"|null$|(?:0|[1-9]\d{0,14})$)/.test(raw) ? raw : undefined;

function createReader(): (text: string) => unknown {
  const read = createPlaceReader();
  return (text) => {
    let refusals = 0;
    const found = read(text, () => (refusals += 1));
    const names = [...ENTRY_NAMES, ...PRODUCER_NAMES] as (keyof Place)[];
    const place = found && Object.fromEntries(names.map((name) => [name, number(found[name])]));
    return { place, refusals };
  };
}

const scalar = fc.oneof(
  fc.nat(),
  fc.constantFrom('', 'allow', 'é', 'a"b', 'a\\b', '\u2028', '\u0001', '5', 'null', '\u007f'),
  fc.constantFrom(null, true, -1, 0.5, 1e21, 2 ** 53 - 1, 999_999_999_999_999, 1_000_000_000_000_000),
);
const key = fc.constantFrom(
  ...ENTRY_NAMES,
  ...PRODUCER_NAMES,
  'producer',
  'producer.boot',
  'a',
  'é"[',
  '__proto__',
  '10',
  '9',
);
const { value: anyValue } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: scalar },
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const producer = fc.record({ boot: scalar, counter: scalar, previous: scalar, more: anyValue });
const entry = fc.record(
  Object.fromEntries([...ENTRY_NAMES, 'a', 'b'].map((name) => [name, anyValue] as const)),
  { requiredKeys: [] },
);
const texts = fc
  .tuple(entry, fc.oneof(producer, anyValue))
  .map(([some, by]) => JSON.stringify({ ...some, producer: by }));

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
  '.0',
  'e1',
  'é',
  '\u0000',
  '\\u0061',
  '"time":1,',
  '"a":1,',
];

/** A text with something put in, taken out or said twice. */
const edited = fc
  .tuple(texts, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(9), fc.constantFrom(...PIECES), fc.nat(2))
  .map(([whole, where, length, piece, what]) => {
    const at = Math.floor(where * whole.length);
    const [before, cut, after] = [whole.slice(0, at), whole.slice(at, at + length), whole.slice(at + length)];
    return [before + piece + cut + after, before + after, before + cut + cut + after][what] ?? whole;
  });

/** The same members with other strings and counts. */
const varied = fc
  .tuple(texts, fc.nat(), fc.stringMatching(/^[a-z]{0,9}$/))
  .map(([whole, count, word]) =>
    whole.replace(/:\d+(?=[,}])/g, `:${count}`).replace(/:"[^"\\]*"/g, `:"${word}"`),
  );

test('of any texts, one after the other, it reads what parsing reads, and refuses what JSON.stringify would not have written', () => {
  const some = fc.array(fc.oneof(texts, edited, varied), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(some, (all) => {
      const read = createReader();
      // Twice, because what was read once is read by its form.
      for (const text of [...all, ...all]) expect(read(text), text).toEqual(parsed(text));
    }),
    { numRuns: 2_000 },
  );
});

describe('after an entry of the same form', () => {
  const FIRST =
    '{"kind":"a","list":[{"n":1},{"n":2}],"text":"b","time":5,"none":null,"producer":{"boot":"x"}}';
  const replaced = (from: string, to: string): string => {
    expect(FIRST).toContain(from);
    return FIRST.replace(from, to);
  };
  test.each([
    ['another string', replaced('"b"', '"other é"')],
    ['another count', replaced('5', '999999999999999')],
  ])('%s is read', (_what, text) => {
    const read = createReader();
    read(FIRST);
    expect(read(text)).toEqual(parsed(text));
    expect(read(text)).toMatchObject({ refusals: 0 });
  });

  test.each([
    ['an escape', replaced('"b"', '"\\u0062"')],
    ['a control character', replaced('"b"', '"\n"')],
    ['a member twice', replaced('"time":5', '"time":5,"time":5')],
    ['a member of a list twice', replaced('{"n":2}', '{"n":2,"n":3}')],
    ['a count with a zero before it', replaced('5', '05')],
    ['a count that readers round', replaced('5', '9007199254740993')],
    ['a fraction that says nothing', replaced('5', '5.0')],
    ['white space', replaced(',"text"', ', "text"')],
    ['no end', FIRST.slice(0, -1)],
    ['something after its end', `${FIRST}\n`],
    ['no comma', replaced(',"text"', '"text"')],
  ])('%s is refused', (_what, text) => {
    const read = createReader();
    read(FIRST);
    expect(read(text)).toMatchObject({ refusals: 1 });
  });
});

test('what is nested deeper than can be written again is refused, and ends nothing', () => {
  const deep = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
  expect(createReader()(deep)).toMatchObject({ place: {} });
});
