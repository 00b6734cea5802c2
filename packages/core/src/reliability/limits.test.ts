/** What a call counts for, and what is said of it. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../kernel/index.ts';
import { type LimitFact, type LimitUse, MAX_RESERVATIONS, type Part, parseLimits } from '../model/index.ts';
import {
  compileLimits,
  judgeLimits,
  type LimitJudgement,
  type LimitQuestion,
  requireLimitFacts,
} from './index.ts';

const FACTS = new Set<LimitFact>(['tokens', 'cost', 'person', 'team', 'org', 'context.purpose']);

const tool = (id: string): Part => ({ action: { name: 'tools/call' }, resource: { type: 'tool', id } });

const REQUEST: LimitQuestion['request'] = {
  tenant: 'local',
  subject: {
    agent: { id: 'bot', team: 'blue', org: 'acme' },
    person: { id: 'ann', roles: [] },
    chain: [],
    authentication: { method: 'configured', assurance: 1, credentialId: 'c', at: 0 },
  },
  initiator: 'agent',
  session: { id: 's1' },
  parts: [tool('bank/pay')],
};

function judged(
  limit: JsonObject,
  request: Partial<LimitQuestion['request']> = {},
  rest: Partial<LimitQuestion> = {},
): LimitJudgement {
  const limits = compileLimits(parseLimits([{ id: 'x', amount: 10, ...limit }], 'test', FACTS));
  return judgeLimits(limits, {
    request: { ...REQUEST, ...request },
    args: {},
    estimate: {},
    now: 1_000,
    read: () => undefined,
    ...rest,
  });
}

function keysOf(limit: JsonObject, request?: Partial<LimitQuestion['request']>): readonly string[] {
  return judged(limit, request).reservations.map(({ key }) => key);
}

describe('an account', () => {
  const another: readonly (readonly [string, string, Partial<LimitQuestion['request']>])[] = [
    ['principal', 'another agent', { subject: { ...REQUEST.subject, agent: { id: 'other', team: 'blue' } } }],
    ['person', 'another person', { subject: { ...REQUEST.subject, person: { id: 'bob', roles: [] } } }],
    ['tool', 'another tool', { parts: [tool('bank/take')] }],
    ['server', 'another server', { parts: [tool('shop/pay')] }],
    ['session', 'another session', { session: { id: 's2' } }],
    ['team', 'another team', { subject: { ...REQUEST.subject, agent: { id: 'bot', team: 'red' } } }],
    ['org', 'another organisation', { subject: { ...REQUEST.subject, agent: { id: 'bot', org: 'other' } } }],
  ];

  test.each(another)('kept for the %s is not that of %s', (key, _what, change) => {
    const limit = { kind: 'calls', key: [key] };
    expect(keysOf(limit, change)).not.toEqual(keysOf(limit));
    expect(keysOf(limit, change)).toHaveLength(1);
    expect(keysOf({ kind: 'calls', key: [] }, change)).toEqual(keysOf({ kind: 'calls', key: [] }));
  });

  test('is another tenant’s in another tenant, and another limit’s under another id', () => {
    const limit = { kind: 'calls', key: [] };
    expect(keysOf(limit, { tenant: 'other' })).not.toEqual(keysOf(limit));
    expect(keysOf({ ...limit, id: 'y' })).not.toEqual(keysOf(limit));
  });

  test('goes on when its amount changes, and begins anew when its window does', () => {
    const limit = { kind: 'quota', per: '1h' };
    expect(keysOf({ ...limit, amount: 20 })).toEqual(keysOf(limit));
    expect(keysOf({ ...limit, per: '2h' })).not.toEqual(keysOf(limit));
  });

  test('of an agent and of a server by the same name are two', () => {
    const started = { initiator: 'server' as const, initiatingServer: 'bot' };
    expect(keysOf({ kind: 'calls', key: ['principal'] }, started)).not.toEqual(
      keysOf({ kind: 'calls', key: ['principal'] }),
    );
  });

  test('cannot be told where a fact is missing, and that denies', () => {
    const { chain, authentication } = REQUEST.subject;
    const subject = { agent: { id: 'bot' }, chain, authentication };
    for (const key of ['person', 'team', 'org', 'context.purpose', 'context.args.customer']) {
      const { passed, reservations, checks } = judged({ kind: 'calls', key: [key] }, { subject });
      expect(passed[0]?.reason).toBe(`limit \`x\` cannot be judged: the call has no \`${key}\``);
      expect(reservations).toEqual([]);
      expect(checks[0]).toMatchObject({ status: 'failed', reason: 'limit.fact-missing' });
    }
  });

  test('is one for each agent of the chain, and one for those that share it', () => {
    const subject = { ...REQUEST.subject, chain: [{ id: 'boss', team: 'blue' }, { id: 'bot' }] };
    expect(keysOf({ kind: 'calls', key: ['principal'] }, { subject })).toHaveLength(2);
    const team = { ...REQUEST.subject, chain: [{ id: 'boss', team: 'blue' }] };
    const { reservations } = judged({ kind: 'calls', key: ['team'] }, { subject: team });
    expect(reservations.map(({ amount }) => amount)).toEqual([1]);
  });

  test('counts every part that shares it, and what is held at once by the call', () => {
    const parts = [tool('a/x'), tool('a/y'), tool('b/x')];
    const amounts = (limit: JsonObject): unknown =>
      judged(limit, { parts }).reservations.map(({ amount }) => amount);
    expect(amounts({ kind: 'calls', key: ['server'] })).toEqual([2, 1]);
    expect(amounts({ kind: 'calls', key: ['tool'] })).toEqual([1, 1, 1]);
    expect(amounts({ kind: 'calls', key: [] })).toEqual([3]);
    expect(amounts({ kind: 'concurrency', key: [] })).toEqual([1]);
    expect(amounts({ kind: 'calls', key: [], actions: ['a/x'] })).toEqual([1]);
  });

  test('is not made for more than an entry can hold: the call is denied', () => {
    const parts = Array.from({ length: MAX_RESERVATIONS + 1 }, (_, at) => tool(`a/t${at}`));
    expect(judged({ kind: 'calls', key: ['tool'], amount: 9_999 }, { parts }).passed).toHaveLength(1);
    expect(judged({ kind: 'calls', key: ['tool'], amount: 9_999 }, { parts: parts.slice(1) }).passed).toEqual(
      [],
    );
  });
});

describe('what stands to a limit', () => {
  test('is that of the account nearest to its end', () => {
    const parts = [tool('a/x'), tool('a/y'), tool('a/z')];
    const used: LimitUse[] = [
      { used: 2, at: 0 },
      { used: 9, at: 0 },
      { used: 4, at: 0 },
    ];
    const { standings } = judged({ kind: 'calls', key: ['tool'] }, { parts }, { read: () => used.shift() });
    expect(standings['x']).toMatchObject({ limit: 10, used: 9, remaining: 1, exceeded: false });
  });

  test('is taken even where it is passed, so that what only watches counts on', () => {
    const { passed, reservations } = judged({ kind: 'calls' }, {}, { read: () => ({ used: 10, at: 1_000 }) });
    expect([passed.length, reservations.length]).toEqual([1, 1]);
  });
});

describe('a call that nobody measured', () => {
  const needs = (limit: JsonObject, estimate = {}): unknown =>
    judged({ kind: 'tokens', ...limit }, {}, { estimate }).reservations[0]?.amount;

  test('takes its reserve, or all that remains', () => {
    expect(needs({ reserve: 4 })).toBe(4);
    expect(needs({})).toBe('rest');
    expect(needs({ reserve: 4 }, { tokens: 2 })).toBe(2);
    expect(needs({ per_call: 5 }, { tokens: 2 })).toBe(2);
  });
});

test('a limit on a fact that nothing supplies does not load', () => {
  const limits = parseLimits([{ id: 'x', kind: 'tokens', amount: 1 }], 'test', FACTS);
  expect(() => requireLimitFacts(limits, new Set())).toThrow('limit `x` is on `tokens`');
  expect(() => requireLimitFacts(limits, FACTS)).not.toThrow();
});
