/** Policies that share their scopes. Few are asked one by one; many are found by the equality they begin with. */
import { type Environment, EvaluationFailure, type Look } from './closures/index.ts';
import type { CompiledPolicy } from './policy.ts';

/** What an evaluation collects. */
export interface Collected<Ref> {
  readonly satisfied: Ref[];
  readonly errors: { readonly ref: Ref; readonly message: string }[];
  /** Policies that stand in several buckets and were asked already; made for the first of them. */
  seen?: Set<CompiledPolicy<Ref>>;
}

/** From how many policies on a bucket is worth an index of its own. */
const INDEXED_FROM = 8;

interface Group<Ref> {
  readonly look: Look;
  readonly byConstant: ReadonlyMap<unknown, readonly CompiledPolicy<Ref>[]>;
  readonly all: readonly CompiledPolicy<Ref>[];
}

const NO_GROUPS: readonly Group<never>[] = [];

/** An immutable bucket. */
export class Bucket<Ref> {
  readonly policies: readonly CompiledPolicy<Ref>[];
  readonly #asked: readonly CompiledPolicy<Ref>[];
  readonly #groups: readonly Group<Ref>[];

  constructor(policies: readonly CompiledPolicy<Ref>[]) {
    this.policies = policies;
    const groups = policies.length < INDEXED_FROM ? NO_GROUPS : groupBySelector(policies);
    this.#groups = groups;
    if (groups.length === 0) this.#asked = policies;
    else {
      const grouped = new Set(groups.flatMap(({ all }) => all));
      this.#asked = policies.filter((policy) => !grouped.has(policy));
    }
  }

  /** Asks every policy that could hold or fail. */
  evaluate(environment: Environment, into: Collected<Ref>): void {
    for (const policy of this.#asked) ask(policy, environment, into);
    for (const group of this.#groups) {
      const values = group.look(environment);
      if (values === undefined) {
        for (const policy of group.all) ask(policy, environment, into);
        continue;
      }
      for (const value of values) {
        for (const policy of group.byConstant.get(value) ?? []) ask(policy, environment, into);
      }
    }
  }
}

function ask<Ref>(policy: CompiledPolicy<Ref>, environment: Environment, into: Collected<Ref>): void {
  if (policy.actions.length > 1) {
    const seen = (into.seen ??= new Set());
    if (seen.has(policy)) return;
    seen.add(policy);
  }
  try {
    if (policy.holds(environment)) into.satisfied.push(policy.ref);
  } catch (thrown) {
    if (!(thrown instanceof EvaluationFailure)) throw thrown;
    into.errors.push({ ref: policy.ref, message: thrown.message });
  }
}

interface OpenGroup<Ref> {
  readonly look: Look;
  readonly byConstant: Map<unknown, CompiledPolicy<Ref>[]>;
  readonly all: CompiledPolicy<Ref>[];
}

function groupBySelector<Ref>(policies: readonly CompiledPolicy<Ref>[]): readonly Group<Ref>[] {
  const groups = new Map<Look, OpenGroup<Ref>>();
  for (const policy of policies) {
    const { selector } = policy;
    if (selector === undefined) continue;
    const made: OpenGroup<Ref> = { look: selector.look, byConstant: new Map(), all: [] };
    const group = groups.get(selector.look) ?? made;
    groups.set(selector.look, group);
    group.all.push(policy);
    const same = group.byConstant.get(selector.constant);
    if (same === undefined) group.byConstant.set(selector.constant, [policy]);
    else same.push(policy);
  }
  return [...groups.values()];
}
