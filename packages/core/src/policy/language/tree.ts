/** The tree of policy text: what the parser makes, the printer prints, and validator and compiler read. Frozen, with positions. */
import type { Effect, EntityUid } from './names.ts';

/** Offsets into the source, UTF-16 units; `end` is exclusive. A tree that was made from JSON has 0 and 0. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The variables of a request. */
export type Variable = 'principal' | 'action' | 'resource' | 'context';

/** The holes of a template; Cedar allows them in scopes only. */
export type Slot = '?principal' | '?resource';

/** An operator between two operands that evaluates both. */
export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'in';

/** What one wildcard of a `like` pattern is, beside literal pieces of text. */
export const WILDCARD: unique symbol = Symbol('*');

/** A `like` pattern: literal texts and wildcards, no two texts beside one another, no text empty. */
export type Pattern = readonly (string | typeof WILDCARD)[];

/**
 * An expression. A `long` is a JavaScript number where it is a safe integer and a BigInt beyond, from -2^63 to 2^63 - 1; a minus directly before
 * digits is part of the literal, as in Cedar. `call` is a function of an extension (`ip("…")`), `method` everything written `x.m(…)`: of sets, of tags and of extensions alike.
 */
export type Expression = Span &
  (
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'long'; readonly value: number | bigint }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'entity'; readonly uid: EntityUid }
    | { readonly kind: 'variable'; readonly name: Variable }
    | { readonly kind: 'not'; readonly operand: Expression }
    | { readonly kind: 'negate'; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: 'if';
        readonly condition: Expression;
        readonly consequent: Expression;
        readonly alternative: Expression;
      }
    /** `path` has at least one name; `has a.b.c` is `has a && .a has b && …`. */
    | { readonly kind: 'has'; readonly target: Expression; readonly path: readonly string[] }
    | { readonly kind: 'get'; readonly target: Expression; readonly attribute: string }
    | { readonly kind: 'like'; readonly target: Expression; readonly pattern: Pattern }
    | {
        readonly kind: 'is';
        readonly target: Expression;
        readonly entityType: string;
        /** `x is T in e`. */
        readonly ancestor?: Expression;
      }
    | { readonly kind: 'set'; readonly elements: readonly Expression[] }
    /** In the order written; no key twice. */
    | {
        readonly kind: 'record';
        readonly entries: readonly { readonly key: string; readonly value: Expression }[];
      }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
    | {
        readonly kind: 'method';
        readonly name: string;
        readonly target: Expression;
        readonly args: readonly Expression[];
      }
  );

/** An entity, or the slot of a template that stands for one. */
export type EntityOrSlot = EntityUid | { readonly slot: Slot };

/** The scope of a principal or a resource. */
export type EntityScope = Span &
  (
    | { readonly op: 'all' }
    | { readonly op: '=='; readonly entity: EntityOrSlot }
    | { readonly op: 'in'; readonly entity: EntityOrSlot }
    | { readonly op: 'is'; readonly entityType: string; readonly ancestor?: EntityOrSlot }
  );

/** The scope of the action; `listed` tells `in [A]` from `in A`. */
export type ActionScopeTree = Span &
  (
    | { readonly op: 'all' }
    | { readonly op: '=='; readonly entity: EntityUid }
    | { readonly op: 'in'; readonly entities: readonly EntityUid[]; readonly listed: boolean }
  );

/** An annotation; `value` is `null` for `@name` alone. */
export interface AnnotationTree extends Span {
  readonly name: string;
  readonly value: string | null;
}

/** A `when` or `unless` clause. */
export interface ConditionTree extends Span {
  readonly kind: 'when' | 'unless';
  readonly body: Expression;
}

/** A static policy, or a template where `slots` is not empty. The span runs from the first annotation to the `;`. */
export interface PolicyTree extends Span {
  readonly effect: Effect;
  readonly annotations: readonly AnnotationTree[];
  readonly principal: EntityScope;
  readonly action: ActionScopeTree;
  readonly resource: EntityScope;
  readonly conditions: readonly ConditionTree[];
  /** Slots in the scopes, each once. */
  readonly slots: readonly Slot[];
}

/** Freezes a tree and everything in it; whoever makes trees bounds their depth. */
export function freeze<Tree>(tree: Tree): Tree {
  if (typeof tree !== 'object' || tree === null || Object.isFrozen(tree)) return tree;
  for (const member of Object.values(tree)) freeze(member);
  return Object.freeze(tree);
}
