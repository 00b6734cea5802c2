// What changed between two sets: policies, and decisions in groups.
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../model/index.ts';
import { decideOver, FILE_TOOLS, queryOf } from '../fixtures.ts';
import {
  type Answer,
  compareSets,
  compareSettings,
  type ComparedSet,
  createChangeCounter,
  differingFields,
  openComparedSet,
  searchChanges,
} from './index.ts';

function setOf(text: string): ComparedSet {
  return openComparedSet({ sources: [{ name: 'main.cedar', text }], tools: FILE_TOOLS, mode: 'strict' });
}

const A = '@id("a") permit(principal, action == Action::"files/read_file", resource);';
const B =
  '@id("b") @reason("no") forbid(principal, action, resource) when { context.findings.contains("secret") };';

describe('policies of two sets', () => {
  const compare = (one: string, other: string) => compareSets(setOf(one).policies, setOf(other).policies);

  test('in another order and layout are the same', () => {
    const changes = compare(`${A}\n${B}`, `// first\n${B}\n\n${A.replaceAll(', ', ',\n  ')}`);
    expect(changes).toEqual({ added: [], removed: [], changed: [], renamed: [], same: 2 });
  });

  test('are added, removed and changed by their ids and contents', () => {
    const c = A.replace('"a"', '"c"').replace('read_file', 'write_file');
    const changes = compare(`${A}${B}`, `${c}${B.replace('secret', 'card')}`);
    expect(changes.added.map(({ id }) => id)).toEqual(['c']);
    expect(changes.removed.map(({ id }) => id)).toEqual(['a']);
    expect(changes.changed.map(({ from, to }) => [from.id, from.contentHash === to.contentHash])).toEqual([
      ['b', false],
    ]);
    expect(changes.same).toBe(0);
  });

  test('with a changed annotation are changed, with another id alone renamed', () => {
    expect(compare(B, B.replace('"no"', '"never"')).changed).toHaveLength(1);
    const { renamed, added, removed } = compare(B, B.replace('"b"', '"z"'));
    expect(renamed.map(({ from, to }) => [from.id, to.id])).toEqual([['b', 'z']]);
    expect([added, removed]).toEqual([[], []]);
  });

  test('that said the same are not both renamed to one: one of them is removed', () => {
    const { renamed, removed } = compare(A + A.replace('"a"', '"c"'), A.replace('"a"', '"z"'));
    expect(renamed.map(({ from, to }) => [from.id, to.id])).toEqual([['a', 'z']]);
    expect(removed.map(({ id }) => id)).toEqual(['c']);
  });

  test('of another level are changed', () => {
    const own = openComparedSet({
      sources: [{ name: 'a', text: A, level: { kind: 'team', team: 'x' } }],
      tools: FILE_TOOLS,
      mode: 'strict',
    });
    expect(compareSets(setOf(A).policies, own.policies).changed).toHaveLength(1);
  });
});

describe('what two sets have beside policies', () => {
  const limit = { id: 'calls', kind: 'calls', measure: 'calls', key: [], actions: 'all', amount: 5 } as const;
  const bot = { uid: { type: 'Agent', id: 'bot' }, attrs: { trust: 1 }, parents: [] };
  const pattern = {
    pack: 'p',
    name: 'pem',
    argument: ['path'],
    test: { kind: 'glob', glob: '*.pem', ignoreCase: false },
  } as const;
  const base = { mode: 'strict', limits: [limit], patterns: [pattern], entities: [bot] } as const;

  test.each([
    ['mode', '', { ...base, mode: 'audit' }],
    ['audit_until', '', { ...base, auditUntil: 0 }],
    ['on_error', '', { ...base, onError: 'skip' }],
    ['limit', 'calls', { ...base, limits: [{ ...limit, amount: 6 }] }],
    ['limit', 'calls', { ...base, limits: [] }],
    ['pattern', 'p.pem', { ...base, patterns: [pattern, { ...pattern, argument: ['to'] }] }],
    ['entity', 'Agent::"bot"', { ...base, entities: [{ ...bot, attrs: { trust: 2 } }] }],
  ] as const)('is told: %s %s', (setting, id, other) => {
    expect(compareSettings(base, other)).toMatchObject([{ setting, id }]);
    expect(compareSettings(other, base)).toMatchObject([{ setting, id }]);
  });

  test('is the same in another order, and where a default is written out', () => {
    const group = (id: string) => ({ type: 'Group', id });
    const two = [limit, { ...limit, id: 'more' }];
    expect(
      compareSettings(
        { ...base, limits: two, entities: [{ ...bot, parents: [group('a'), group('b')] }] },
        {
          ...base,
          limits: two.toReversed(),
          onError: 'deny',
          entities: [{ ...bot, parents: [group('b'), group('a')] }],
        },
      ),
    ).toEqual([]);
  });
});

describe('two answers differ', () => {
  const base = decideOver('@id("p") permit(principal, action, resource);');
  test.each<[string, Partial<Answer>, readonly string[]]>([
    ['in nothing', {}, []],
    ['in the policies that determined them alone', { determining: [{ id: 'q', contentHash: 'x' }] }, []],
    ['in the verdict', { verdict: 'deny' }, ['verdict', 'would']],
    ['in what would be', { would: 'deny' }, ['would']],
    ['in an obligation', { obligations: [{ type: 'label', labels: ['x'] }] }, ['obligations']],
    ['in a quorum', { held: [{ id: 'p', contentHash: 'x', approvers: [], quorum: 2 }] }, ['held']],
    ['in what is needed', { needs: ['context.user'] }, ['needs']],
    [
      'in one of several parts',
      {
        parts: [
          { verdict: 'allow', determining: [] },
          { verdict: 'deny', determining: [] },
        ],
      },
      ['parts'],
    ],
  ])('%s', (_what, change, fields) => {
    expect(differingFields(base, { ...base, ...change })).toEqual(fields);
  });
});

test('changes are grouped by verdicts and policies, what opens first, with examples up to a bound', () => {
  const counter = createChangeCounter(2);
  const answer = (verdict: Verdict, id: string): Answer => ({
    ...decideOver(A),
    verdict,
    determining: [{ id, contentHash: id }],
    parts: [{ verdict, determining: [] }],
  });
  for (let index = 0; index < 5; index += 1)
    counter.add(queryOf(), answer('allow', 'a'), answer('deny', 'b'), index);
  counter.add(queryOf(), answer('deny', 'b'), answer('allow', 'a'), 9);
  counter.add(queryOf(), answer('deny', 'b'), answer('deny', 'c'), 10);
  expect(counter.compared).toBe(7);
  expect(counter.changed).toBe(6);
  expect(
    counter
      .groups()
      .map(({ from, to, count, examples }) => [from, to, count, examples.map(({ index }) => index)]),
  ).toEqual([
    ['deny', 'allow', 1, [9]],
    ['allow', 'deny', 5, [0, 1]],
  ]);
});

test('however many ways there are, groups are bounded and nothing goes uncounted', () => {
  const counter = createChangeCounter(1);
  const base = decideOver(A);
  for (let index = 0; index < 1_000; index += 1) {
    const determining = [{ id: `p${index}`, contentHash: String(index) }];
    counter.add(queryOf(), base, {
      ...base,
      verdict: base.verdict === 'deny' ? 'allow' : 'deny',
      determining,
    });
  }
  const groups = counter.groups();
  expect(groups.length).toBeLessThanOrEqual(201);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
});

test('a search over all requests tells every way, each with a small example', () => {
  const one = setOf(`${A} @id("w") permit(principal, action == Action::"files/write_file", resource);`);
  const other = setOf(A.replace('resource)', 'resource) when { context.findings.contains("ok") }'));
  const { tried, changed, groups } = searchChanges(one, other, { requests: 1_000 });
  expect(tried).toBe(1_000);
  expect(changed).toBeGreaterThan(100);
  expect(groups.map(({ before, after, to }) => [before, after, to])).toEqual(
    expect.arrayContaining([
      [['a'], [], 'deny'],
      [['w'], [], 'deny'],
    ]),
  );
  expect(groups.every(({ examples }) => examples[0]?.query.subject.person === undefined)).toBe(true);
});
