/** What holds of every set: order does not matter, a forbid only narrows, an error permits nothing, and a set that was changed is the set made anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CompiledSet, createEntityStore, type EntityStore } from '../../src/policy/compile/index.ts';
import { makePolicies, makePolicy, makeWorld, type World } from './generate-world.ts';
import { Choices } from './random.ts';
import {
  compiled,
  engineAuthorize,
  engineEvaluate,
  entitiesFrom,
  type Evaluation,
  type NamedTree,
  treeOf,
} from './subject.ts';

const RUNS = { numRuns: 100 };
const seeds = fc.nat();

const storeOf = (entities: string): EntityStore => createEntityStore(entitiesFrom(entities));

const evaluateAll = (set: CompiledSet<NamedTree>, { requests, entities }: World): readonly Evaluation[] => {
  const store = storeOf(entities);
  return requests.map((request) => engineEvaluate(set, request, store));
};

function shuffled<Item>(items: readonly Item[], choices: Choices): readonly Item[] {
  return items
    .map((item) => ({ item, at: choices.number(2 ** 31) }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

test('the order of policies is irrelevant', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const trees = world.policies.map(treeOf);
      const other = shuffled(trees, new Choices(seed + 1));
      expect(evaluateAll(compiled(other), world)).toEqual(evaluateAll(compiled(trees), world));
    }),
    RUNS,
  );
});

test('a policy alone is satisfied, or fails, exactly where it does among others', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const trees = world.policies.map(treeOf);
      const alone = trees.map((tree) => evaluateAll(compiled([tree]), world));
      const together = evaluateAll(compiled(trees), world);
      const united = together.map((_, index) => ({
        satisfied: alone.flatMap((answers) => answers[index]?.satisfied ?? []).toSorted(),
        errors: alone.flatMap((answers) => answers[index]?.errors ?? []).toSorted(),
      }));
      expect(together).toEqual(united);
    }),
    RUNS,
  );
});

test('another forbid never turns a deny into an allow', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const trees = world.policies.map(treeOf);
      const forbid = treeOf({ ...makePolicy(new Choices(seed + 1), 'another', false), effect: 'forbid' });
      const store = storeOf(world.entities);
      const [before, after] = [compiled(trees), compiled([...trees, forbid])];
      for (const request of world.requests)
        if (engineAuthorize(before, request, store).decision === 'deny')
          expect(engineAuthorize(after, request, store).decision).toBe('deny');
    }),
    RUNS,
  );
});

test('a policy that fails permits nothing', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = makeWorld(seed);
      const trees = world.policies.map((policy) => treeOf({ ...policy, effect: 'permit' }));
      const store = storeOf(world.entities);
      for (const request of world.requests) {
        const { errors } = engineEvaluate(compiled(trees), request, store);
        const failing = trees.filter(({ id }) => errors.includes(id));
        expect(engineAuthorize(compiled(failing), request, store).decision).toBe('deny');
      }
    }),
    RUNS,
  );
});

test('a set changed again and again is the set made anew, and the sets before it stay as they were', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const choices = new Choices(seed);
      const world = makeWorld(seed);
      const held = new Map(world.policies.map((policy) => [policy.id, treeOf(policy)]));
      let set = compiled([...held.values()]);
      for (let change = 0; change < 4; change += 1) {
        const before = { set, answers: evaluateAll(set, world) };
        const remove = [...held.keys()].filter(() => choices.chance(30));
        const isFlat = choices.chance(50);
        const put = makePolicies(choices)
          .slice(0, 12)
          .map(({ id }) => treeOf(makePolicy(choices, id, isFlat)));
        for (const id of remove) held.delete(id);
        for (const policy of put) held.set(policy.id, policy);
        set = set.update({ put: put.map((policy) => ({ ...policy, ref: policy })), remove });
        expect(set.size).toBe(held.size);
        expect(evaluateAll(set, world)).toEqual(evaluateAll(compiled([...held.values()]), world));
        expect(evaluateAll(before.set, world)).toEqual(before.answers);
      }
    }),
    RUNS,
  );
});

test('entities laid over a store are as if the store had been made with them', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const [world, choices] = [makeWorld(seed), new Choices(seed + 1)];
      const set = compiled(world.policies.map(treeOf));
      const all = entitiesFrom(world.entities);
      const above = all.filter(() => choices.chance(40));
      // What lies below says something else of them, which must not be seen.
      const below = all.map((entity) =>
        above.includes(entity) ? { ...entity, parents: entity.parents.slice(1) } : entity,
      );
      const store = createEntityStore(below);
      for (const { principal, resource } of world.requests)
        [principal, resource].map((uid) => store.find(uid));
      const [laid, made] = [store.with(above), createEntityStore(all)];
      for (const { uid } of all) expect(laid.find(uid)?.ancestors).toEqual(made.find(uid)?.ancestors);
      for (const request of world.requests)
        expect(engineAuthorize(set, request, laid)).toEqual(engineAuthorize(set, request, made));
    }),
    RUNS,
  );
});
