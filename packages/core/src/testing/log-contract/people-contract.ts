/** What every log must do for people: records that change with the entry that tells of them, and bodies that are erased unless a hold keeps them. */
import assert from 'node:assert/strict';
import type { JsonValue } from '../../kernel/index.ts';
import type { EntryDraft, ErasedBody, RecordEffect, StateEffect } from '../../model/index.ts';
import { openDraft, sampleDraft, sampleHash } from '../log-drafts.ts';
import { committed, type LogCase, refused } from './log-case.ts';

const ID = '01K0000000000000000000000C';

/** An entry that consents, with `effects`. */
function consentDraft(...effects: readonly StateEffect[]): EntryDraft {
  const consent = { action: 'give', purpose: 'support', registerHash: sampleHash('6') } as const;
  return sampleDraft({ kind: 'consent', consent }, { effects });
}

function put(key: string, value: JsonValue, expects?: number | null): RecordEffect {
  const record = { type: 'put_record', collection: 'consents', key, value } as const;
  return expects === undefined ? record : { ...record, expects };
}

/** An entry that places a hold. */
function holdDraft(id: string, value: JsonValue): EntryDraft {
  const legalHold = { action: 'place', id: ID, scope: 'tenant' } as const;
  return sampleDraft(
    { kind: 'legal_hold', legalHold },
    { effects: [{ type: 'put_record', collection: 'legal_holds', key: id, value }] },
  );
}

function erasureDraft(...bodies: readonly ErasedBody[]): EntryDraft {
  const destroyed = bodies.map(({ index }) => ({ from: index, to: index + 1 }));
  const erasure = { cause: 'subject_request', destroyed, resealed: [], bodies: bodies.length } as const;
  return sampleDraft({ kind: 'erasure', erasure }, { effects: [{ type: 'erase', bodies }] });
}

function bodyDraft(concern: string): EntryDraft {
  const key = { action: 'create', id: '0123456789abcdef', expires: 5 } as const;
  return sampleDraft({ kind: 'token', token: key }, { committed: { person: concern }, concerns: [concern] });
}

/** Records, holds and erasure. */
export const PEOPLE_CONTRACT: readonly LogCase[] = [
  {
    name: 'a record is put with its entry, read back with its index, and removed with another',
    async run(log) {
      const { index } = await committed(log, consentDraft(put('a:1', { state: 'given', at: [1, 'é'] })));
      const record = { key: 'a:1', value: { state: 'given', at: [1, 'é'] }, index };
      assert.deepEqual(log.state.record('consents', 'a:1'), record);
      await committed(log, consentDraft(put('0', null)));
      assert.deepEqual(
        log.state.records('consents').map(({ key }) => key),
        ['0', 'a:1'],
      );
      assert.deepEqual(log.state.records('cases'), []);
      await committed(log, consentDraft({ type: 'delete_record', collection: 'consents', key: 'a:1' }));
      assert.equal(log.state.record('consents', 'a:1'), undefined);
      await refused(
        log,
        consentDraft({ type: 'delete_record', collection: 'consents', key: 'a:1' }),
        'unknown_target',
      );
    },
  },
  {
    name: 'a record that is not the one expected is left, and one of two who expect the same comes first',
    async run(log) {
      const { index } = await committed(log, consentDraft(put('k', 1, null)));
      await refused(log, consentDraft(put('k', 2, null)), 'conflict');
      await refused(log, consentDraft(put('k', 2, index + 1)), 'conflict');
      const results = await Promise.all(
        [2, 3].map((value) => log.writer.append(consentDraft(put('k', value, index)))),
      );
      assert.deepEqual(results.map(({ status }) => status).toSorted(), ['committed', 'refused']);
    },
  },
  {
    name: 'a decision that rests on a record is refused once another one stands there, and one that rests on none once there is one',
    async run(log) {
      const resting = (digest: string, index: number | null): EntryDraft => {
        const { killEpoch, policyEpoch } = log.state.epochs('main');
        const records = [{ collection: 'consents', key: 'k', index } as const];
        return openDraft(digest, { conditions: { killEpoch, policyScope: 'main', policyEpoch, records } });
      };
      await committed(log, resting('a', null));
      const { index } = await committed(log, consentDraft(put('k', 'given')));
      await refused(log, resting('b', null), 'conflict');
      await committed(log, resting('c', index));
      // Whichever of two comes first: no decision stands after what overturned it.
      const [withdrawal, ...decisions] = await Promise.all(
        [consentDraft(put('k', 'withdrawn')), ...['d', 'e', 'f'].map((one) => resting(one, index))].map(
          (draft) => log.writer.append(draft),
        ),
      );
      const withdrawn = withdrawal?.status === 'committed' ? withdrawal.index : -1;
      for (const end of decisions) assert.ok(end.status === 'refused' || end.index < withdrawn);
      await refused(log, resting('g', index), 'conflict');
      await committed(log, consentDraft({ type: 'delete_record', collection: 'consents', key: 'k' }));
      await refused(log, resting('h', withdrawn), 'conflict');
    },
  },
  {
    name: 'a record has a plain key of at most 200 characters',
    async run(log) {
      for (const key of ['', 'ann smith', 'é', `a${'b'.repeat(200)}`])
        await refused(log, consentDraft(put(key, 1)), 'unknown_target');
    },
  },
  {
    name: 'a body is found under whom it concerns, and destroyed with the entry that tells of it',
    async run(log) {
      const { index } = await committed(log, bodyDraft('ann'));
      const other = await committed(log, bodyDraft('bob'));
      assert.deepEqual(log.reader.concerning('ann'), [index]);
      const tags = log.state.tags('ann');
      await committed(log, erasureDraft({ index, time: 1_000, tags, dropped: tags }));
      assert.throws(() => log.reader.body(index), { code: 'log.body-erased' });
      assert.deepEqual(log.reader.concerning('ann'), []);
      assert.deepEqual(log.reader.concerning('bob'), [other.index]);
      assert.notEqual(log.reader.body(other.index)['fields'], undefined);
    },
  },
  {
    name: 'a body that is not there cannot be destroyed, and nothing beside it is',
    async run(log) {
      const { index } = await committed(log, bodyDraft('ann'));
      const one = { time: 1_000, tags: [], dropped: [] };
      await refused(log, erasureDraft({ index, ...one }, { index: index + 50, ...one }), 'unknown_target');
      assert.notEqual(log.reader.body(index)['fields'], undefined);
      await committed(log, erasureDraft({ index, ...one }));
      await refused(log, erasureDraft({ index, ...one }), 'unknown_target');
    },
  },
  {
    name: 'of two who seal a body again the second is refused: what the first took out would stand in it',
    async run(log) {
      const { index } = await committed(log, bodyDraft('ann'));
      const one = { index, time: 1_000, tags: [], dropped: [] };
      const left = { keyId: 'k', wrapped: 'AQID', ciphertext: 'BAUG' };
      const instead = log.reader.wrapping(index);
      await refused(log, erasureDraft({ ...one, resealed: { ...left, instead: 'AAAA' } }), 'conflict');
      const ends = await Promise.all(
        ['AQID', 'BBBB'].map((wrapped) =>
          log.writer.append(erasureDraft({ ...one, resealed: { ...left, wrapped, instead } })),
        ),
      );
      assert.deepEqual(
        ends.map((end) => (end.status === 'refused' ? end.refusal : end.status)),
        ['committed', 'conflict'],
      );
      assert.equal(log.reader.wrapping(index), 'AQID');
      await committed(log, erasureDraft({ ...one, resealed: { ...left, instead: 'AQID' } }));
      await committed(log, erasureDraft(one));
      assert.equal(log.reader.wrapping(index), '');
    },
  },
  ...(
    [
      ['everything of a tenant', { scope: 'tenant', reason: 'matter 7' }],
      ['a person', { scope: 'subject', tags: ['t1'], reason: 'matter 7' }],
      ['a session', { scope: 'session', session: 's1', reason: 'matter 7' }],
      ['a period', { scope: 'period', from: 1_000, to: 1_001, reason: 'matter 7' }],
      ['indexes', { scope: 'indexes', from: 0, to: 1_000_000, reason: 'matter 7' }],
      ['what nobody understands', { scope: 'subject', reason: 'matter 7' }],
      ['somebody, with tags that are none', { scope: 'subject', tags: 't2', reason: 'matter 7' }],
      ['a session without a name', { scope: 'session', reason: 'matter 7' }],
      ['indexes that are no numbers', { scope: 'indexes', from: 'all', reason: 'matter 7' }],
      ['indexes of a log without a name', { scope: 'indexes', log: 7, reason: 'matter 7' }],
      ['a scope nobody knows', { scope: 'matter', reason: 'matter 7' }],
      ['nothing that can be read', 7],
    ] satisfies readonly (readonly [string, JsonValue])[]
  ).map(
    ([what, hold]): LogCase => ({
      name: `a legal hold on ${what} keeps a body until it is released`,
      async run(log) {
        const { index } = await committed(log, bodyDraft('ann'));
        await committed(log, holdDraft('h1', hold));
        const body = { index, time: 1_000, tags: ['t1'], session: 's1', dropped: [] };
        await refused(log, erasureDraft(body), 'legal_hold');
        assert.notEqual(log.reader.body(index)['fields'], undefined);
        const release = { type: 'delete_record', collection: 'legal_holds', key: 'h1' } as const;
        await committed(log, { ...holdDraft('h1', hold), effects: [release] });
        await committed(log, erasureDraft(body));
      },
    }),
  ),
  {
    name: 'a legal hold on another person, session or time keeps nothing',
    async run(log) {
      const { index } = await committed(log, bodyDraft('ann'));
      const holds: readonly JsonValue[] = [
        { scope: 'subject', tags: ['t2'], reason: 'matter 8' },
        { scope: 'session', session: 's2', reason: 'matter 8' },
        { scope: 'period', from: 1_001, to: 2_000, reason: 'matter 8' },
        { scope: 'indexes', from: index + 1, to: index + 9, reason: 'matter 8' },
        { scope: 'indexes', from: 0, to: 1_000_000, log: 'example.org/before', reason: 'matter 8' },
      ];
      for (const [at, hold] of holds.entries()) await committed(log, holdDraft(`h${at}`, hold));
      await committed(log, erasureDraft({ index, time: 1_000, tags: ['t1'], session: 's1', dropped: [] }));
    },
  },
];
