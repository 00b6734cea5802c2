import { expect, test } from 'vitest';
import type { Bundle, Node, Rollout } from './data.ts';
import { givenTo, standingOf, summaryOf } from './standing.ts';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const live = (more: object = {}): NonNullable<Node['live']> => ({
  isStale: false,
  ingested: 9,
  lag: 0,
  omissions: { entries: 0, evidence: 0 },
  decisions: [],
  policyHash: 'a',
  ...more,
});
const node = (more: object = {}): Node => ({
  id: ID,
  name: 'node',
  environment: 'production',
  origin: 'node.example',
  logKeys: [],
  keys: [],
  status: 'active',
  created: 0,
  live: live(),
  ...more,
});
const bundle = (id: string, policyHash: string) => ({ id, policyHash }) as Bundle;
const rollout = (more: object = {}) =>
  ({ environment: 'production', stable: 'one', ...more }) as unknown as Rollout;
const BUNDLES = [bundle('one', 'a'), bundle('two', 'b'), bundle('three', 'c')];

test.each([
  ['that decides by what is in force', {}, 'enforcing'],
  ['that decides by the candidate', { live: live({ policyHash: 'b' }) }, 'enforcing'],
  ['that decides by something else', { live: live({ policyHash: 'c' }) }, 'behind'],
  ['that decides by nothing', { live: live({ policyHash: undefined }) }, 'behind'],
  ['of which nothing was ever heard', { live: undefined }, 'silent'],
  ['that fell silent, whatever it said before', { live: live({ isStale: true }) }, 'silent'],
  ['whose log has a gap', { live: live({ omissions: { entries: 1, evidence: 0 } }) }, 'gap'],
  ['with evidence of an omission', { live: live({ omissions: { entries: 0, evidence: 1 } }) }, 'gap'],
  ['that only watches', { live: live({ mode: 'audit' }) }, 'lenient'],
  [
    'that lets run what no policy names',
    { live: live({ mode: 'permissive' }), environment: 'lab' },
    'lenient',
  ],
  ['that enforces, by its own word', { live: live({ mode: 'strict' }) }, 'enforcing'],
  ['that is suspended', { status: 'suspended' }, 'suspended'],
  ['of an environment to which nothing was rolled out', { environment: 'lab' }, 'own'],
  ['of a team to which nothing was rolled out', { team: ID }, 'own'],
])('a node %s is said to be so', (_what, more, standing) => {
  const one = node(more);
  const track = rollout({ candidate: { bundle: 'two', stage: 'canary', share: 10 } });
  expect(standingOf(one, givenTo(one, [track], BUNDLES))).toBe(standing);
});

test('the mode is what is rolled out, with its share', () => {
  const mode = (more: object) => givenTo(node(), [rollout(more)], BUNDLES).mode;
  expect(mode({})).toBe('enforced');
  expect(mode({ candidate: { bundle: 'two', stage: 'canary', share: 10 } })).toBe('canary 10 %');
  expect(mode({ candidate: { bundle: 'two', stage: 'shadow', share: 0 } })).toBe('shadow beside');
});

test('the sentence says what needs a look before it says that all is well', () => {
  const of = (...standings: Parameters<typeof summaryOf>[0][number]['standing'][]) =>
    summaryOf(standings.map((standing) => ({ node: node(), standing }))).sentence;
  expect(of()).toBe('No node is enrolled.');
  expect(of('enforcing')).toBe('The one node enforces what it was given.');
  expect(of('enforcing', 'enforcing')).toBe('Each of the 2 nodes enforces what it was given.');
  expect(of('enforcing', 'silent', 'behind', 'own')).toBe(
    'Of 4: 1 not heard of, 1 on other policies than given.',
  );
  expect(of('enforcing', 'lenient')).toBe('Of 2: 1 not enforcing.');
  expect(of('enforcing', 'own')).toContain('policies of their own');
});
