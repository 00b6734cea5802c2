// Every event that is made of any entry is valid under the compiled schema of OCSF.
import { ENTRY_KINDS, type EntryKind, type JsonObject, utf8, VERDICTS } from '@writ/core';
import { corpusPath } from '@writ/core/testing';
import { describe, expect, test } from 'vitest';
import {
  type Disclosable,
  DISCLOSABLE,
  EVENT_CLASSES,
  leafHash,
  MAX_PART_EVENTS,
  type OcsfEvent,
  type OcsfOptions,
  readRecorded,
  type RecordedEntry,
  toOcsf,
} from '../src/index.ts';
import {
  BODY,
  decidedBefore,
  decision,
  DETAILS,
  ORIGIN,
  PERSONAL,
  recorded,
} from '../../../scripts/testing/recorded-entries.ts';
import { classOf, type OcsfSchema, ocsfProblems, readSchema } from './validate-ocsf.ts';

const path = corpusPath('ocsf/compiled-1.9.0-dev.json.gz');
const PLAIN: OcsfOptions = { productVersion: '0.1.0' };

function disclosing(fields: readonly Disclosable[] = DISCLOSABLE, body: JsonObject = BODY): OcsfOptions {
  return { ...PLAIN, disclose: { fields, body: () => body } };
}

const only = (one: RecordedEntry, options = PLAIN): OcsfEvent => toOcsf(one, options)[0] as OcsfEvent;

describe.runIf(path !== undefined)('under the compiled schema 1.9.0-dev', () => {
  const schema: OcsfSchema = path === undefined ? (undefined as never) : readSchema(path);
  const problemsOf = (events: readonly OcsfEvent[]): readonly string[] =>
    events.flatMap((event) => ocsfProblems(schema, event).map((problem) => `${event.class_uid}: ${problem}`));

  test.each(ENTRY_KINDS)('every event of a %s entry is valid, in each of its variants', (kind) => {
    for (const detail of DETAILS[kind])
      for (const options of [
        PLAIN,
        { ...PLAIN, withRawData: true, incidentGroup: 'security' },
        disclosing(),
        disclosing(['target']),
        disclosing(DISCLOSABLE, {}),
      ])
        expect([detail, problemsOf(toOcsf(recorded(detail), options))]).toStrictEqual([detail, []]);
  });

  test('every outcome is valid beside the decision that it closes', () => {
    for (const method of ['tools/call', 'network/egress', 'other'])
      for (const detail of DETAILS.outcome) {
        const events = toOcsf(recorded(detail, 7, { decision: decidedBefore(method) }), disclosing());
        expect(problemsOf(events)).toStrictEqual([]);
      }
  });

  test('an entry far behind 2^31 others is valid', () => {
    expect(problemsOf(toOcsf(recorded(decision(), 2 ** 40), PLAIN))).toStrictEqual([]);
  });

  test('what cannot be read as an entry is a valid Base Event', () => {
    for (const text of ['', '{', '[]', '{"kind":"future","time":12}', '{"kind":"<b>","time":-1}', '\ufffd']) {
      const events = toOcsf(readRecorded(ORIGIN, 4, utf8(text)), { ...PLAIN, withRawData: true });
      expect(problemsOf(events)).toStrictEqual([]);
      expect(events.map((event) => event.class_uid)).toStrictEqual([0]);
    }
  });

  test('the tables of classes say what the schema says', () => {
    for (const { uid, name, category, categoryName, activities, hasAiOperation } of EVENT_CLASSES) {
      const found = classOf(schema, uid);
      const captions = found?.attributes['activity_id']?.enum ?? {};
      expect({
        name: found?.caption,
        category: found?.category_uid ?? 0,
        categoryName: found?.category_name ?? 'Uncategorized',
        hasAiOperation: found?.profiles?.includes('ai_operation'),
      }).toStrictEqual({ name, category, categoryName, hasAiOperation });
      for (const [id, caption] of Object.entries(activities)) expect(captions[id]?.caption).toBe(caption);
    }
  });
});

describe('an entry', () => {
  test.each(ENTRY_KINDS)('of kind %s is mapped, and to no Base Event', (kind: EntryKind) => {
    const details = DETAILS[kind] ?? [];
    expect(details).not.toHaveLength(0);
    for (const detail of details) expect(only(recorded(detail)).class_uid).not.toBe(0);
  });

  test.each(ENTRY_KINDS)('of kind %s is found by its receipt in each of its events', (kind) => {
    for (const detail of DETAILS[kind]) {
      const events = toOcsf(recorded(detail), disclosing());
      const uids = events.map((event) => event.metadata.uid);
      expect(uids[0]).toBe(`${ORIGIN}#7`);
      expect(new Set(uids).size).toBe(uids.length);
      for (const event of events) {
        expect(event.metadata.original_event_uid).toBe(`${ORIGIN}#7`);
        expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
        expect(event.time).toBe(1_790_000_000_000);
      }
    }
  });

  test('of a kind that is unknown is a Base Event, and never dropped', () => {
    const one = recorded(decision());
    const unknown = { ...one, entry: { ...one.entry, kind: 'future' } } as unknown as RecordedEntry;
    expect(toOcsf(unknown, PLAIN)).toMatchObject([{ class_uid: 0, metadata: { event_code: 'future' } }]);
    const bytes = utf8('{"version":1,"kind":"future","time":12}');
    expect(toOcsf(readRecorded(ORIGIN, 4, bytes), PLAIN)).toMatchObject([
      {
        class_uid: 0,
        time: 12,
        status_code: 'entry.invalid',
        metadata: { uid: `${ORIGIN}#4`, event_code: 'future' },
      },
    ]);
  });

  test('is bound to its event by the hash of its leaf, which raw data gives again', () => {
    const one = recorded(decision());
    const event = only(one, { ...PLAIN, withRawData: true });
    expect(event).toMatchObject({
      attestation_list: [{ uid: '7', authority_uid: ORIGIN, fingerprint: { value: leafHash(one.bytes) } }],
    });
    expect(leafHash(utf8(event['raw_data'] as string))).toBe(leafHash(one.bytes));
    expect(only(one)).not.toHaveProperty('raw_data');
  });
});

describe('what watchers look for', () => {
  test.each([
    ['a tool call', decision(), 600_399, 'tools/call'],
    ['a list', decision({ method: 'tools/list', phase: 'list' }), 600_302, 'Read'],
    ['a connection', decision({ method: 'network/egress' }), 400_101, 'Open'],
    ['a refused connection', decision({ method: 'network/egress', verdict: 'deny' }), 400_105, 'Refuse'],
    ['a kill', DETAILS.kill[0], 200_501, 'Create'],
    ['a kill taken back', DETAILS.kill[1], 200_503, 'Close'],
    ['a policy set', DETAILS.policy[0], 300_410, 'Activate'],
    ['a revoked key', DETAILS.key[2], 300_409, 'Disable'],
    ['refused callers', DETAILS.refusals[1], 300_201, 'Logon'],
    ['a start', DETAILS.start[0], 600_203, 'Start'],
  ])('%s has its class and activity', (_what, detail, type, activity) => {
    expect(only(recorded(detail as NonNullable<typeof detail>))).toMatchObject({
      type_uid: type,
      activity_name: activity,
    });
  });

  test.each([
    ['allow', 1, 1],
    ['modify', 4, 11],
    ['step_up', 99, 14],
    ['defer', 99, 14],
    ['deny', 2, 2],
  ] as const)('%s is told as action %d and disposition %d', (verdict, action, disposition) => {
    expect(only(recorded(decision({ verdict })))).toMatchObject({
      action_id: action,
      disposition_id: disposition,
    });
  });

  test('a denial is a finding beside the call, joined to it by the receipt of the decision', () => {
    const events = toOcsf(
      recorded(decision({ verdict: 'deny', code: 'kill.agent', source: 'admission' })),
      PLAIN,
    );
    expect(events.map((event) => event.class_uid)).toStrictEqual([6003, 2004]);
    expect(events[1]).toMatchObject({
      metadata: { uid: `${ORIGIN}#7/2`, correlation_uid: `${ORIGIN}#7` },
      disposition_id: 2,
      status_code: 'kill.agent',
      finding_info: { types: ['policy-violation'], related_events: [{ uid: `${ORIGIN}#7` }] },
    });
  });

  test('what audit mode let pass is observed and detected, and a finding', () => {
    const events = toOcsf(recorded(decision({ mode: 'audit', would: 'deny' })), PLAIN);
    expect(events).toMatchObject([
      { class_uid: 6003, action_id: 3, disposition_id: 15 },
      { class_uid: 2004, action_id: 3, disposition_id: 15 },
    ]);
  });

  test.each(VERDICTS.filter((verdict) => verdict !== 'deny'))('%s by itself is no violation', (verdict) => {
    expect(toOcsf(recorded(decision({ verdict })), PLAIN)).toHaveLength(1);
  });

  test('a caller that was refused by name is a failed sign-in too', () => {
    const denied = decision({ verdict: 'deny', source: 'admission', code: 'auth.expired' });
    expect(toOcsf(recorded(denied), PLAIN).map((event) => event.class_uid)).toStrictEqual([6003, 3002, 2004]);
  });

  test('an outcome is joined to the decision that it closes, and named after it where that is at hand', () => {
    const detail = {
      kind: 'outcome',
      outcome: 'withheld',
      decisionOf: 3,
      redactions: { secret: 1 },
    } as const;
    const events = toOcsf(recorded(detail, 9, { decision: decidedBefore('tools/call') }), PLAIN);
    expect(events).toMatchObject([
      {
        class_uid: 6003,
        api: { operation: 'tools/call' },
        status: 'withheld',
        disposition_id: 2,
        metadata: { correlation_uid: `${ORIGIN}#3` },
      },
      { class_uid: 2004, severity: 'High', metadata: { correlation_uid: `${ORIGIN}#3` } },
    ]);
  });

  test('a silence that nobody explains is a grave finding, and an explained one is not', () => {
    const [explained, unexplained] = DETAILS.downtime.map((detail) => toOcsf(recorded(detail), PLAIN));
    expect(explained).toHaveLength(1);
    expect(unexplained).toMatchObject([{ class_uid: 6002 }, { class_uid: 2004, severity: 'High' }]);
  });

  test('a definition that is put aside is suspended, and a finding with what the review found', () => {
    const events = toOcsf(recorded(DETAILS.pin.at(-1) as never), PLAIN);
    expect(events).toMatchObject([
      { type_uid: 300_412 },
      { class_uid: 2004, disposition_id: 3, finding_info: { types: ['hidden-text', 'model-command'] } },
    ]);
  });
});

describe('what a sealed body holds', () => {
  const shown = (options: OcsfOptions): string => JSON.stringify(toOcsf(recorded(decision()), options));

  test('does not show unless the caller names it', () => {
    for (const kind of ENTRY_KINDS)
      for (const detail of DETAILS[kind]) {
        const text = JSON.stringify(toOcsf(recorded(detail), disclosing([])));
        for (const value of Object.values(PERSONAL)) expect(text).not.toContain(value);
      }
  });

  test.each([
    ['agent', 'agent'],
    ['person', 'person'],
    ['session', 'session'],
    ['target', 'file'],
    ['arguments', 'argument'],
  ] as const)('shows %s where that is named, and nothing else', (field, value) => {
    const text = shown(disclosing([field]));
    expect(text).toContain(PERSONAL[value]);
    for (const other of ['agent', 'person', 'session', 'file', 'argument'] as const)
      if (other !== value) expect(text).not.toContain(PERSONAL[other]);
  });

  test('shows no secret and nothing that was said or signed, whatever is named', () => {
    const text = shown(disclosing());
    expect(text).toContain('[redacted:secret]');
    for (const value of [PERSONAL.secret, 'correct horse', PERSONAL.signature, PERSONAL.reason, 'salt'])
      expect(text).not.toContain(value);
  });

  test('tells each file, program and host as its own event', () => {
    const events = toOcsf(recorded(decision()), disclosing(['target']));
    expect(events.slice(1)).toMatchObject([
      { type_uid: 100_103, file: { name: 'notes.txt', path: PERSONAL.file } },
      { type_uid: 100_701, process: { name: 'curl', uid: `${ORIGIN}#7/part/1` } },
      { type_uid: 400_101, dst_endpoint: { hostname: PERSONAL.host, port: 443 } },
      { type_uid: 100_199, file: { name: '/' } },
    ]);
    const many = { fields: { target: Array.from({ length: 900 }, () => ['file/read', 'file', '/a', null]) } };
    expect(toOcsf(recorded(decision()), disclosing(['target'], many))).toHaveLength(1 + MAX_PART_EVENTS);
  });

  test('tells a request that was looked into, and never its body', () => {
    const egress = recorded(decision({ method: 'network/egress' }));
    const body = {
      fields: { arguments: { method: 'GET', url: 'https://example.net/a', body: PERSONAL.argument } },
    };
    const events = toOcsf(egress, disclosing(['arguments'], body));
    expect(events.map((event) => event.type_uid)).toStrictEqual([400_101, 400_203]);
    expect(JSON.stringify(events)).not.toContain(PERSONAL.argument);
  });

  test('names the caller’s trace where it is disclosed, and nothing that is none', () => {
    const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const unmapped = (fields: readonly Disclosable[], text: string): JsonObject => {
      const event = only(recorded(decision()), disclosing(fields, { fields: {}, input: { trace: text } }));
      return event['unmapped'] as JsonObject;
    };
    expect(unmapped(['trace'], trace)).toMatchObject({ traceparent: trace });
    expect(unmapped(['agent'], trace)).not.toHaveProperty('traceparent');
    expect(unmapped(['trace'], `${trace} and words`)).not.toHaveProperty('traceparent');
  });

  test('names the finding’s kinds where they are disclosed, never the place or the value', () => {
    const events = toOcsf(recorded(decision()), disclosing(['findings']));
    expect(events[1]).toMatchObject({ class_uid: 2004, finding_info: { types: ['secret/github-token'] } });
    expect(JSON.stringify(events)).not.toContain('/token');
  });

  test('that was erased leaves the event as it is without disclosure', async () => {
    const { Fault } = await import('@writ/core');
    const body = (): never => {
      throw new Fault('log.body-erased', 'the body was erased');
    };
    const erased = { ...PLAIN, disclose: { fields: DISCLOSABLE, body } };
    expect(toOcsf(recorded(decision()), erased)).toStrictEqual(toOcsf(recorded(decision()), PLAIN));
  });
});
