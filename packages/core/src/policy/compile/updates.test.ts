/** A set that was changed many times decides as one that was compiled at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePolicies, type PolicyTree } from '../language/index.ts';
import { EMPTY_RECORD, type Entity, recordFromJson, Uid } from '../value/index.ts';
import { type CompiledSet, compileSet, createEntityStore } from './index.ts';
import type { PolicyToCompile } from './policy.ts';

/** The first is drawn most often: only many policies of one scope are found by what they begin with. */
const one = (first: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constant(first), weight: 6 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
const any = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const POLICY = fc
  .tuple(
    any('permit', 'forbid'),
    one('principal', 'principal == User::"a"', 'principal in Team::"t"', 'principal is User in Team::"t"'),
    one('action', 'action == Action::"x"', 'action in [Action::"x", Action::"y"]', 'action in Action::"all"'),
    one('resource', 'resource == Doc::"d"', 'resource in Box::"b"', 'resource is Doc'),
    any(
      '',
      'when { context.k == "v" }',
      'when { context.k == "w" }',
      'when { context has s && context.s.contains(1) }',
      'when { context.n + 1 > 2 }',
      'when { context.k == 5 } unless { context.n == 1 }',
    ),
  )
  .map(([effect, principal, action, resource, condition]) =>
    treeOf(`${effect}(${principal}, ${action}, ${resource}) ${condition};`),
  );

const CHANGES = fc.array(
  fc.record({
    put: fc.dictionary(fc.constantFrom(...Array.from({ length: 40 }, (_, at) => `p${at}`)), POLICY, {
      noNullPrototype: true,
    }),
    remove: fc.uniqueArray(fc.constantFrom(...Array.from({ length: 40 }, (_, at) => `p${at}`)), {
      maxLength: 6,
    }),
  }),
  { maxLength: 8 },
);

function treeOf(text: string): PolicyTree {
  const [tree] = parsePolicies({ name: 'test', text }).policies;
  if (tree === undefined) throw new Error(text);
  return tree;
}

const entity = (type: string, id: string, ...parents: readonly Uid[]): Entity => ({
  uid: new Uid(type, id),
  attrs: EMPTY_RECORD,
  tags: EMPTY_RECORD,
  parents,
});
const ALL = new Uid('Action', 'all');
const STORE = createEntityStore([
  entity('User', 'a', new Uid('Team', 't')),
  entity('User', 'b'),
  entity('Team', 't'),
  entity('Doc', 'd', new Uid('Box', 'b')),
  entity('Box', 'b'),
  entity('Action', 'x', ALL),
  entity('Action', 'y', ALL),
  entity('Action', 'all'),
]);
const CONTEXTS = [{}, { k: 'v', n: 1 }, { k: 'w', s: [1] }, { k: 5, n: 3, s: 'odd' }].map((context) =>
  recordFromJson(context as never),
);
const REQUESTS = ['a', 'b'].flatMap((user) =>
  ['x', 'y', 'z'].flatMap((action) =>
    ['d', 'e'].flatMap((doc) =>
      CONTEXTS.map((context) => ({
        principal: new Uid('User', user),
        action: new Uid('Action', action),
        resource: new Uid('Doc', doc),
        context,
      })),
    ),
  ),
);

/** Who is satisfied and who fails, for every request. */
function answers(set: CompiledSet<string>): readonly string[] {
  return REQUESTS.map((request) => {
    const { satisfied, errors } = set.evaluate(request, STORE);
    return [...satisfied, ...errors.map(({ ref, message }) => `${ref}: ${message}`)].sort().join('; ');
  });
}

test('however it came to be, and the sets before it stay as they were', () => {
  fc.assert(
    fc.property(CHANGES, (changes) => {
      let live = compileSet<string>([]);
      const present = new Map<string, PolicyToCompile<string>>();
      for (const { put, remove } of changes) {
        const before = answers(live);
        const arriving = Object.entries(put).map(([id, tree]) => ({ id, tree, ref: id }));
        const next = live.update({ put: arriving, remove });
        expect(answers(live)).toEqual(before);
        for (const id of remove) present.delete(id);
        for (const policy of arriving) present.set(policy.id, policy);
        expect(answers(next)).toEqual(answers(compileSet([...present.values()])));
        expect(next.size).toBe(present.size);
        live = next;
      }
    }),
    { numRuns: 60 },
  );
});
