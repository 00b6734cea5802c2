/** A Cedar schema with every name resolved: what validator, entity parser and request validator read. */
import type { EntityUid } from '../../language/index.ts';

/** Names of extension types. */
export type ExtensionName = 'decimal' | 'ipaddr' | 'datetime' | 'duration';

/** A type of the schema; common types are already replaced by what they stand for. */
export type CedarType =
  | { readonly kind: 'bool' }
  | { readonly kind: 'long' }
  | { readonly kind: 'string' }
  | { readonly kind: 'set'; readonly element: CedarType }
  | RecordShape
  /** Qualified name of an entity type. */
  | { readonly kind: 'entity'; readonly name: string }
  | { readonly kind: 'extension'; readonly name: ExtensionName };

/** A closed record. */
export interface RecordShape {
  readonly kind: 'record';
  readonly attributes: ReadonlyMap<string, AttributeType>;
}

export interface AttributeType {
  readonly type: CedarType;
  readonly required: boolean;
}

/** An entity type. */
export interface EntityTypeShape {
  /** Qualified. */
  readonly name: string;
  /** Types it may be a direct member of. */
  readonly memberOf: ReadonlySet<string>;
  /** Types that are, directly or through others, members of it; itself not, unless it can be its own member. */
  readonly descendants: ReadonlySet<string>;
  readonly attributes: RecordShape;
  readonly tags?: CedarType;
  /** Ids, where the type is an enumeration; it then has neither attributes nor parents. */
  readonly ids?: ReadonlySet<string>;
}

/** An action. */
export interface ActionShape {
  readonly uid: EntityUid;
  /** Direct groups. */
  readonly memberOf: readonly EntityUid[];
  /** Absent where it applies to nothing (a group). */
  readonly appliesTo?: {
    readonly principals: readonly string[];
    readonly resources: readonly string[];
    readonly context: RecordShape;
  };
}

/** A resolved schema; immutable. */
export interface CedarSchema {
  /** By qualified name. */
  readonly entityTypes: ReadonlyMap<string, EntityTypeShape>;
  /** By {@link actionKey}. */
  readonly actions: ReadonlyMap<string, ActionShape>;
  /** All groups an action is in, directly or through others, itself first; by {@link actionKey}. */
  readonly actionAncestors: ReadonlyMap<string, readonly EntityUid[]>;
}

/** The key of an action or any entity in the maps of a schema. */
export function actionKey({ type, id }: EntityUid): string {
  return `${type}::${JSON.stringify(id)}`;
}
