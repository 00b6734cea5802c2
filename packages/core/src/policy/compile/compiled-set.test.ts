/** Compiled sets: each policy once, found without asking the others, failing in words, changed without disturbing the set before. */
import { describe, expect, test } from 'vitest';
import { type Expression, parsePolicies, type PolicyTree } from '../language/index.ts';
import {
  type CedarRecord,
  EMPTY_RECORD,
  newRecord,
  parseExactJson,
  recordFromJson,
  Uid,
} from '../value/index.ts';
import { authorize } from './authorize.ts';
import { type CompiledSet, compileSet } from './compiled-set.ts';
import { createEntityStore } from './store.ts';

type Ref = { readonly id: string; readonly effect: 'permit' | 'forbid' };

const uid = (type: string, id: string): Uid => new Uid(type, id);
const entity = (self: Uid, ...parents: readonly Uid[]): Parameters<typeof createEntityStore>[0][number] => ({
  uid: self,
  attrs: EMPTY_RECORD,
  tags: EMPTY_RECORD,
  parents,
});
const [BOT, READ, WRITE, CALLS, FILES] = [
  uid('Agent', 'bot'),
  uid('Action', 'read'),
  uid('Action', 'write'),
  uid('Action', 'calls'),
  uid('Server', 'files'),
];
const STORE = createEntityStore([
  entity(BOT, uid('Team', 'a')),
  entity(READ, CALLS),
  entity(WRITE, CALLS),
  entity(FILES),
]);

function setOf(text: string): CompiledSet<Ref> {
  const { policies, problems } = parsePolicies({ name: 'test', text });
  expect(problems).toEqual([]);
  return compileSet(policies.map(toCompile));
}
function toCompile(tree: PolicyTree, index: number): { id: string; tree: PolicyTree; ref: Ref } {
  const id = `p${index}`;
  return { id, tree, ref: { id, effect: tree.effect } };
}
const treeOf = (text: string): PolicyTree => parsePolicies({ name: 'test', text }).policies[0] as PolicyTree;
const contextOf = (json: string): CedarRecord =>
  recordFromJson(parseExactJson(json) as Parameters<typeof recordFromJson>[0]);

function ask(
  set: CompiledSet<Ref>,
  context: CedarRecord = EMPTY_RECORD,
): { satisfied: string[]; errors: string[] } {
  const { satisfied, errors } = set.evaluate(
    { principal: BOT, action: READ, resource: FILES, context },
    STORE,
  );
  return {
    satisfied: satisfied.map(({ id }) => id).toSorted(),
    errors: errors.map(({ message }) => message),
  };
}

describe('finding policies', () => {
  test('a policy that several actions lead to counts once', () => {
    const set = setOf(
      'permit (principal, action in [Action::"read", Action::"calls", Action::"read"], resource);',
    );
    expect(ask(set).satisfied).toEqual(['p0']);
  });

  test.each([
    ['principal == Agent::"bot"', true],
    ['principal == Agent::"other"', false],
    ['principal in Team::"a"', true],
    ['principal in Agent::"bot"', true],
    ['principal in Team::"b"', false],
    ['principal is Agent', true],
    ['principal is Team', false],
    ['principal is Agent in Team::"a"', true],
    ['principal is Team in Team::"a"', false],
    ['principal is Agent in Agent::"bot"', true],
  ])('a policy for `%s` is found or not: %s', (scope, isFound) => {
    expect(ask(setOf(`permit (${scope}, action, resource);`)).satisfied).toEqual(isFound ? ['p0'] : []);
  });

  test('many policies that begin with an equality are found by one look at what they compare', () => {
    const text = Array.from(
      { length: 200 },
      (_, index) => `permit (principal, action, resource) when { context.k == "v${index}" };`,
    );
    const set = setOf(text.join('\n'));
    let looks = 0;
    const context = Object.defineProperty(newRecord(), 'k', {
      enumerable: true,
      get: () => {
        looks += 1;
        return 'v77';
      },
    });
    expect(ask(set, context).satisfied).toEqual(['p77']);
    // Once for all of them, once by the policy that is asked.
    expect(looks).toBe(2);
  });

  test('policies that such a look cannot judge are asked, so that what fails is told', () => {
    const text = Array.from(
      { length: 20 },
      (_, index) => `permit (principal, action, resource) when { context.k == ${index} };`,
    );
    expect(ask(setOf(text.join('\n'))).errors).toHaveLength(20);
    const guarded = text.map((policy) => policy.replace('{ ', '{ context has k && '));
    expect(ask(setOf(guarded.join('\n'))).errors).toEqual([]);
  });

  test('a test for presence that comes too late does not hide that one before it fails', () => {
    const late = Array.from(
      { length: 20 },
      (_, index) =>
        `permit (principal, action, resource) when { context.a has b && context has a && context.a.b == ${index} };`,
    );
    expect(ask(setOf(late.join('\n'))).errors).toHaveLength(20);
    expect(ask(setOf(late.join('\n')), contextOf('{"a": {"b": 3}}')).satisfied).toEqual(['p3']);
  });
});

describe('evaluation', () => {
  test.each([
    ['context.a == 1', 'no attribute `a`'],
    ['principal.a == 1', '`Agent::"bot"` has no attribute `a`'],
    ['Agent::"gone".a == 1', '`Agent::"gone"` does not exist'],
    ['9223372036854775807 + 1 == 0', 'integer overflow: `9223372036854775807 + 1`'],
    ['1 < "a"', '`<` needs two longs, datetimes or durations'],
    ['context.s && true', 'no attribute `s`'],
    ['1 == 1 && "a"', 'needs a bool, found a string'],
    ['principal in ["a"]', 'needs an entity'],
    ['principal in [Agent::"bot", "a"]', 'needs an entity'],
    ['ip("1.2.3") == ip("1.2.3.4")', 'ip'],
    ['ip().isIpv4()', 'ip'],
  ])('`%s` fails in words', (condition, words) => {
    const [message, ...others] = ask(
      setOf(`permit (principal, action, resource) when { ${condition} };`),
    ).errors;
    expect(message).toContain(words);
    expect(others).toEqual([]);
  });

  test('a wrong constant fails where it is reached, and only there', () => {
    const set = setOf('permit (principal, action, resource) when { context has s && ip("x").isIpv4() };');
    expect(ask(set)).toEqual({ satisfied: [], errors: [] });
    expect(ask(set, contextOf('{"s": 1}')).errors).toHaveLength(1);
  });

  test('a chain of 100,000 conditions needs no deep stack', () => {
    const at = { start: 0, end: 0 };
    const yes: Expression = { kind: 'bool', value: true, ...at };
    let body: Expression = yes;
    for (let left = 100_000; left > 0; left -= 1) body = { kind: 'and', left: body, right: yes, ...at };
    const tree: PolicyTree = {
      ...treeOf('permit (principal, action, resource);'),
      conditions: [{ kind: 'when', body, ...at }],
    };
    expect(ask(compileSet([toCompile(tree, 0)])).satisfied).toEqual(['p0']);
  });

  test('a template decides nothing', () => {
    const template = treeOf('permit (principal == ?principal, action, resource);');
    expect(() => compileSet([toCompile(template, 0)])).toThrow(
      expect.objectContaining({ code: 'policy.syntax' }),
    );
  });

  test('a policy that fails is skipped by the rules of Cedar, permit or forbid', () => {
    const set = setOf(`permit (principal, action, resource);
      permit (principal, action, resource) when { context.gone };
      forbid (principal, action, resource) when { context.gone };`);
    const request = { principal: BOT, action: READ, resource: FILES, context: EMPTY_RECORD };
    expect(authorize(set, request, STORE)).toEqual({
      decision: 'allow',
      reasons: ['p0'],
      errors: ['p1', 'p2'],
    });
  });
});

describe('a change', () => {
  const base = setOf(`permit (principal, action == Action::"read", resource);
    permit (principal in Team::"a", action, resource);`);
  const forbid = {
    id: 'new',
    tree: treeOf('forbid (principal, action, resource is Server);'),
    ref: { id: 'new', effect: 'forbid' },
  } as const;

  test('makes another set and leaves this one as it was', () => {
    const changed = base.update({ put: [forbid], remove: ['p0'] });
    expect([base.size, changed.size]).toEqual([2, 2]);
    expect(ask(base).satisfied).toEqual(['p0', 'p1']);
    expect(ask(changed).satisfied).toEqual(['new', 'p1']);
  });

  test('puts a policy in place of the one with its id', () => {
    const changed = base.update({ put: [{ ...forbid, id: 'p0' }] });
    expect(changed.size).toBe(2);
    expect(ask(changed).satisfied).toEqual(['new', 'p1']);
  });

  test('is refused where an id stands twice', () => {
    expect(() => base.update({ put: [forbid, forbid] })).toThrow(
      expect.objectContaining({ code: 'policy.syntax' }),
    );
    expect(() => compileSet([forbid, forbid])).toThrow('`new` stands twice');
  });

  test('of nothing, or of what is not there, is the same set', () => {
    expect(ask(base.update({}))).toEqual(ask(base));
    expect(ask(base.update({ remove: ['unheard of'] }))).toEqual(ask(base));
    expect(base.update({ remove: ['p0', 'p1'] }).size).toBe(0);
  });

  test('brings scopes that no policy had before to requests that were asked before', () => {
    expect(ask(base).satisfied).toEqual(['p0', 'p1']);
    expect(ask(base.update({ put: [forbid] })).satisfied).toEqual(['new', 'p0', 'p1']);
  });
});
