/** Entries as bytes: written in one form, read strictly, every field classified. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault, type JsonValue, utf8 } from '../../kernel/index.ts';
import {
  BODY_CLASSIFICATION,
  type DecisionRecord,
  ENTRY_CLASSIFICATION,
  ENTRY_KINDS,
  ENVELOPE_CLASSIFICATION,
  type Entry,
  type EntryDetail,
  MODES,
  OUTCOMES,
  RECORDED_METHODS,
  VERDICTS,
} from '../../model/index.ts';
import { sampleDecision, sampleDraft, sampleHash, sampleLogIdentity } from '../../testing/index.ts';
import { completeEntry, openCommitment, parseEntry, prepareEntry } from './index.ts';
import { entryFields } from './shapes.ts';
import type { FieldShape, Shape } from './shape.ts';

const PLACE = {
  producer: { id: 'node-1', boot: '01J00000000000000000000000', counter: 3, previous: 7 },
  timeFloor: 1_000,
  witnessedSize: 0,
};

function write(detail: EntryDetail, committed: Record<string, string> = {}): Uint8Array {
  const draft = sampleDraft(detail, { committed, consumes: ['approval:1'] });
  return utf8(completeEntry(prepareEntry(draft, sampleLogIdentity()), undefined, PLACE, {}));
}

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const code = fc.stringMatching(/^[a-z][a-z0-9._/:-]{0,30}$/);
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,30}$/);
const count = fc.nat();

const decision: fc.Arbitrary<DecisionRecord> = fc
  .record({
    verdict: fc.constantFrom(...VERDICTS),
    mode: fc.constantFrom(...MODES),
    source: fc.constantFrom('admission' as const, 'policy' as const, 'fault' as const),
    method: fc.constantFrom(...RECORDED_METHODS, 'other'),
    determining: fc.array(fc.record({ id: name, contentHash: hash }), { maxLength: 5 }),
    determiningCount: count,
    errors: fc.array(fc.record({ policy: name, code }), { maxLength: 3 }),
    obligations: fc.array(fc.record({ type: code, names: fc.array(name, { maxLength: 3 }) }), {
      maxLength: 3,
    }),
    spentUs: fc.record({ identify: count, admit: count, facts: count, decide: count }, { requiredKeys: [] }),
    held: fc.array(fc.record({ contentHash: hash, quorum: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 3,
    }),
  })
  .map((changes) => sampleDecision(changes));

const detail: fc.Arbitrary<EntryDetail> = fc.oneof(
  decision.map((record): EntryDetail => ({ kind: 'decision', decision: record })),
  fc
    .record({
      outcome: fc.constantFrom(...OUTCOMES),
      decisionOf: count,
      delivery: decision,
      redactions: fc.dictionary(code, count, { maxKeys: 5 }),
      costMicros: count,
      spentUs: fc.record({ record: count, perform: count, inspect: count }, { requiredKeys: [] }),
    })
    .map((record): EntryDetail => ({ kind: 'outcome', ...record })),
  fc
    .record({ counts: fc.dictionary(code, count, { maxKeys: 5 }), since: count })
    .map((refusals): EntryDetail => ({ kind: 'refusals', refusals })),
);

test('what is written is read as it was drafted, and there is one text for it', () => {
  fc.assert(
    fc.property(detail, fc.string(), (drafted, personal) => {
      const bytes = write(drafted, { person: personal });
      const entry = parseEntry(bytes);
      expect(entry).toMatchObject(JSON.parse(JSON.stringify(drafted)) as object);
      expect(utf8(JSON.stringify(entry))).toEqual(bytes);
    }),
  );
});

test('long lists are cut to an entry of 8 KiB, with their count, and committed to in full', () => {
  const many = <Item>(item: (at: number) => Item): Item[] =>
    Array.from({ length: 1_024 }, (_, at) => item(at));
  const contentHash = sampleHash('5');
  const lists = {
    determining: many((at) => ({ id: `policy-${at}`, contentHash })),
    errors: many((at) => ({ policy: `policy-${at}`, code: 'policy.type' })),
    obligations: [{ type: 'label', names: many((at) => `label-${at}`) }],
    held: many(() => ({ contentHash, quorum: 1 })),
  };
  const record = sampleDecision({ ...lists, parts: { count: 1_024, verdicts: { step_up: 1_024 } } });
  const draft = sampleDraft({ kind: 'decision', decision: record });
  const prepared = prepareEntry(draft, sampleLogIdentity());
  const bytes = utf8(completeEntry(prepared, undefined, PLACE, {}));
  expect(bytes.length).toBeLessThanOrEqual(8 * 1024);
  const entry = parseEntry(bytes);
  const { cut } = (entry as Extract<Entry, { kind: 'decision' }>).decision;
  expect(cut).toEqual([
    { list: 'determining', count: 1_024 },
    { list: 'errors', count: 1_024 },
    { list: 'obligations', count: 1 },
    { list: 'held', count: 1_024 },
  ]);
  const body = JSON.parse(prepared.body ?? 'null') as {
    fields: Record<string, JsonValue>;
    salts: Record<string, string>;
  };
  for (const [list, value] of Object.entries(lists)) {
    const field = `decision.${list}`;
    expect(body.fields[field]).toEqual(value);
    expect(openCommitment(entry, { field, value, salt: body.salts[field] ?? '' })).toBe(true);
  }
});

test('the largest lists of every kind still make an entry, whatever they hold', () => {
  const long = (at: number): string => `p${at}${'x'.repeat(120)}`;
  const count = 64;
  const record = sampleDecision({
    determining: Array.from({ length: count }, (_, at) => ({ id: long(at), contentHash: sampleHash() })),
    errors: Array.from({ length: count }, (_, at) => ({ policy: long(at), code: 'x'.repeat(96) })),
    held: Array.from({ length: count }, () => ({ contentHash: sampleHash(), quorum: 9 })),
    obligations: Array.from({ length: count }, () => ({ type: 'redact', names: Array(count).fill(long(1)) })),
  });
  expect(
    write({ kind: 'outcome', outcome: 'performed', decisionOf: 1, delivery: record }).length,
  ).toBeLessThan(8 * 1024);
});

test('no byte of an entry can be changed into another entry unnoticed as malformed or as different', () => {
  const bytes = write({ kind: 'decision', decision: sampleDecision() });
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const edited = bytes.slice();
      edited[at] = (edited[at] as number) ^ change;
      let read: unknown;
      try {
        read = parseEntry(edited);
      } catch (fault) {
        expect(isFault(fault)).toBe(true);
        return;
      }
      expect(JSON.stringify(read)).not.toBe(new TextDecoder().decode(bytes));
    }),
  );
});

test('any bytes are an entry or a fault, never another error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
      try {
        parseEntry(bytes);
      } catch (fault) {
        expect(isFault(fault)).toBe(true);
      }
    }),
  );
});

test.each<readonly [string, (text: string) => string, string]>([
  ['an unknown field', (text) => text.replace('"time":', '"note":1,"time":'), 'note'],
  [
    'an unknown field deep within',
    (text) => text.replace('"count":1', '"count":1,"who":"Ada"'),
    'decision.parts.who',
  ],
  ['a missing field', (text) => text.replace(/"tenant":"[^"]*",/, ''), 'id'],
  ['a field out of place', (text) => text.replace(/("tenant":"[^"]*"),("id":"[^"]*")/, '$2,$1'), 'id'],
  ['a duplicate field', (text) => text.replace('"time":1000', '"time":1000,"time":1000'), ''],
  ['white space', (text) => text.replace(',', ', '), ''],
  ['a second spelling of a number', (text) => text.replace('"time":1000', '"time":1e3'), ''],
  ['a second spelling of a string', (text) => text.replace('"allow"', '"\\u0061llow"'), ''],
  ['an unknown kind', (text) => text.replace('"kind":"decision"', '"kind":"verdict"'), 'kind'],
  ['another version', (text) => text.replace('"version":1', '"version":2'), 'version'],
  [
    'a person in place of a hash',
    (text) => text.replace(/"policyHash":"[^"]*"/, '"policyHash":"Ada Lovelace"'),
    'decision.policyHash',
  ],
  ['a name for a counter', (text) => text.replace('"counter":3', '"counter":"3"'), 'producer.counter'],
])('%s is refused, with its path', (_what, change, path) => {
  const text = new TextDecoder().decode(write({ kind: 'decision', decision: sampleDecision() }));
  expect(change(text)).not.toBe(text);
  expect(() => parseEntry(utf8(change(text)))).toThrow(
    expect.objectContaining({ code: 'entry.invalid', data: { path } }),
  );
});

describe.each(ENTRY_KINDS)('an entry of kind %s', (kind) => {
  test('has each of its fields classified, and no class without a field', () => {
    const classified = new Set([
      ...Object.keys(ENVELOPE_CLASSIFICATION),
      ...Object.keys(ENTRY_CLASSIFICATION[kind]),
    ]);
    expect(new Set(leaves(entryFields(kind)))).toEqual(classified);
  });

  test('holds a free text nowhere', () => {
    const free = ({ type, ...shape }: Shape): boolean =>
      type === 'text' && (shape as { pattern: RegExp }).pattern.test('Ada Lovelace, 12 Main St');
    const texts = shapesOf({ type: 'object', fields: entryFields(kind) }).filter(free);
    expect(texts).toEqual([]);
  });
});

test('a sealed body has nothing that is not classified as sealed', () => {
  const draft = sampleDraft(
    { kind: 'stop', stop: { entries: 0 } },
    { committed: { person: 'Ada' }, input: { args: {} }, concerns: ['Ada'] },
  );
  const { body } = prepareEntry(draft, sampleLogIdentity());
  const members = Object.keys(JSON.parse(body ?? 'null') as object);
  expect(members).toEqual(Object.keys(BODY_CLASSIFICATION).map((path) => path.replace(/\.\*|\[\]/, '')));
});

function leaves(fields: readonly FieldShape[]): readonly string[] {
  return fields.flatMap(({ name: field, shape }) => paths(shape, field));
}

function paths(shape: Shape, path: string): readonly string[] {
  switch (shape.type) {
    case 'object':
      return shape.fields.flatMap((field) => paths(field.shape, `${path}.${field.name}`));
    case 'list':
      return paths(shape.of, `${path}[]`);
    case 'nullable':
      return paths(shape.of, path);
    case 'counts':
      return [`${path}.*`];
    case 'text':
    case 'integer':
    case 'choice':
      return [path];
    default:
      return shape satisfies never;
  }
}

function shapesOf(shape: Shape): readonly Shape[] {
  switch (shape.type) {
    case 'object':
      return shape.fields.flatMap((field) => shapesOf(field.shape));
    case 'list':
    case 'nullable':
      return shapesOf(shape.of);
    case 'counts':
    case 'text':
    case 'integer':
    case 'choice':
      return [shape];
    default:
      return shape satisfies never;
  }
}

test('a draft with more in its detail than its kind has is refused by the name of that', () => {
  const odd = { kind: 'stop', stop: { entries: 1 }, note: 1 } as unknown as EntryDetail;
  let thrown: unknown;
  try {
    write(odd);
  } catch (fault) {
    thrown = fault;
  }
  expect(isFault(thrown, 'entry.invalid') && thrown.data['path']).toBe('note');
});
