/** A compiled policy set: found by action, then principal, then resource. Immutable; a change makes another that shares what did not change. */
import { Fault } from '../../kernel/index.ts';
import type { CedarRecord, Uid } from '../value/index.ts';
import { Bucket, type Collected } from './bucket.ts';
import { type Environment, SharedParts } from './closures/index.ts';
import { type CompiledPolicy, compilePolicy, type PolicyToCompile } from './policy.ts';
import { satisfiedKeys } from './scope.ts';
import { Shelf } from './shelf.ts';
import { absentNode, type EntityNode, type EntityStore } from './store.ts';

/** One request. */
export interface CedarRequest {
  readonly principal: Uid;
  readonly action: Uid;
  readonly resource: Uid;
  readonly context: CedarRecord;
}

/** All policies that are satisfied, of both effects, and all that failed; in no order. */
export type SetEvaluation<Ref> = {
  readonly satisfied: readonly Ref[];
  readonly errors: readonly { readonly ref: Ref; readonly message: string }[];
};

/** What changes between two sets: policies put (new, or in place of one with the same id) and ids removed. */
export interface SetChange<Ref> {
  readonly put?: readonly PolicyToCompile<Ref>[];
  readonly remove?: readonly string[];
}

/** An immutable compiled set. */
export interface CompiledSet<Ref> {
  readonly size: number;
  /** Pure and synchronous; never throws for any request. */
  evaluate(request: CedarRequest, store: EntityStore): SetEvaluation<Ref>;
  /** A set with the change; this one stays as it is. The cost is that of the policies that change and their neighbours. Throws as {@link compileSet}. */
  update(change: SetChange<Ref>): CompiledSet<Ref>;
}

/** Compiles `policies`. Throws `policy.syntax` for a template and for an id that stands twice. */
export function compileSet<Ref>(policies: readonly PolicyToCompile<Ref>[]): CompiledSet<Ref> {
  return new IndexedSet<Ref>({
    policies: new Map(),
    index: new Map(),
    used: NO_KEYS,
    parts: new SharedParts(),
  }).update({ put: policies });
}

/** Action key, principal key, resource key. */
type Index<Ref> = ReadonlyMap<string, ReadonlyMap<string, Shelf<Ref>>>;

/** How many policies stand under each key of a dimension. */
interface UsedKeys {
  readonly actions: ReadonlyMap<string, number>;
  readonly principals: ReadonlyMap<string, number>;
  readonly resources: ReadonlyMap<string, number>;
}

const NO_KEYS: UsedKeys = { actions: new Map(), principals: new Map(), resources: new Map() };

interface SetParts<Ref> {
  readonly policies: ReadonlyMap<string, CompiledPolicy<Ref>>;
  readonly index: Index<Ref>;
  readonly used: UsedKeys;
  readonly parts: SharedParts;
}

class IndexedSet<Ref> implements CompiledSet<Ref> {
  readonly #policies: ReadonlyMap<string, CompiledPolicy<Ref>>;
  readonly #index: Index<Ref>;
  readonly #used: UsedKeys;
  readonly #parts: SharedParts;
  /** Keys that entities satisfy; nodes are immutable, so they hold as long as the node does. */
  readonly #actionKeys = new WeakMap<EntityNode, readonly string[]>();
  readonly #principalKeys = new WeakMap<EntityNode, readonly string[]>();
  readonly #resourceKeys = new WeakMap<EntityNode, readonly string[]>();

  constructor({ policies, index, used, parts }: SetParts<Ref>) {
    this.#policies = policies;
    this.#index = index;
    this.#used = used;
    this.#parts = parts;
  }

  get size(): number {
    return this.#policies.size;
  }

  evaluate(request: CedarRequest, store: EntityStore): SetEvaluation<Ref> {
    const environment: Environment = {
      principal: store.find(request.principal) ?? absentNode(request.principal),
      action: store.find(request.action) ?? absentNode(request.action),
      resource: store.find(request.resource) ?? absentNode(request.resource),
      context: request.context,
      store,
    };
    const principals = keysOf(environment.principal, this.#principalKeys, this.#used.principals);
    const resources = keysOf(environment.resource, this.#resourceKeys, this.#used.resources);
    const collected: Collected<Ref> = { satisfied: [], errors: [] };
    for (const action of keysOf(environment.action, this.#actionKeys, this.#used.actions)) {
      const ofAction = this.#index.get(action);
      if (ofAction === undefined) continue;
      for (const principal of principals) {
        const ofPrincipal = ofAction.get(principal);
        if (ofPrincipal === undefined) continue;
        for (const resource of resources) ofPrincipal.get(resource)?.evaluate(environment, collected);
      }
    }
    return collected;
  }

  update({ put = [], remove = [] }: SetChange<Ref>): CompiledSet<Ref> {
    const policies = new Map(this.#policies);
    const gone: CompiledPolicy<Ref>[] = [];
    for (const id of [...remove, ...put.map((policy) => policy.id)]) {
      const known = policies.get(id);
      if (known === undefined) continue;
      gone.push(known);
      policies.delete(id);
    }
    const come = put.map((policy) => compilePolicy(policy, this.#parts));
    for (const policy of come) {
      // One of two would stand in the index for ever: nothing that is put or removed later would find it.
      if (policies.has(policy.id))
        throw new Fault('policy.syntax', `the policy \`${policy.id}\` stands twice`);
      policies.set(policy.id, policy);
    }
    const used = countKeys(this.#used, gone, come);
    return new IndexedSet({ policies, index: reindex(this.#index, gone, come), used, parts: this.#parts });
  }
}

function keysOf(
  node: EntityNode,
  cache: WeakMap<EntityNode, readonly string[]>,
  used: ReadonlyMap<string, number>,
): readonly string[] {
  const known = cache.get(node);
  if (known !== undefined) return known;
  const keys = satisfiedKeys(node, used);
  cache.set(node, keys);
  return keys;
}

function countKeys<Ref>(
  used: UsedKeys,
  gone: readonly CompiledPolicy<Ref>[],
  come: readonly CompiledPolicy<Ref>[],
): UsedKeys {
  const count = (
    before: ReadonlyMap<string, number>,
    keys: (policy: CompiledPolicy<Ref>) => readonly string[],
  ): ReadonlyMap<string, number> => {
    const counts = new Map(before);
    const add = (key: string, by: number): void => {
      const left = (counts.get(key) ?? 0) + by;
      if (left === 0) counts.delete(key);
      else counts.set(key, left);
    };
    for (const policy of gone) for (const key of keys(policy)) add(key, -1);
    for (const policy of come) for (const key of keys(policy)) add(key, 1);
    return counts;
  };
  return {
    actions: count(used.actions, ({ actions }) => actions),
    principals: count(used.principals, ({ principal }) => [principal]),
    resources: count(used.resources, ({ resource }) => [resource]),
  };
}

/** The index with `gone` taken out and `come` put in; branches that no policy touches are shared with the index given. */
function reindex<Ref>(
  index: Index<Ref>,
  gone: readonly CompiledPolicy<Ref>[],
  come: readonly CompiledPolicy<Ref>[],
): Index<Ref> {
  const actions = new Map<string, ReadonlyMap<string, Shelf<Ref>>>(index);
  const leaving = new Set(gone);
  const touched = new Map<
    string,
    { readonly place: readonly [string, string, string]; arriving: CompiledPolicy<Ref>[] }
  >();
  const touch = (policy: CompiledPolicy<Ref>, isArriving: boolean): void => {
    for (const action of policy.actions) {
      const place = [action, policy.principal, policy.resource] as const;
      // An id is any text: keys joined by a character would meet.
      const key = JSON.stringify(place);
      const known = touched.get(key) ?? { place, arriving: [] };
      touched.set(key, known);
      if (isArriving) known.arriving.push(policy);
    }
  };
  for (const policy of gone) touch(policy, false);
  for (const policy of come) touch(policy, true);
  const copied = new Set<unknown>();
  for (const { place, arriving } of touched.values()) {
    const [action, principal, resource] = place;
    const principals = ownBranch(actions, action, copied);
    const shelf = ownShelf(principals, principal, copied);
    const staying = (shelf.get(resource)?.policies ?? []).filter((policy) => !leaving.has(policy));
    if (staying.length + arriving.length > 0) shelf.set(resource, new Bucket([...staying, ...arriving]));
    else {
      shelf.delete(resource);
      if (shelf.isEmpty) principals.delete(principal);
      if (principals.size === 0) actions.delete(action);
    }
  }
  return actions;
}

/** The branch of `parent` at `key` as a copy of its own, made once for an update. */
function ownBranch<Branch>(
  parent: Map<string, ReadonlyMap<string, Branch>>,
  key: string,
  copied: Set<unknown>,
): Map<string, Branch> {
  const known = parent.get(key);
  if (known !== undefined && copied.has(known)) return known as Map<string, Branch>;
  const branch = new Map(known);
  copied.add(branch);
  parent.set(key, branch);
  return branch;
}

function ownShelf<Ref>(principals: Map<string, Shelf<Ref>>, key: string, copied: Set<unknown>): Shelf<Ref> {
  const known = principals.get(key);
  if (known !== undefined && copied.has(known)) return known;
  const shelf = Shelf.of(known);
  copied.add(shelf);
  principals.set(key, shelf);
  return shelf;
}
