/** Entities held for many decisions: immutable, ancestors computed once. */
import { Fault } from '../../kernel/index.ts';
import { EMPTY_RECORD, type CedarRecord, type Entity, printUid, type Uid, uidKey } from '../value/index.ts';

/** An entity as evaluation sees it. */
export interface EntityNode {
  readonly uid: Uid;
  /** Whether there is such an entity; one that is not there has no attributes and is in nothing but itself. */
  readonly isPresent: boolean;
  readonly attrs: CedarRecord;
  readonly tags: CedarRecord;
  /** Keys (`uidKey`) of everything it is in, directly or through others; itself is not among them. */
  readonly ancestors: ReadonlySet<string>;
}

/** An immutable snapshot of entities. */
export interface EntityStore {
  /** The node of an entity, `undefined` where it is not held. */
  find(uid: { readonly type: string; readonly id: string }): EntityNode | undefined;
  /** This store and `extra`, which stand before entities of the same uid. The cost is that of `extra`. Throws as {@link createEntityStore}. */
  with(extra: readonly Entity[]): EntityStore;
}

/** A store of `entities`. Throws `policy.schema` where an entity stands twice or is in itself. */
export function createEntityStore(entities: readonly Entity[]): EntityStore {
  return new Store(entities, undefined);
}

/** The node of an entity that no store holds. */
export function absentNode(uid: Uid): EntityNode {
  return { uid, isPresent: false, attrs: EMPTY_RECORD, tags: EMPTY_RECORD, ancestors: NOTHING };
}

const NOTHING: ReadonlySet<string> = new Set();

class Store implements EntityStore {
  readonly #entities = new Map<string, Entity>();
  readonly #nodes = new Map<string, EntityNode>();
  readonly #below: Store | undefined;

  constructor(entities: readonly Entity[], below: Store | undefined) {
    this.#below = below;
    for (const entity of entities) {
      const key = uidKey(entity.uid);
      if (this.#entities.has(key))
        throw new Fault('policy.schema', `the entity \`${printUid(entity.uid)}\` stands twice`);
      this.#entities.set(key, entity);
    }
    this.#refuseCycles();
  }

  find(uid: { readonly type: string; readonly id: string }): EntityNode | undefined {
    return this.#node(uidKey(uid));
  }

  with(extra: readonly Entity[]): EntityStore {
    return extra.length === 0 ? this : new Store(extra, this);
  }

  #node(key: string): EntityNode | undefined {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const own = this.#entities.get(key);
    if (own === undefined) {
      const below = this.#below;
      const lower = below === undefined ? undefined : below.#node(key);
      if (lower === undefined || !this.#changes(lower)) return lower;
    }
    const entity = own ?? this.#entity(key);
    if (entity === undefined) return undefined;
    const { uid, attrs, tags } = entity;
    const node: EntityNode = { uid, isPresent: true, attrs, tags, ancestors: this.#ancestors(entity) };
    this.#nodes.set(key, node);
    return node;
  }

  #entity(key: string): Entity | undefined {
    const below = this.#below;
    return this.#entities.get(key) ?? (below === undefined ? undefined : below.#entity(key));
  }

  /** Whether something that `node` is in has other parents here than below. */
  #changes(node: EntityNode): boolean {
    for (const key of this.#entities.keys()) if (node.ancestors.has(key)) return true;
    return false;
  }

  #ancestors(entity: Entity): ReadonlySet<string> {
    if (entity.parents.length === 0) return NOTHING;
    const found = new Set<string>();
    const open = entity.parents.map(uidKey);
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (found.has(key)) continue;
      found.add(key);
      for (const parent of this.#entity(key)?.parents ?? []) open.push(uidKey(parent));
    }
    return found;
  }

  /** Walks upward from every entity once; an entity met again on its own way up is in itself. */
  #refuseCycles(): void {
    const done = new Set<string>();
    const open = new Set<string>();
    for (const start of this.#entities.keys()) {
      const way: { key: string; left: string[] }[] = [];
      const enter = (key: string): void => {
        if (done.has(key)) return;
        if (open.has(key))
          throw new Fault('policy.schema', `the entity \`${key.replace('\0', '::')}\` is in itself`);
        open.add(key);
        way.push({ key, left: (this.#entity(key)?.parents ?? []).map(uidKey) });
      };
      enter(start);
      for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
        const next = top.left.pop();
        if (next !== undefined) enter(next);
        else {
          open.delete(top.key);
          done.add(top.key);
          way.pop();
        }
      }
    }
  }
}
