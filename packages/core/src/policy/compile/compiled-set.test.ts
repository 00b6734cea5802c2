/** The index changes what is asked, never what is answered; a change makes a new set and leaves the old one as it was. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePolicies, type PolicyTree } from '../language/index.ts';
import { type Entity, EMPTY_RECORD, recordFromJson, Uid } from '../value/index.ts';
import {
  authorize,
  type CedarRequest,
  type CompiledSet,
  compileSet,
  createEntityStore,
  tracePolicy,
} from './index.ts';

const trees = (text: string): readonly PolicyTree[] => {
  const { policies, problems } = parsePolicies({ name: 'a', text });
  expect(problems).toEqual([]);
  return policies;
};

const entity = (type: string, id: string, parents: readonly [string, string][] = [], attrs = {}): Entity => ({
  uid: new Uid(type, id),
  attrs: recordFromJson(attrs),
  tags: EMPTY_RECORD,
  parents: parents.map(([parent, name]) => new Uid(parent, name)),
});

const STORE = createEntityStore([
  entity('Org', 'o'),
  entity('Team', 't', [['Org', 'o']]),
  entity('Agent', 'a', [['Team', 't']], { level: 1 }),
  entity('Agent', 'b'),
  entity('Server', 's', [], { name: 's' }),
  entity('Action', 'calls'),
  entity('Action', 'x', [['Action', 'calls']]),
  entity('Action', 'y', [['Action', 'calls']]),
]);

const request = (
  context: Parameters<typeof recordFromJson>[0] = {},
  agent = 'a',
  action = 'x',
): CedarRequest => ({
  principal: new Uid('Agent', agent),
  action: new Uid('Action', action),
  resource: new Uid('Server', 's'),
  context: recordFromJson(context),
});

const SCOPES = [
  'principal, action, resource',
  'principal == Agent::"a", action, resource',
  'principal in Team::"t", action == Action::"x", resource',
  'principal in Org::"o", action in Action::"calls", resource == Server::"s"',
  'principal is Agent, action in [Action::"x", Action::"calls"], resource is Server',
  'principal is Agent in Org::"o", action, resource in Server::"s"',
  'principal, action in [], resource',
  'principal == Agent::"b", action == Action::"y", resource',
];
const CONDITIONS = [
  'true',
  'context.n == 1',
  'context.n == 2',
  '"a" == context.s',
  'context has n && context.n == 2',
  'context.names.contains("a")',
  'context.names.contains("b") && context.n == 1',
  'context.r.x == 1',
  'context has r && context.r has x && context.r.x == 1',
  'context.r has x && context.n == 1',
  'principal.level == 1',
  'resource.name == "s"',
  'context.n > 1',
  'context.missing == 1',
  'context.n == "a"',
];
const CONTEXTS = [
  {},
  { n: 1, s: 'a', names: ['a'], r: { x: 1 } },
  { n: 2, names: ['a', 'b'], r: {} },
  { n: 'a', names: 1, r: 1 },
  { n: 1, names: [], r: { x: '1' } },
];

const policy = fc
  .record({
    scope: fc.constantFrom(...SCOPES),
    condition: fc.constantFrom(...CONDITIONS),
    effect: fc.constantFrom('permit', 'forbid'),
    kind: fc.constantFrom('when', 'when', 'when', 'unless'),
  })
  .map(({ scope, condition, effect, kind }) => `${effect}(${scope}) ${kind} { ${condition} };`);
const policies = fc.array(policy, { maxLength: 40 });

const numbered = (list: readonly PolicyTree[]) =>
  list.map((tree, index) => ({ id: String(index), tree, ref: index }));

const REQUESTS = CONTEXTS.flatMap((context) =>
  ['a', 'b', 'nobody'].flatMap((agent) => ['x', 'y', 'z'].map((action) => request(context, agent, action))),
);

function answers(set: CompiledSet<number>): readonly unknown[] {
  const order = (numbers: readonly number[]): readonly number[] =>
    [...numbers].sort((one, other) => one - other);
  return REQUESTS.map((one) => {
    const { satisfied, errors } = set.evaluate(one, STORE);
    return [order(satisfied), order(errors.map(({ ref }) => ref))];
  });
}

describe('the index', () => {
  test('many policies answer as each of them alone, and as its trace says', () => {
    fc.assert(
      fc.property(policies, (texts) => {
        const list = trees(texts.join('\n'));
        const whole = compileSet(numbered(list));
        for (const one of REQUESTS) {
          const { satisfied, errors } = whole.evaluate(one, STORE);
          const failing = new Set(errors.map(({ ref }) => ref));
          for (const [index, tree] of list.entries()) {
            const outcome = satisfied.includes(index)
              ? 'satisfied'
              : failing.has(index)
                ? 'error'
                : 'unsatisfied';
            expect(tracePolicy(tree, one, STORE).outcome, texts[index]).toBe(outcome);
          }
          expect(new Set(satisfied).size).toBe(satisfied.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the order of policies makes no difference', () => {
    fc.assert(
      fc.property(policies, (texts) => {
        const list = numbered(trees(texts.join('\n')));
        expect(answers(compileSet([...list].reverse()))).toEqual(answers(compileSet(list)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a live update', () => {
  test('is the set compiled anew, and the set before it stays as it was', () => {
    const change = fc.record({
      put: fc.array(fc.tuple(fc.nat(15), policy), { maxLength: 6 }),
      remove: fc.array(fc.nat(15), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(policies, fc.array(change, { maxLength: 4 }), (texts, changes) => {
        const current = new Map(numbered(trees(texts.join('\n'))).map((one) => [one.id, one]));
        let set = compileSet([...current.values()]);
        for (const { put, remove } of changes) {
          const before = answers(set);
          const arriving = new Map(
            put.map(([id, text]) => [
              String(id),
              { id: String(id), tree: trees(text)[0] as PolicyTree, ref: id },
            ]),
          );
          const next = set.update({ put: [...arriving.values()], remove: remove.map(String) });
          for (const id of remove) current.delete(String(id));
          for (const one of arriving.values()) current.set(one.id, one);
          expect(answers(next)).toEqual(answers(compileSet([...current.values()])));
          expect(next.size).toBe(current.size);
          expect(answers(set)).toEqual(before);
          set = next;
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('Cedar’s own decision', () => {
  const decide = (text: string, context = {}): string => {
    const refs = trees(text).map((tree, index) => ({
      id: String(index),
      tree,
      ref: { id: String(index), effect: tree.effect },
    }));
    return authorize(compileSet(refs), request(context), STORE).decision;
  };

  test('a forbid wins, a failing permit permits nothing, a failing forbid is skipped', () => {
    expect(decide('permit(principal, action, resource); forbid(principal, action, resource);')).toBe('deny');
    expect(decide('permit(principal, action, resource) when { context.no };')).toBe('deny');
    expect(
      decide('permit(principal, action, resource); forbid(principal, action, resource) when { context.no };'),
    ).toBe('allow');
    expect(decide('')).toBe('deny');
  });

  test('adding a forbid never permits more, and an error never permits', () => {
    fc.assert(
      fc.property(policies, policy, (texts, more) => {
        const forbid = more.replace(/^permit/, 'forbid');
        for (const context of CONTEXTS) {
          if (decide(`${texts.join('\n')}\n${forbid}`, context) === 'allow')
            expect(decide(texts.join('\n'), context)).toBe('allow');
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('entities', () => {
  test.each([
    ['an entity twice', [entity('A', 'x'), entity('A', 'x')], /twice/],
    ['an entity in itself', [entity('A', 'x', [['A', 'x']])], /in itself/],
    [
      'a circle',
      [entity('A', 'x', [['A', 'y']]), entity('A', 'y', [['A', 'z']]), entity('A', 'z', [['A', 'x']])],
      /in itself/,
    ],
  ])('%s is refused', (_what, entities, message) => {
    expect(() => createEntityStore(entities)).toThrow(message);
  });

  test('what a request adds stands before what is held, for it alone, and reaches those in it', () => {
    const above = STORE.with([
      entity('Team', 't', [
        ['Org', 'o'],
        ['Org', 'p'],
      ]),
      entity('Agent', 'c', [['Team', 't']]),
    ]);
    const find = (store: typeof STORE, id: string): readonly string[] =>
      [...(store.find({ type: 'Agent', id })?.ancestors ?? [])].sort();
    expect(find(above, 'a')).toEqual(['Org\0o', 'Org\0p', 'Team\0t']);
    expect(find(above, 'c')).toEqual(['Org\0o', 'Org\0p', 'Team\0t']);
    expect(find(STORE, 'a')).toEqual(['Org\0o', 'Team\0t']);
    expect(STORE.find({ type: 'Agent', id: 'c' })).toBeUndefined();
    expect(() => STORE.with([entity('Org', 'o', [['Agent', 'a']])])).toThrow(/in itself/);
  });

  test('a hierarchy of ten thousand levels is walked without exhausting the stack', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      entity('A', String(index), index === 0 ? [] : [['A', String(index - 1)]]),
    );
    expect(createEntityStore(chain).find({ type: 'A', id: '9999' })?.ancestors.size).toBe(9999);
  });
});
