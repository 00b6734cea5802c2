// What approvals lift, and everything they must not (defects 25 to 28).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovalStatement, Approver, HeldForbid, Hold, HoldAnswer } from '../model/index.ts';
import { isFault } from '../kernel/index.ts';
import {
  type ApprovalClaim,
  createSigningKey,
  distinctPeople,
  judgeApproval,
  liftedForbids,
  type LiftQuestion,
  parseApprovalStatement,
  signApproval,
  type SigningKey,
  verifyAnswer,
} from './index.ts';

const ORIGIN = 'example.com/log';
const hash = (digit: string): string => digit.repeat(64);
const PAY: HeldForbid = { id: 'pay', contentHash: hash('1'), approvers: [], quorum: 1 };
const DELETE: HeldForbid = { id: 'delete', contentHash: hash('2'), approvers: ['leads'], quorum: 2 };

/** A key pair for each name. */
function keyOf(name: string): SigningKey {
  const seed = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) & 255, 7);
  return createSigningKey(name.replace(/\W/g, '-'), { bytes: (length) => new Uint8Array(length).fill(seed) })
    .key;
}

function approver(id: string, more: Partial<Approver> & { readonly keyName?: string } = {}): Approver {
  const { keyName = id, ...rest } = more;
  const { publicKey, keyId } = keyOf(keyName);
  return { id, groups: [], publicKey, keyId, ...rest };
}

const HOLD: Hold = {
  index: 12,
  digest: hash('d'),
  policyHash: hash('a'),
  forbids: [PAY],
  requesters: ['bot', 'boss', 'Zoe@example.com'],
  created: 1_000,
  expires: 100_000,
  status: 'waiting',
  answers: [],
};
const CLAIM: ApprovalClaim = {
  answer: 'approve',
  hold: `${ORIGIN}#12`,
  node: 'node-1',
  performedDigest: HOLD.digest,
  lifts: [PAY.contentHash, DELETE.contentHash],
  policyHash: HOLD.policyHash,
  expires: 50_000,
  at: 2_000,
};

function answer(
  keyName: string,
  changes: Partial<ApprovalClaim> = {},
  lifts: readonly string[] = [PAY.contentHash],
): HoldAnswer {
  const key = keyOf(keyName);
  const claim = { ...CLAIM, lifts, ...changes };
  return {
    ...signApproval(claim, key),
    answer: claim.answer,
    keyId: key.keyId,
    approver: keyName,
    index: 13,
  };
}

function lifted(
  changes: Partial<LiftQuestion> & {
    readonly answers: readonly HoldAnswer[];
    readonly forbids?: readonly HeldForbid[];
  },
) {
  const { answers, forbids = [PAY], ...rest } = changes;
  const question: LiftQuestion = {
    hold: { ...HOLD, forbids, answers },
    approvers: [approver('ann'), approver('bob'), approver('cid')],
    policyHash: HOLD.policyHash,
    node: 'node-1',
    origin: ORIGIN,
    digest: HOLD.digest,
    now: 3_000,
    ...rest,
  };
  return [...liftedForbids(question)].sort();
}

test('one approver of a configured key lifts exactly what is held', () => {
  expect(lifted({ answers: [answer('ann')] })).toEqual([PAY.contentHash]);
});

describe('defect 25: nobody approves their own request, nobody counts twice', () => {
  test.each([
    ['the agent itself', approver('bot')],
    ['an agent that delegated', approver('boss')],
    ['the agent under other capitals', approver('BOT')],
    ['the person it acts for, by the approver’s id', approver('zoe@example.com')],
    ['the person it acts for, by the approver’s person', approver('zoe', { person: 'zoe@EXAMPLE.com' })],
  ])('%s does not count', (_why, self) => {
    expect(lifted({ approvers: [self], answers: [answer(self.id)] })).toEqual([]);
  });

  test.each([
    ['an agent, by the id after its issuer', 'okta:ann'],
    ['a person, by the id after their issuer', 'entra:ANN'],
  ])('%s, does not count under the bare id', (_why, requester) => {
    expect(lifted({ answers: [answer('ann')], requesters: [requester] })).toEqual([]);
  });

  test.each([
    ['by their person', [approver('ann', { person: 'ann@x' }), approver('bob', { person: 'ann@x' })]],
    [
      'by a third entry',
      [
        approver('ann', { person: 'p1' }),
        approver('cid', { id: 'p1', person: 'p2' }),
        approver('bob', { person: 'p2' }),
      ],
    ],
  ])(
    'whoever asks approves with no other key of theirs, which another entry has, told %s',
    (_how, approvers) => {
      expect(lifted({ answers: [answer('bob')], approvers, requesters: ['okta:Ann'] })).toEqual([]);
      // It is that entry which costs bob his vote.
      expect(
        lifted({ answers: [answer('bob')], approvers: approvers.slice(1), requesters: ['ann'] }),
      ).toEqual([PAY.contentHash]);
    },
  );

  test('an id that only ends like the approver’s costs them nothing', () => {
    expect(lifted({ answers: [answer('ann')], requesters: ['joann', 'ann:okta'] })).toEqual([
      PAY.contentHash,
    ]);
  });

  test('somebody who asks now and did not then does not count either', () => {
    expect(lifted({ answers: [answer('ann')], requesters: ['ann'] })).toEqual([]);
  });

  const two: HeldForbid = { ...PAY, quorum: 2 };
  test.each([
    ['one key that answers twice', [approver('ann')], ['ann', 'ann']],
    ['one id with two keys', [approver('ann'), approver('ann', { keyName: 'ann2' })], ['ann', 'ann2']],
    [
      'one person under two ids',
      [approver('ann', { person: 'p' }), approver('bea', { person: 'p' })],
      ['ann', 'bea'],
    ],
    [
      'an id that is the other’s person',
      [approver('ann'), approver('bea', { person: 'ann' })],
      ['ann', 'bea'],
    ],
    ['two spellings of one id', [approver('ann'), approver('ANN')], ['ann', 'ANN']],
  ])('%s is not a quorum of two', (_why, approvers, keys) => {
    expect(lifted({ forbids: [two], approvers, answers: keys.map((name) => answer(name)) })).toEqual([]);
  });

  test('two people are', () => {
    expect(lifted({ forbids: [two], answers: [answer('ann'), answer('bob')] })).toEqual([PAY.contentHash]);
  });

  test('each forbid needs its own quorum of those it names', () => {
    const approvers = [
      approver('ann', { groups: ['leads'] }),
      approver('bob', { groups: ['leads'] }),
      approver('cid'),
    ];
    const both = [PAY.contentHash, DELETE.contentHash];
    const forbids = [PAY, DELETE];
    expect(
      lifted({ forbids, approvers, answers: [answer('cid', {}, both), answer('ann', {}, both)] }),
    ).toEqual([PAY.contentHash]);
    expect(
      lifted({ forbids, approvers, answers: [answer('bob', {}, both), answer('ann', {}, both)] }),
    ).toEqual(both);
  });
});

describe('defect 26: an approval holds for exactly this', () => {
  test.each<[string, Partial<ApprovalClaim>]>([
    ['other arguments', { performedDigest: hash('e') }],
    ['another policy', { policyHash: hash('b') }],
    ['another node', { node: 'node-2' }],
    ['another hold', { hold: `${ORIGIN}#11` }],
    ['the same index of another log', { hold: 'elsewhere#12' }],
    ['something that is not held', { lifts: [hash('9')] }],
    ['nothing at all', { lifts: [] }],
  ])('one for %s lifts nothing', (_why, changes) => {
    expect(lifted({ answers: [answer('ann', changes)] })).toEqual([]);
  });

  test.each<[string, Partial<LiftQuestion>]>([
    ['the arguments have changed since', { digest: hash('e') }],
    ['the policy has changed since', { policyHash: hash('b') }],
    ['another node would perform', { node: 'node-2' }],
    ['the approver is no longer configured', { approvers: [approver('bob')] }],
  ])('it lifts nothing when %s', (_why, changes) => {
    expect(lifted({ answers: [answer('ann')], ...changes })).toEqual([]);
  });

  test('one that names one of two forbids lifts that one', () => {
    const other = { ...DELETE, approvers: [], quorum: 1 };
    expect(lifted({ forbids: [PAY, other], answers: [answer('ann', {}, [other.contentHash])] })).toEqual([
      other.contentHash,
    ]);
  });

  test.each(['used', 'withdrawn', 'denied'] as const)('a hold that is %s lifts nothing', (status) => {
    const hold = { ...HOLD, status, answers: [answer('ann')] };
    expect(lifted({ answers: [], hold })).toEqual([]);
  });
});

describe('defect 27: an approval does not outweigh a refusal', () => {
  test.each([
    ['before', (yes: HoldAnswer, no: HoldAnswer) => [no, yes]],
    ['after', (yes: HoldAnswer, no: HoldAnswer) => [yes, no]],
  ])('a refusal %s it lifts nothing', (_why, order) => {
    expect(lifted({ answers: order(answer('ann'), answer('bob', { answer: 'deny' })) })).toEqual([]);
  });

  test('a refusal with a forged signature does not stop anything', () => {
    const forged = { ...answer('bob', { answer: 'deny' }), signature: answer('bob').signature };
    expect(lifted({ answers: [answer('ann'), forged] })).toEqual([PAY.contentHash]);
  });
});

describe('defect 28: expiry is checked at use', () => {
  test.each([
    [50_000, 1],
    [50_001, 0],
  ])('an approval until 50,000 used at %i', (now, count) => {
    expect(lifted({ answers: [answer('ann')], now })).toHaveLength(count);
  });

  test('no statement outlives its hold', () => {
    expect(lifted({ answers: [answer('ann', { expires: 900_000 })], now: 100_001 })).toEqual([]);
  });

  test('the approval ends with the first of what it rests on', () => {
    const hold = {
      ...HOLD,
      forbids: [{ ...PAY, quorum: 2 }],
      answers: [answer('ann'), answer('bob', { expires: 40_000 })],
    };
    const approval = judgeApproval({
      hold,
      approvers: [approver('ann'), approver('bob')],
      policyHash: HOLD.policyHash,
      node: 'node-1',
      origin: ORIGIN,
      digest: HOLD.digest,
      now: 3_000,
    });
    expect(approval).toMatchObject({
      expires: 40_000,
      keyIds: [keyOf('ann').keyId, keyOf('bob').keyId].sort(),
    });
  });
});

describe('what is stored is not believed', () => {
  const about = { hold: HOLD, origin: ORIGIN, node: 'node-1' };
  test.each<[string, (genuine: HoldAnswer) => HoldAnswer, string]>([
    [
      'a signature of another key',
      (genuine) => ({ ...genuine, signature: answer('bob').signature }),
      'approval.invalid',
    ],
    [
      'a recorded answer that was not signed',
      (genuine) => ({ ...genuine, answer: 'deny' }),
      'approval.invalid',
    ],
    [
      'a statement with another spacing',
      (genuine) => ({ ...genuine, statement: ` ${genuine.statement}` }),
      'approval.invalid',
    ],
    ['a key of nobody', (genuine) => ({ ...genuine, keyId: '0'.repeat(16) }), 'approval.not-entitled'],
  ])('%s', (_why, change, code) => {
    expect(verifyAnswer(change(answer('ann')), about, [approver('ann'), approver('bob')])).toMatchObject({
      status: 'refused',
      code,
    });
  });

  test('a statement that lifts more than was asked', () => {
    const more = answer('ann', {}, [PAY.contentHash, DELETE.contentHash]);
    expect(
      verifyAnswer(more, { ...about, hold: { ...HOLD, forbids: [PAY] } }, [approver('ann')]),
    ).toMatchObject({ status: 'refused', code: 'approval.invalid' });
  });

  test('a statement that names another key than the one that signed it', () => {
    const { keyId } = keyOf('bob');
    const mixed = signApproval({ ...CLAIM, lifts: [PAY.contentHash] }, { ...keyOf('ann'), keyId });
    const stored = { ...answer('ann'), ...mixed };
    expect(verifyAnswer(stored, about, [approver('ann'), approver('bob')])).toMatchObject({
      status: 'refused',
      code: 'approval.invalid',
    });
  });

  test('any one changed character of the statement or signature is refused', () => {
    const genuine = answer('ann');
    fc.assert(
      fc.property(fc.nat(genuine.statement.length - 1), fc.constantFrom(...'0aZ"}'), (at, character) => {
        const statement = genuine.statement.slice(0, at) + character + genuine.statement.slice(at + 1);
        fc.pre(statement !== genuine.statement);
        expect(verifyAnswer({ ...genuine, statement }, about, [approver('ann')]).status).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, (statement: ApprovalStatement & Record<string, unknown>) => unknown]>([
    ['an unknown field', (statement) => ({ ...statement, zeal: 1 })],
    ['unsorted lifts', (statement) => ({ ...statement, lifts: [hash('2'), hash('1')] })],
    ['a lift twice', (statement) => ({ ...statement, lifts: [hash('1'), hash('1')] })],
    ['a fractional expiry', (statement) => ({ ...statement, expires: 1.5 })],
    ['another type', (statement) => ({ ...statement, type: 'other' })],
  ])('a statement with %s is malformed', (_why, change) => {
    const changed = change(parseApprovalStatement(answer('ann').statement) as never) as Record<
      string,
      unknown
    >;
    const text = JSON.stringify(
      Object.fromEntries(Object.entries(changed).sort(([left], [right]) => (left < right ? -1 : 1))),
    );
    try {
      parseApprovalStatement(text);
      expect.unreachable();
    } catch (fault) {
      expect(isFault(fault, 'approval.invalid')).toBe(true);
    }
  });
});

test('people are counted the same in any order, and never more than keys, ids or persons', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'd');
  const person = fc.record({ id: names, keyName: names, person: fc.option(names, { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(person, { maxLength: 6 }), fc.integer(), (people, rotation) => {
      const approvers = people.map(({ id, keyName, person: of }) =>
        approver(id, { keyName, ...(of === undefined ? {} : { person: of }) }),
      );
      const turn = people.length === 0 ? 0 : Math.abs(rotation) % people.length;
      const count = distinctPeople(approvers);
      expect(distinctPeople([...approvers.slice(turn), ...approvers.slice(0, turn)])).toBe(count);
      expect(count).toBeLessThanOrEqual(new Set(approvers.map(({ keyId }) => keyId)).size);
      expect(count).toBeLessThanOrEqual(new Set(approvers.map(({ id }) => id)).size);
    }),
  );
});
