/** Cases of people and breaches: states, deadlines, evidence, and that restriction is a fact of the record. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryLog, type OpenLog } from '../../audit/index.ts';
import { createRegister, purposeStanding } from '../../privacy/index.ts';
import type { CaseType, EntryDraft } from '../../model/index.ts';
import {
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleLogIdentity,
  seededRandom,
  type SettableClock,
  settableClock,
} from '../../testing/index.ts';
import {
  caseAlerts,
  type CaseChange,
  type CaseDraft,
  caseJson,
  casesCsv,
  casesOf,
  type CaseWords,
  draftChange,
  findCase,
  isOverdue,
  isRestricted,
  listCases,
  openCase,
  settleErased,
  type StandingCase,
} from './index.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const EVIDENCE = [{ sha256: 'a'.repeat(64) }];
const VERIFIED: CaseChange = { action: 'step', step: 'identity_verified' };

let clock: SettableClock;
let log: OpenLog;
beforeEach(() => {
  clock = settableClock(START);
  log = createMemoryLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, clock });
});
afterEach(() => log.close());

function entry({ detail, ...rest }: CaseDraft): EntryDraft {
  return sampleDraft(detail, { ...rest, time: clock.now() });
}

async function open(
  type: CaseType,
  subject: readonly string[] = type === 'breach' ? [] : ['ann@example.org'],
  aware?: number,
) {
  const random = seededRandom(`${type}${log.reader.size()}`);
  const { opened, draft } = openCase(
    { type, subject, words: 'Ann asked by letter', ...(aware === undefined ? {} : { aware }) },
    { clock, random },
  );
  await log.writer.append(entry(draft));
  return opened.id;
}

async function change(id: string, one: CaseChange, said: CaseWords = {}): Promise<StandingCase> {
  const { draft } = draftChange(findCase(log.state, id), one, said, { state: log.state, now: clock.now() });
  expect(await log.writer.append(entry(draft))).toMatchObject({ status: 'committed' });
  return findCase(log.state, id);
}

const step = (name: string, rest: object = {}): CaseChange => ({ action: 'step', step: name, ...rest });
const done: CaseChange = { action: 'close', outcome: 'done' };

describe('a request', () => {
  test('is due in 30 days, and its entry names nobody', async () => {
    const id = await open('access');
    expect(findCase(log.state, id)).toMatchObject({ status: 'open', due: START + 30 * DAY });
    const { bytes, entry: written } = log.reader.entry(findCase(log.state, id).index);
    expect(new TextDecoder().decode(bytes)).not.toContain('ann');
    expect(written).toMatchObject({ case: { action: 'open', id, type: 'access', due: START + 30 * DAY } });
    expect(log.reader.concerning('ann@example.org')).toHaveLength(1);
  });

  test.each(['exported', 'restrict', 'answered'])(
    'is not acted upon by `%s` before it is known who asks',
    async (name) => {
      const id = await open(name === 'restrict' ? 'restriction' : 'access');
      await expect(change(id, step(name, { evidence: EVIDENCE }))).rejects.toThrow('nobody has verified');
      await change(id, VERIFIED);
      expect(await change(id, step(name, { evidence: EVIDENCE }))).toMatchObject({ status: 'in_progress' });
    },
  );

  test.each([
    ['access', 'exported', 'nothing was handed over'],
    ['portability', 'exported', 'nothing was handed over'],
    ['erasure', 'erased', 'nothing was erased'],
    ['restriction', 'restrict', 'no purpose is restricted'],
    ['objection', 'restrict', 'no purpose is restricted'],
    ['rectification', 'corrected', 'nothing was corrected'],
  ] as const)('for %s is done only after `%s`', async (type, needed, problem) => {
    const id = await open(type);
    await expect(change(id, done)).rejects.toThrow('nobody has verified who asks');
    await change(id, VERIFIED);
    await expect(change(id, done)).rejects.toThrow(problem);
    await change(id, step(needed, { evidence: EVIDENCE }));
    expect(await change(id, done)).toMatchObject({ status: 'closed', outcome: 'done' });
  });

  test.each(['exported', 'erased'])('has `%s` only with evidence', async (name) => {
    const id = await open(name === 'erased' ? 'erasure' : 'access');
    await change(id, VERIFIED);
    await expect(change(id, step(name))).rejects.toThrow('needs evidence');
  });

  test('is extended once, with a reason, before its deadline, by two further months at most', async () => {
    const id = await open('access');
    const extend = (byMs: number, reason = 'eight systems'): CaseChange => ({
      action: 'extend',
      byMs,
      reason,
    });
    await expect(change(id, extend(61 * DAY))).rejects.toThrow('at most 60 days');
    await expect(change(id, extend(DAY, ' '))).rejects.toThrow('needs its reason');
    const late = await open('access');
    clock.set(START + 30 * DAY);
    expect(await change(id, extend(60 * DAY))).toMatchObject({ due: START + 90 * DAY, isExtended: true });
    await expect(change(id, extend(DAY))).rejects.toThrow('extended once already');
    clock.set(START + 30 * DAY + 1);
    await expect(change(late, extend(DAY))).rejects.toThrow('deadline has passed');
  });

  test('is refused only with a reason, which stands sealed in its entry', async () => {
    const id = await open('access');
    await expect(change(id, { action: 'close', outcome: 'refused' })).rejects.toThrow('needs a reason');
    const closed = await change(id, { action: 'close', outcome: 'refused', reason: 'not who they say' });
    expect(closed).toMatchObject({ status: 'closed', outcome: 'refused' });
    expect(log.reader.body(closed.index)).toMatchObject({ fields: { reason: 'not who they say' } });
    expect(new TextDecoder().decode(log.reader.entry(closed.index).bytes)).not.toContain('who they say');
    await expect(change(id, step('note'))).rejects.toThrow('is closed');
  });

  test('that changed since it was read is left as it is', async () => {
    const id = await open('access');
    const read = findCase(log.state, id);
    await change(id, VERIFIED);
    const { draft } = draftChange(read, step('note'), {}, { state: log.state, now: START });
    expect(await log.writer.append(entry(draft))).toEqual({ status: 'refused', refusal: 'conflict' });
  });

  test('deferred under a legal hold is not overdue, and is done once it can be', async () => {
    const id = await open('erasure');
    await change(id, VERIFIED);
    const deferred = await change(id, step('deferred'), { words: 'matter 7 keeps it' });
    expect(deferred.status).toBe('deferred');
    expect(isOverdue(deferred, START + 99 * DAY)).toBe(false);
    await change(id, step('erased', { evidence: [{ receipt: 1 }] }));
    expect(await change(id, done)).toMatchObject({ outcome: 'done' });
  });
});

test('after an erasure no case names the person, and neither does what is recorded from then on', async () => {
  const other = await open('access', ['ann@example.org', 'ann']);
  const bob = await open('access', ['bob']);
  const id = await open('erasure');
  await change(id, VERIFIED);
  const known = log.reader.concerning('ann@example.org');
  const erased = await change(id, step('erased', { evidence: [{ receipt: 1 }] }));
  const closed = await change(id, { ...done, evidence: EVIDENCE });
  for (const one of [erased, closed]) expect(JSON.stringify(log.reader.body(one.index))).not.toContain('ann');
  expect(log.reader.concerning('ann@example.org')).toEqual(known);
  expect(findCase(log.state, other).subject).toEqual([]);
  expect(findCase(log.state, bob).subject).toEqual(['bob']);
  expect(casesOf(log.state, ['ann@example.org'])).toEqual([]);
});

test('an erasure closes the cases that waited for it, and takes the name out of all others', async () => {
  const named = await open('access', ['Ann@Example.org']);
  const [first, second] = [await open('erasure'), await open('erasure')];
  for (const id of [first, second]) {
    await change(id, VERIFIED);
    await change(id, step('deferred'));
  }
  const { writer, state, reader } = log;
  const records = { writer, state, reader, tenant: 'default', clock, random: seededRandom('settle') };
  const { index } = findCase(log.state, named);
  expect(await settleErased(records, ['ann@example.org'], [index])).toEqual([first, second].toSorted());
  for (const id of [first, second])
    expect(findCase(log.state, id)).toMatchObject({
      status: 'closed',
      outcome: 'done',
      subject: [],
      evidence: [{ receipt: index }],
    });
  expect(findCase(log.state, named)).toMatchObject({ status: 'open', subject: [] });
  expect(await settleErased(records, ['ann@example.org'], [])).toEqual([]);
});

describe('restricted processing', () => {
  const register = createRegister({
    notices: [],
    purposes: ['support', 'insight'].map((id) => ({
      id,
      description: 'why',
      data: ['contact'],
      basis: 'legitimate_interests' as const,
      retention: 'decision',
      recipients: [],
      subject: 'person',
    })),
  });
  const standing = (declared: string, person = 'ann@example.org') =>
    purposeStanding(register, { declared, person, args: {} }, log.state).status;

  test('takes every purpose of that person out of force, and of nobody else', async () => {
    const id = await open('restriction');
    await change(id, VERIFIED);
    expect(standing('support')).toBe('in_force');
    await change(id, step('restrict'));
    await change(id, done);
    expect([standing('support'), standing('insight'), standing('support', 'bob')]).toEqual([
      'restricted',
      'restricted',
      'in_force',
    ]);
    expect(isRestricted(log.state, 'ann@example.org', 'support')).toBe(true);
    await change(id, step('lift'), { words: 'accuracy was shown' });
    expect(standing('support')).toBe('in_force');
  });

  test('holds however the name is written, and is lifted so', async () => {
    const id = await open('restriction', ['Ann@Example.org', 'ANN@Example.org']);
    await change(id, VERIFIED);
    await change(id, step('restrict'));
    const spellings = [
      'ANN@example.org',
      ' ann@example.org',
      'ann@exam\u200bple.org',
      '\uff41nn@example.org',
    ];
    for (const name of spellings) {
      expect(standing('support', name), name).toBe('restricted');
      expect(isRestricted(log.state, name, 'support'), name).toBe(true);
    }
    await change(id, step('lift'));
    for (const name of ['Ann@Example.org', ...spellings])
      expect(standing('support', name), name).toBe('in_force');
  });

  test('by an objection is of its purposes alone, and ends where the objection is refused', async () => {
    const id = await open('objection');
    await change(id, VERIFIED);
    await change(id, step('restrict', { purposes: ['insight'] }));
    expect([standing('support'), standing('insight')]).toEqual(['in_force', 'restricted']);
    await change(id, { action: 'close', outcome: 'refused', reason: 'compelling grounds' });
    expect(standing('insight')).toBe('in_force');
  });

  test('that two cases ask for stays until both let go', async () => {
    const [first, second] = [await open('restriction'), await open('restriction')];
    for (const id of [first, second]) {
      await change(id, VERIFIED);
      await change(id, step('restrict'));
    }
    await change(first, step('lift'));
    expect(standing('support')).toBe('restricted');
    await change(second, step('lift'));
    expect(standing('support')).toBe('in_force');
  });
});

describe('a breach', () => {
  test('is due 72 hours after it became known, and its people 60 days after at the latest', async () => {
    const id = await open('breach', [], START - DAY);
    expect(findCase(log.state, id)).toMatchObject({ due: START + 2 * DAY, subject: [] });
    await expect(change(id, done)).rejects.toThrow('the authority was not told');
    const told = await change(id, step('authority_notified', { evidence: EVIDENCE }));
    expect(told.due).toBe(START + 59 * DAY);
    await expect(change(id, done)).rejects.toThrow('people were not told');
    await change(id, step('people_notified'));
    expect(await change(id, done)).toMatchObject({ status: 'closed' });
  });

  test('has deadlines that nobody extends, and ends as done alone', async () => {
    const id = await open('breach');
    await expect(change(id, { action: 'extend', byMs: 1, reason: 'holidays' })).rejects.toThrow('cannot be');
    await expect(change(id, { action: 'close', outcome: 'withdrawn' })).rejects.toThrow('as done alone');
    await change(id, step('risk_unlikely'), { words: 'the disk was encrypted' });
    await change(id, done);
  });

  test('cannot have become known after now', () => {
    const aware = START + 1;
    expect(() =>
      openCase({ type: 'breach', subject: [], aware }, { clock, random: seededRandom('x') }),
    ).toThrow('nobody can be aware');
  });
});

describe('a deadline', () => {
  const alerts = () => caseAlerts(log.state, clock.now());
  const tell = async () => {
    for (const { draft } of alerts()) await log.writer.append(entry(draft));
  };

  test('is told of a week before and once it has passed, each once', async () => {
    const id = await open('access');
    clock.set(START + 22 * DAY);
    expect(alerts()).toEqual([]);
    clock.set(START + 23 * DAY);
    expect(alerts()).toMatchObject([{ step: 'due_soon' }]);
    await tell();
    expect(alerts()).toEqual([]);
    clock.set(START + 31 * DAY);
    expect(alerts()).toMatchObject([{ step: 'overdue' }]);
    await tell();
    expect(alerts()).toEqual([]);
    expect(isOverdue(findCase(log.state, id), clock.now())).toBe(true);
    expect(findCase(log.state, id).status).toBe('open');
  });

  test('that was extended is told of anew', async () => {
    const id = await open('access');
    clock.set(START + 24 * DAY);
    await tell();
    await change(id, { action: 'extend', byMs: 30 * DAY, reason: 'eight systems' });
    expect(alerts()).toEqual([]);
    clock.set(START + 54 * DAY);
    expect(alerts()).toMatchObject([{ step: 'due_soon' }]);
  });

  test('of a closed case is nobody’s', async () => {
    const id = await open('access');
    await change(id, { action: 'close', outcome: 'withdrawn' });
    clock.set(START + 40 * DAY);
    expect(alerts()).toEqual([]);
  });
});

describe('what other products are given of a case', () => {
  test.each([
    ['nothing', undefined],
    ['masked', ['a…']],
    ['named', ['ann@example.org']],
  ] as const)('shows of the person: %s', async (shown, subject) => {
    const one = findCase(log.state, await open('access'));
    expect(caseJson(one, START, shown)['subject']).toEqual(subject);
    expect(casesCsv([one], START, shown).includes('ann')).toBe(shown === 'named');
  });

  test('no cell of a CSV is a formula', async () => {
    await open('access', ['=HYPERLINK("x")']);
    expect(casesCsv(listCases(log.state), START, 'named')).toContain(`"'=HYPERLINK(""x"")"`);
  });
});

test('a record that cannot be read is not passed over', async () => {
  const detail = {
    kind: 'case',
    case: { action: 'open', id: '01K0000000000000000000000C', type: 'access' },
  } as const;
  const effect = {
    type: 'put_record',
    collection: 'cases',
    key: '01K0000000000000000000000C',
    value: 7,
  } as const;
  await log.writer.append(sampleDraft(detail, { effects: [effect] }));
  expect(() => listCases(log.state)).toThrow('cannot be read');
});

test('a case names somebody, unless it is a breach', () => {
  const ports = { clock, random: seededRandom('x') };
  for (const [type, subject] of [
    ['access', []],
    ['access', ['']],
    ['breach', ['ann']],
  ] as const)
    expect(() => openCase({ type, subject }, ports)).toThrow(/it names nobody|nobody in particular/);
});
