/** The second index leaves out only policies that would neither have held nor failed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePolicies, type PolicyTree } from '../language/index.ts';
import { EMPTY_RECORD, type Entity, recordFromJson, Uid } from '../value/index.ts';
import { compileSet, createEntityStore } from './index.ts';

const NAMES = ['a', 'b', 'c'];
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 });
const root = fc.constantFrom('context', 'context', 'context', 'principal');
const constant = fc.constantFrom('1', '"x"', 'true', '-1', '9223372036854775807', '[1]', 'User::"u"');
const read = fc.tuple(root, path).map(([from, names]) => [from, ...names].join('.'));
const presence = fc
  .tuple(root, path)
  .map(([from, names]) => `${[from, ...names.slice(0, -1)].join('.')} has ${names.at(-1)}`);
const equality = fc
  .tuple(read, constant, fc.boolean())
  .map(([left, right, isTurned]) => (isTurned ? `${right} == ${left}` : `${left} == ${right}`));
const containment = fc.tuple(read, constant).map(([set, element]) => `${set}.contains(${element})`);
const conjunct = fc.oneof(presence, presence, equality, equality, containment);
const CONDITION = fc
  .tuple(
    fc.constantFrom('when', 'when', 'when', 'unless'),
    fc.array(conjunct, { minLength: 1, maxLength: 4 }),
  )
  .map(([kind, conjuncts]) => `${kind} { ${conjuncts.join(' && ')} }`);

const leaf = fc.constantFrom(1, 'x', true, -1, [1], ['x', 1], []);
const CONTEXT = fc.letrec<{ readonly value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { noNullPrototype: true }),
  ),
})).value;

function treeOf(text: string): PolicyTree {
  const [tree] = parsePolicies({ name: 'test', text }).policies;
  if (tree === undefined) throw new Error(text);
  return tree;
}

const USER: Entity = {
  uid: new Uid('User', 'u'),
  attrs: recordFromJson({ a: 'x', b: { c: 1 } }),
  tags: EMPTY_RECORD,
  parents: [],
};
const STORE = createEntityStore([USER]);

test('a policy found by what it begins with answers as one that is asked by itself', () => {
  fc.assert(
    fc.property(
      fc.array(CONDITION, { minLength: 8, maxLength: 24 }),
      fc.array(fc.dictionary(fc.constantFrom(...NAMES), CONTEXT, { noNullPrototype: true }), {
        minLength: 4,
        maxLength: 8,
      }),
      (conditions, contexts) => {
        const policies = conditions.map((condition, at) => {
          const ref = `p${at}`;
          return { id: ref, tree: treeOf(`permit(principal, action, resource) ${condition};`), ref };
        });
        const whole = compileSet(policies);
        const alone = policies.map((policy) => compileSet([policy]));
        for (const context of contexts) {
          const request = {
            principal: USER.uid,
            action: new Uid('Action', 'x'),
            resource: new Uid('Doc', 'd'),
            context: recordFromJson(context as never),
          };
          const found = whole.evaluate(request, STORE);
          const expected = alone.map((set) => set.evaluate(request, STORE));
          expect([...found.satisfied].sort()).toEqual(expected.flatMap(({ satisfied }) => satisfied).sort());
          const failed = (errors: typeof found.errors): readonly string[] =>
            errors.map(({ ref, message }) => `${ref}: ${message}`).sort();
          expect(failed(found.errors)).toEqual(failed(expected.flatMap(({ errors }) => errors)));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['first', ['context has a && context.a == "v"', 'context.a == "v"']],
  ['last', ['context.a == "v"', 'context has a && context.a == "v"']],
])(
  'a policy that reads without a test fails, though others test for what it reads, when it is %s',
  (_when, pair) => {
    const conditions = [...pair, ...pair, ...pair, ...pair, ...pair];
    const set = compileSet(
      conditions.map((condition, at) => {
        const ref = `${condition.includes('has') ? 'tests' : 'reads'} ${at}`;
        return { id: ref, tree: treeOf(`forbid(principal, action, resource) when { ${condition} };`), ref };
      }),
    );
    const request = {
      principal: USER.uid,
      action: new Uid('Action', 'x'),
      resource: new Uid('Doc', 'd'),
      context: EMPTY_RECORD,
    };
    const { satisfied, errors } = set.evaluate(request, STORE);
    expect(satisfied).toEqual([]);
    expect(errors).toHaveLength(5);
    expect(errors.every(({ ref }) => ref.startsWith('reads'))).toBe(true);
  },
);
