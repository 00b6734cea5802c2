// What a page makes of an approval: who is missing, who may not and why, and when it is another question.
import { describe, expect, test } from 'vitest';
import { isSameQuestion, slowedWords, stillMissing, whyNot } from './judge-shown.ts';
import { inOrder, type Held, type Waiting } from './queries.ts';

const HASH = '1'.repeat(64);
const HELD: Held = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  node: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  hold: 'log#7',
  logNode: 'node-1',
  agent: 'bot',
  chain: [],
  method: 'tools/call',
  targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay' }],
  args: { amount: 100 },
  isChanged: false,
  masked: 0,
  labels: [],
  policies: [{ id: 'pay', contentHash: HASH, approvers: ['leads'], quorum: 1 }],
  reasons: [],
  digest: HASH,
  policyHash: HASH,
  requesters: ['bot'],
  created: 1,
  expires: 9,
  status: 'waiting',
  answers: [],
  recent: [],
  you: { standing: 'may', lifts: [HASH], isAttested: false },
};
const approval = { person: 'p', answer: 'approve', method: 'key', keyId: 'k', at: 2 } as const;
const standing = (name: Held['you']['standing']): Held => ({
  ...HELD,
  you: { standing: name, lifts: [], isAttested: false },
});

test.each<[string, Partial<Held>]>([
  ['another amount', { args: { amount: 1_000 } }],
  ['another agent', { agent: 'b0t' }],
  ['another policy', { policyHash: '2'.repeat(64) }],
  ['an answer of somebody', { answers: [approval] }],
  ['another end', { expires: 10 }],
  ['its end', { status: 'withdrawn' }],
  ['what one may lift', { you: { standing: 'other-group', lifts: [], isAttested: false } }],
])('with %s it is another question', (_what, change) => {
  expect(isSameQuestion(HELD, { ...HELD, ...change })).toBe(false);
});

test('what else the agent asked, and that more people were told, leaves it the same question', () => {
  const recent = [{ id: HELD.id, targets: HELD.targets, status: 'denied' as const, created: 3 }];
  expect(isSameQuestion(HELD, { ...structuredClone(HELD), recent, escalated: 5 })).toBe(true);
});

describe('who may not is told why', () => {
  test.each(['requester', 'other-group', 'unshown'] as const)('%s: approves not, and may refuse', (name) => {
    expect(whyNot(standing(name), 'approve')).toEqual(expect.any(String));
    expect(whyNot(standing(name), 'deny')).toBeUndefined();
  });
  test.each(['role', 'answered'] as const)('%s: neither', (name) => {
    expect(whyNot(standing(name), 'approve')).toEqual(expect.any(String));
    expect(whyNot(standing(name), 'deny')).toEqual(expect.any(String));
  });
  test.each(['approved', 'denied', 'withdrawn', 'used', 'expired'] as const)('%s: nobody', (status) => {
    expect(whyNot({ ...HELD, status }, 'approve')).toEqual(expect.any(String));
    expect(whyNot({ ...HELD, status }, 'deny')).toEqual(expect.any(String));
  });
  test('whoever may, may', () => {
    expect(whyNot(HELD, 'approve')).toBeUndefined();
  });
});

test('says how many must still agree', () => {
  const policies = [{ id: 'pay', contentHash: HASH, approvers: ['leads'], quorum: 3 }];
  expect(stillMissing(HELD)).toBe('One approval is enough.');
  expect(stillMissing({ ...HELD, policies })).toBe(
    '3 people must agree; nobody has yet, 3 people are missing.',
  );
  expect(stillMissing({ ...HELD, policies, answers: [approval, approval] })).toBe(
    '3 people must agree; 2 people did, one person is missing.',
  );
  expect(stillMissing({ ...HELD, policies, answers: [{ ...approval, refused: 'unknown_key' }] })).toMatch(
    /nobody has yet/,
  );
  const board = { id: 'board', contentHash: '2'.repeat(64), approvers: ['board'], quorum: 1 };
  expect(stillMissing({ ...HELD, policies: [...HELD.policies, board] })).toMatch(/lifts a part/);
});

test('says why somebody is slowed', () => {
  expect(slowedWords({ level: 'slow', until: 9, reasons: ['speed', 'rate'] })).toBe(
    'You answered faster than one reads, and gave many approvals within an hour. Read this one first: your next approval is taken',
  );
});

test('what ends first is worked through first; what is over is listed by when it came', () => {
  const row = (created: number, expires: number): Waiting => ({ ...HELD, answers: 0, created, expires });
  const rows = [row(1, 30), row(2, 10), row(3, 20)];
  expect(inOrder(rows, 'mine').map(({ expires }) => expires)).toEqual([10, 20, 30]);
  expect(inOrder(rows, 'history').map(({ created }) => created)).toEqual([3, 2, 1]);
});
