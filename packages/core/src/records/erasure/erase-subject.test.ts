import { expect, test } from 'vitest';
import { createMemoryLog, createReseal, openCommitment, type OpenLog } from '../../audit/index.ts';
import type { JsonObject, JsonValue } from '../../kernel/index.ts';
import type { EntryDraft } from '../../model/index.ts';
import {
  answerDraft,
  holdDraft,
  killDraft,
  outcomeDraft,
  pinDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  settableClock,
} from '../../testing/index.ts';
import { deferredErasures } from './deferred.ts';
import { type EraseOptions, eraseSubject } from './erase-subject.ts';
import { aboutDraft, ANN, BOB } from '../fixtures.ts';
import { placedHolds, placeHold, releaseHold } from './legal-holds.ts';
import type { RecordsLog } from '../records-log.ts';

interface World {
  readonly open: OpenLog;
  readonly log: RecordsLog;
  readonly clock: ReturnType<typeof settableClock>;
  readonly options: EraseOptions;
  write(draft: EntryDraft): Promise<number>;
}

function world(identifiers: readonly string[] = [ANN]): World {
  const identity = sampleLogIdentity();
  const clock = settableClock();
  const { bodyKey } = SAMPLE_LOG_KEYS;
  const open = createMemoryLog({ ...identity, ...SAMPLE_LOG_KEYS, clock });
  const { writer, state, reader } = open;
  const log = { writer, state, reader, tenant: identity.tenant, clock, random: identity.random };
  const reseal = createReseal(identity.origin, { bodyKey, random: identity.random });
  return {
    open,
    log,
    clock,
    options: { log, identifiers, reseal },
    async write(draft) {
      const result = await writer.append(draft);
      if (result.status === 'refused') throw new Error(result.refusal);
      return result.index;
    },
  };
}

function fieldsOf({ open }: World, index: number): JsonObject {
  return open.reader.body(index)['fields'] as JsonObject;
}

test('what concerns the person alone is destroyed, what concerns others is left without them, what concerns others alone is not touched', async () => {
  const one = world();
  const own = await one.write(aboutDraft('1', [ANN], { arguments: { to: ANN } }));
  const shared = await one.write(
    aboutDraft('2', [ANN, BOB], { arguments: { to: ANN, cc: BOB }, method: 'tools/call' }),
  );
  const other = await one.write(aboutDraft('3', [BOB], { arguments: { to: BOB } }));
  const report = await eraseSubject(one.options);
  expect(report).toMatchObject({
    status: 'done',
    destroyed: 1,
    resealed: 1,
    held: [],
    waiting: [],
    pins: [],
  });
  expect(() => one.open.reader.body(own)).toThrow(/was erased/);
  expect(fieldsOf(one, other)).toMatchObject({ arguments: { to: BOB } });
  const body = one.open.reader.body(shared);
  expect(body).toMatchObject({
    concerns: [BOB],
    erased: ['arguments'],
    redacted: { arguments: { to: '[erased]', cc: BOB } },
    fields: { method: 'tools/call' },
  });
  // What was not touched is proven still; the salt of what was is gone, whatever somebody guesses.
  const { entry } = one.open.reader.entry(shared);
  const salts = body['salts'] as Record<string, string>;
  expect(openCommitment(entry, { field: 'method', value: 'tools/call', salt: salts['method'] ?? '' })).toBe(
    true,
  );
  expect(salts['arguments']).toBeUndefined();
  const [entryIndex = 0] = report.entries;
  expect(one.open.reader.entry(entryIndex).entry).toMatchObject({
    kind: 'erasure',
    commitments: [],
    erasure: {
      cause: 'subject_request',
      destroyed: [{ from: own, to: own + 1 }],
      resealed: [{ from: shared, to: shared + 1 }],
      bodies: 2,
    },
  });
});

test('run again it finds nothing and writes nothing', async () => {
  const one = world();
  await one.write(aboutDraft('1', [ANN], { arguments: { to: ANN } }));
  await eraseSubject(one.options);
  const size = one.open.reader.size();
  expect(await eraseSubject(one.options)).toMatchObject({ status: 'done', destroyed: 0, entries: [] });
  expect(one.open.reader.size()).toBe(size);
});

test('a person has several names, found in any letter case', async () => {
  const one = world(['Ann', ANN.toUpperCase()]);
  const index = await one.write(aboutDraft('1', [ANN, BOB], { text: 'Ann and ann, not Annette' }));
  expect(await eraseSubject(one.options)).toMatchObject({ resealed: 1 });
  expect(one.open.reader.body(index)).toMatchObject({
    redacted: { text: '[erased] and [erased], not Annette' },
  });
});

test('two people are erased from one body one after the other, and then nothing is left of it', async () => {
  const one = world();
  const index = await one.write(aboutDraft('1', [ANN, BOB], { a: ANN, b: BOB, c: 'x' }));
  await eraseSubject(one.options);
  expect(await eraseSubject({ ...one.options, identifiers: [BOB] })).toMatchObject({ destroyed: 1 });
  expect(() => one.open.reader.body(index)).toThrow(/was erased/);
});

test('two people who are erased at the same time are both gone from the body they share', async () => {
  const one = world();
  const index = await one.write(aboutDraft('1', [ANN, BOB, 'cy'], { a: ANN, b: BOB, c: 'cy' }));
  let isBobErased = false;
  const writer: RecordsLog['writer'] = {
    ...one.log.writer,
    append: async (draft) => {
      if (draft.detail.kind === 'erasure' && !isBobErased) {
        isBobErased = true;
        await eraseSubject({ ...one.options, identifiers: [BOB] });
      }
      return one.log.writer.append(draft);
    },
  };
  const report = await eraseSubject({ ...one.options, log: { ...one.log, writer } });
  expect(report).toMatchObject({ status: 'done', resealed: 1 });
  expect(one.open.reader.body(index)).toMatchObject({
    concerns: ['cy'],
    fields: { c: 'cy' },
    redacted: { a: '[erased]', b: '[erased]' },
  });
});

test.each<[string, (world: World) => Promise<string>]>([
  ['everything', ({ log }) => placeHold(log, { scope: 'tenant' }, 'matter 7')],
  ['the person', ({ log }) => placeHold(log, { scope: 'subject', identifiers: [ANN] }, 'matter 7')],
  ['the session', ({ log }) => placeHold(log, { scope: 'session', session: 's-1' }, 'matter 7')],
  ['the entries', ({ log }) => placeHold(log, { scope: 'indexes', from: 0, to: 100 }, 'matter 7')],
  ['the time', ({ log }) => placeHold(log, { scope: 'period', from: 1_000, to: 1_001 }, 'matter 7')],
])('a legal hold on %s defers the erasure; released, what was deferred is done', async (_what, place) => {
  const one = world();
  const index = await one.write(aboutDraft('1', [ANN], { arguments: { to: ANN } }));
  const outcome = await one.write({ ...outcomeDraft(index), committed: { result: 1 }, concerns: [ANN] });
  const hold = await place(one);
  const report = await eraseSubject(one.options);
  expect(report).toMatchObject({ status: 'deferred', destroyed: 0 });
  expect(report.held).toEqual([expect.objectContaining({ id: hold })]);
  expect(fieldsOf(one, index)).toMatchObject({ arguments: { to: ANN } });
  expect(fieldsOf(one, outcome)).toEqual({ result: 1 });
  expect(placedHolds(one.log)).toMatchObject([{ id: hold, reason: 'matter 7' }]);
  const [request] = deferredErasures(one.log);
  expect(request).toMatchObject({ id: report.deferral, identifiers: [ANN], holds: [hold] });
  // Asked once more it stays one request.
  await eraseSubject(one.options);
  expect(deferredErasures(one.log)).toHaveLength(1);

  await releaseHold(one.log, hold, 'settled');
  const { identifiers, cause } = request ?? { identifiers: [], cause: 'operator' };
  expect(await eraseSubject({ ...one.options, identifiers, cause })).toMatchObject({ status: 'done' });
  expect(deferredErasures(one.log)).toEqual([]);
  expect(() => one.open.reader.body(index)).toThrow(/was erased/);
  expect(() => one.open.reader.body(outcome)).toThrow(/was erased/);
});

test('a legal hold on something else defers only that', async () => {
  const one = world();
  const kept = await one.write(aboutDraft('1', [ANN], { arguments: 1 }));
  const gone = await one.write(aboutDraft('2', [ANN], { arguments: 2 }));
  await placeHold(one.log, { scope: 'session', session: 's-1' }, 'matter 7');
  expect(await eraseSubject(one.options)).toMatchObject({
    status: 'deferred',
    destroyed: 1,
    held: [{ bodies: 1 }],
  });
  expect(fieldsOf(one, kept)).toMatchObject({ arguments: 1 });
  expect(() => one.open.reader.body(gone)).toThrow(/was erased/);
});

test('a hold that is placed between looking and writing is obeyed: nothing of that chunk is erased', async () => {
  const one = world();
  const index = await one.write(aboutDraft('1', [ANN], { arguments: 1 }));
  let isPlaced = false;
  const writer: RecordsLog['writer'] = {
    ...one.log.writer,
    append: async (draft) => {
      if (draft.detail.kind === 'erasure' && !isPlaced) {
        isPlaced = true;
        await placeHold(one.log, { scope: 'tenant' }, 'matter 8');
      }
      return one.log.writer.append(draft);
    },
  };
  const report = await eraseSubject({ ...one.options, log: { ...one.log, writer } });
  expect(report).toMatchObject({ status: 'deferred', destroyed: 0 });
  expect(fieldsOf(one, index)).toMatchObject({ arguments: 1 });
});

test('what is written about the person while it runs is erased as well', async () => {
  const one = world();
  await one.write(aboutDraft('1', [ANN], { arguments: 1 }));
  let isWritten = false;
  const onProgress = (): void => {
    if (isWritten) return;
    isWritten = true;
    void one.write(aboutDraft('2', [ANN], { arguments: 2 }));
  };
  expect(await eraseSubject({ ...one.options, onProgress })).toMatchObject({ status: 'done', destroyed: 2 });
  expect(one.open.reader.concerning(ANN)).toEqual([]);
});

test('broken off in the middle, the next run does what is left', async () => {
  const one = world();
  for (let at = 0; at < 600; at += 1) await one.write(aboutDraft(`${at}`, [ANN], { at }));
  const onProgress = (): void => {
    throw new Error('killed');
  };
  await expect(eraseSubject({ ...one.options, onProgress })).rejects.toThrow('killed');
  expect(one.open.reader.concerning(ANN)).toHaveLength(600 - 512);
  expect(await eraseSubject(one.options)).toMatchObject({ status: 'done', destroyed: 600 - 512 });
});

test('who asked and who answered is forgotten once it is over, and not before', async () => {
  const one = world();
  const hold = await one.write(holdDraft('d', undefined, ['bot', ANN]));
  await one.write(aboutDraft('1', [ANN], { arguments: 1 }));
  const early = await eraseSubject(one.options);
  expect(early).toMatchObject({ status: 'waiting', waiting: [hold], destroyed: 1 });
  await one.write(
    answerDraft(hold, 'deny', 'k1', { approver: ANN, statement: `{"by":"${ANN}"}`, signature: 's' }),
  );
  expect(await eraseSubject(one.options)).toMatchObject({ status: 'done' });
  expect(one.open.state.hold(hold)).toMatchObject({
    requesters: ['bot'],
    status: 'denied',
    answers: [{ keyId: 'k1', answer: 'deny', approver: '', statement: '' }],
  });
});

test('the words of a kill lose the name, and the kill stays', async () => {
  const one = world();
  await one.write(killDraft('kill', `reported by ${ANN}`));
  await eraseSubject(one.options);
  expect(one.open.state.kills()).toEqual([{ scope: 'agent', id: 'bot', reason: 'reported by [erased]' }]);
});

test('what changes while the state is forgotten is looked for anew, and nothing of the person is left', async () => {
  const one = world();
  const hold = await one.write(holdDraft('d', undefined, ['bot', ANN]));
  await one.write(answerDraft(hold, 'deny', 'k1', { approver: ANN, statement: '{}', signature: 's' }));
  await one.write(killDraft('kill', `reported by ${ANN}`));
  let isReleased = false;
  const writer: RecordsLog['writer'] = {
    ...one.log.writer,
    append: async (draft) => {
      if (draft.detail.kind === 'erasure' && !isReleased) {
        isReleased = true;
        await one.write(killDraft('unkill'));
      }
      return one.log.writer.append(draft);
    },
  };
  expect(await eraseSubject({ ...one.options, log: { ...one.log, writer } })).toMatchObject({
    status: 'done',
  });
  expect(one.open.state.hold(hold)).toMatchObject({ requesters: ['bot'], answers: [{ approver: '' }] });
});

test('what cannot be forgotten because others keep changing it is said to be left', async () => {
  const one = world();
  await one.write(killDraft('kill', `reported by ${ANN}`));
  const writer: RecordsLog['writer'] = {
    ...one.log.writer,
    append: async (draft) => {
      if (draft.detail.kind !== 'erasure') return one.log.writer.append(draft);
      await one.write(killDraft('unkill'));
      const result = await one.log.writer.append(draft);
      await one.write(killDraft('kill', `reported by ${ANN}`));
      return result;
    },
  };
  const report = await eraseSubject({ ...one.options, log: { ...one.log, writer } });
  expect(report).toMatchObject({ status: 'unfinished', entries: [] });
});

test('a request that was deferred under some of the names is not kept once the person is erased under all', async () => {
  const one = world();
  await one.write(aboutDraft('1', [ANN, 'cy'], { arguments: ANN }));
  const hold = await placeHold(one.log, { scope: 'tenant' }, 'matter 7');
  await eraseSubject(one.options);
  await eraseSubject({ ...one.options, identifiers: ['+49 30 123456', 'cy'] });
  await releaseHold(one.log, hold, 'settled');
  const all = [ANN.toUpperCase(), '+4930123456'];
  expect(await eraseSubject({ ...one.options, identifiers: all })).toMatchObject({ status: 'done' });
  expect(deferredErasures(one.log).map(({ identifiers }) => identifiers)).toEqual([['cy']]);
});

test('consent that was given and notices go; what was withdrawn or restricted stays, for it forbids', async () => {
  const one = world();
  const [tag = ''] = one.open.state.tags(ANN);
  const put = (collection: 'consents' | 'notices', key: string, value: JsonValue) =>
    ({ type: 'put_record', collection, key, value }) as const;
  await one.write({
    ...aboutDraft('1', [ANN], {}),
    effects: [
      put('consents', `${tag}.consent.ads`, { state: 'given' }),
      put('consents', `${tag}.consent.mail`, { state: 'withdrawn' }),
      put('consents', `${tag}.restricted`, {}),
      put('notices', `${tag}.notice.welcome.1`, {}),
      put('consents', `x${tag}.consent.ads`, { state: 'given' }),
    ],
  });
  await eraseSubject(one.options);
  expect(one.open.state.records('consents').map(({ key }) => key)).toEqual(
    [`${tag}.consent.mail`, `${tag}.restricted`, `x${tag}.consent.ads`].toSorted(),
  );
  expect(one.open.state.records('notices')).toEqual([]);
});

test('a pinned definition that names the person is told, since nobody here may rewrite it', async () => {
  const one = world(['files']);
  await one.write(pinDraft('1', 'accepted'));
  const { pins } = await eraseSubject({ ...one.options, identifiers: ['write'] });
  expect(pins).toEqual(['files/write']);
});
