/** Cases about limits: what is used already, what a call takes, what refuses it. */
import { describe, expect, test } from 'vitest';
import { parseLimits } from '../../model/index.ts';
import { parseCases, type PolicyCase, runCases } from '../../policy/index.ts';
import { judgeCaseLimits } from './case-limits.ts';

const LIMITS = parseLimits(
  [
    { id: 'calls', kind: 'rate', amount: 10, per: '1m' },
    { id: 'spent', kind: 'budget', amount: '2.50', per: '1d', reserve: '0.10' },
    { id: 'pays', kind: 'calls', amount: 1, actions: ['bank/pay'] },
    { id: 'all', kind: 'quota', amount: 5, per: '1h', key: ['team'], across: 'fleet' },
  ],
  'test',
  new Set(['cost', 'team', 'fleet'] as const),
);
const POLICIES = `@id("any") permit(principal, action in Action::"tools/call", resource);
@id("slow") forbid(principal, action == Action::"bank/list", resource) when { context has limits.calls && context.limits.calls.remaining < 3 };`;

const run = (mode: 'strict' | 'audit', ...cases: readonly Omit<PolicyCase, 'name'>[]) =>
  runCases(
    { sources: [{ name: 'a.cedar', text: POLICIES }], limits: LIMITS, mode },
    cases.map((one, index) => ({ name: String(index), ...one })),
    judgeCaseLimits,
  ).results;

const failuresOf = (...cases: readonly Omit<PolicyCase, 'name'>[]) =>
  run('strict', ...cases).flatMap(({ failures }) => failures);

describe('a case about limits', () => {
  test('passes where verdict, what it takes and what refuses it are as it says', () => {
    const base = { tool: 'bank/pay', team: 'red' };
    const takes = ['calls', 'spent', 'pays', 'all'];
    expect(
      failuresOf(
        { ...base, expect: { verdict: 'allow', limits: { takes, refuses: [] } } },
        { ...base, limits: { calls: { used: 9 } }, expect: { verdict: 'allow', limits: { refuses: [] } } },
        {
          ...base,
          limits: { calls: { used: 10 } },
          expect: { verdict: 'deny', limits: { takes: [], refuses: ['calls'] } },
        },
        { ...base, limits: { spent: { used: 2.4 } }, expect: { verdict: 'allow' } },
        {
          ...base,
          limits: { spent: { used: 2.41 } },
          expect: { verdict: 'deny', policies: ['limit:spent'] },
        },
        { ...base, estimate: { cost: 2.51 }, expect: { verdict: 'deny', limits: { refuses: ['spent'] } } },
        {
          ...base,
          limits: { all: { used: 5 }, pays: { used: 1 } },
          expect: { verdict: 'deny', limits: { refuses: ['pays', 'all'] } },
        },
      ),
    ).toEqual([]);
  });

  test('is put to the policies with what remains', () => {
    const list = { tool: 'bank/list', team: 'red' };
    expect(
      failuresOf(
        {
          ...list,
          limits: { calls: { used: 7 } },
          expect: { verdict: 'allow', limits: { takes: ['calls', 'spent', 'all'] } },
        },
        {
          ...list,
          limits: { calls: { used: 8 } },
          expect: { verdict: 'deny', policies: ['slow'], limits: { refuses: [] } },
        },
      ),
    ).toEqual([]);
  });

  test('fails with what was expected and what was found', () => {
    expect(
      failuresOf({
        tool: 'bank/list',
        team: 'red',
        limits: { calls: { used: 10 } },
        expect: { verdict: 'allow', limits: { refuses: [] } },
      }),
    ).toEqual([
      expect.stringContaining('expected allow, was deny'),
      'expected limits that refuse it none, found calls',
    ]);
  });

  test('fails where the set declares no such limit, and names the one that was meant', () => {
    expect(
      failuresOf({
        tool: 'bank/list',
        team: 'red',
        limits: { call: { used: 10 } },
        expect: { verdict: 'allow' },
      }),
    ).toEqual(['the set declares no limit `call`: did you mean `calls`?']);
  });

  test('says what a limit would refuse where the mode only watches', () => {
    const [result] = run('audit', {
      tool: 'bank/list',
      team: 'red',
      limits: { calls: { used: 10 } },
      expect: { verdict: 'allow', limits: { refuses: ['calls'] } },
    });
    expect(result).toMatchObject({ failures: [], outcome: { would: 'deny' } });
  });

  test('counts for nothing where it lists or delivers', () => {
    expect(
      failuresOf({
        phase: 'list',
        tool: 'bank/list',
        limits: { calls: { used: 10 } },
        expect: { verdict: 'deny', limits: { takes: [], refuses: [] } },
      }),
    ).toEqual([]);
  });

  test('is refused where nobody judges limits, and one that says nothing of them is judged by policies alone', () => {
    const one = { name: 'x', tool: 'bank/list', expect: { verdict: 'allow' } } as const;
    const set = { sources: [{ name: 'a.cedar', text: POLICIES }], limits: LIMITS, mode: 'strict' } as const;
    const about: PolicyCase = { ...one, limits: { calls: { used: 1 } } };
    expect(runCases(set, [one, about]).results.map(({ failures }) => failures)).toEqual([
      [],
      ['limits are not judged here'],
    ]);
  });

  test('is read from YAML, every key known', () => {
    const text = (keys: string): string => `- name: a\n  tool: bank/pay\n${keys}`;
    const good =
      '  limits: {calls: {used: 3}}\n  estimate: {cost: 0.5, tokens: 7}\n  expect: {verdict: deny, limits: {takes: [], refuses: [calls]}}\n';
    expect(parseCases({ name: 'c.yaml', text: text(good) })).toMatchObject({
      cases: [
        {
          limits: { calls: { used: 3 } },
          estimate: { cost: 0.5 },
          expect: { limits: { refuses: ['calls'] } },
        },
      ],
    });
    for (const [from, to] of [
      ['used', 'use'],
      ['used: 3', 'used: -1'],
      ['refuses', 'refuse'],
    ] as const)
      expect(parseCases({ name: 'c.yaml', text: text(good.replace(from, to)) })).toHaveProperty('problems');
  });
});
