/** Which policies differ between two sets: added, removed, changed. */
import { levelKey, type Policy, policyToJson, type PolicyTree } from '../language/index.ts';
import { type ExactJson, printExactJson } from '../value/index.ts';

/** A policy as a comparison names it. */
export interface NamedPolicy {
  readonly id: string;
  readonly contentHash: string;
  readonly effect: 'permit' | 'forbid';
  /** `organisation`, `team:research`, `agent:bot`. */
  readonly level: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What became of the policies of one set in another; each list in the order of ids. */
export interface SetChanges {
  readonly added: readonly NamedPolicy[];
  readonly removed: readonly NamedPolicy[];
  readonly changed: readonly { readonly from: NamedPolicy; readonly to: NamedPolicy }[];
  /** Same content under another id. */
  readonly renamed: readonly { readonly from: NamedPolicy; readonly to: NamedPolicy }[];
  /** Policies that both sets hold as they are. */
  readonly same: number;
}

/** Compares by id and content; files, order and layout of the text mean nothing. */
export function compareSets(from: readonly Policy[], to: readonly Policy[]): SetChanges {
  const [left, right] = [byId(from), byId(to)];
  const removed = [...left.values()].filter(({ id }) => !right.has(id));
  const added = [...right.values()].filter(({ id }) => !left.has(id));
  const both = [...left.values()].flatMap((policy) => {
    const other = right.get(policy.id);
    return other === undefined ? [] : [{ from: policy, to: other }];
  });
  const changed = both.filter(({ from: one, to: other }) => !isSame(one, other));
  // One policy is the new name of one other: of two that said the same, one is removed.
  const free = new Set(added);
  const renamed = removed.flatMap((policy) => {
    const other = [...free].find((one) => one.level === policy.level && one.body === policy.body);
    if (other === undefined) return [];
    free.delete(other);
    return [{ from: policy, to: other }];
  });
  const moved = new Set<unknown>(renamed.flatMap(({ from: one, to: other }) => [one, other]));
  return {
    added: added.filter((policy) => !moved.has(policy)).map(named),
    removed: removed.filter((policy) => !moved.has(policy)).map(named),
    changed: changed.map(namedPair),
    renamed: renamed.map(namedPair),
    same: both.length - changed.length,
  };
}

interface Compared extends NamedPolicy {
  /** What it says, its id left out. */
  readonly body: string;
}

function byId(policies: readonly Policy[]): ReadonlyMap<string, Compared> {
  const sorted = [...policies].sort((one, other) => (one.id < other.id ? -1 : 1));
  return new Map(
    sorted.map(({ id, contentHash, effect, level, place, text, tree }) => {
      const body = printExactJson(
        policyToJson({ ...tree, annotations: withoutId(tree.annotations) }) as unknown as ExactJson,
      );
      const { file, line } = place;
      return [id, { id, contentHash, effect, level: levelKey(level), file, line, text, body }];
    }),
  );
}

function withoutId(annotations: PolicyTree['annotations']): PolicyTree['annotations'] {
  return annotations
    .filter(({ name }) => name !== 'id')
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function isSame(one: NamedPolicy, other: NamedPolicy): boolean {
  return one.contentHash === other.contentHash && one.level === other.level;
}

function named({ body: _body, ...policy }: Compared): NamedPolicy {
  return policy;
}

function namedPair({ from, to }: { readonly from: Compared; readonly to: Compared }): {
  readonly from: NamedPolicy;
  readonly to: NamedPolicy;
} {
  return { from: named(from), to: named(to) };
}
