/** Attributes and tags. */
import type { Span } from '../language/index.ts';
import { isRecord, printUid, Uid, type Value } from '../value/index.ts';
import { type Environment, EvaluationFailure } from './environment.ts';
import { kindOf } from './kinds.ts';
import type { EntityNode } from './store.ts';

/** What `of` is, where a name is read. */
interface Read {
  readonly name: string;
  readonly span: Span;
}

/** The attribute of a record or an entity. */
export function readAttribute(target: Value, read: Read, environment: Environment): Value {
  if (isRecord(target)) {
    const value = target[read.name];
    if (value === undefined)
      throw new EvaluationFailure(`the record has no attribute \`${read.name}\``, read.span);
    return value;
  }
  if (target instanceof Uid) return readNode(environment.store.find(target), target, read);
  throw new EvaluationFailure(
    `\`${read.name}\` is read of a ${kindOf(target)}, not of a record or an entity`,
    read.span,
  );
}

/** The attribute of an entity. */
export function readNode(node: EntityNode | undefined, uid: Uid, { name, span }: Read): Value {
  if (node === undefined || !node.isPresent)
    throw new EvaluationFailure(`the entity \`${printUid(uid)}\` does not exist`, span);
  const value = node.attrs[name];
  if (value === undefined)
    throw new EvaluationFailure(`the entity \`${printUid(uid)}\` has no attribute \`${name}\``, span);
  return value;
}

/** Whether a record or an entity has the attribute; an entity that is not there has none. */
export function hasAttribute(target: Value, { name, span }: Read, environment: Environment): boolean {
  if (isRecord(target)) return target[name] !== undefined;
  if (target instanceof Uid) return environment.store.find(target)?.attrs[name] !== undefined;
  throw new EvaluationFailure(`\`has\` on a ${kindOf(target)}, not on a record or an entity`, span);
}

/** The node an expression names, for what entities alone have. */
export function requireUid(value: Value, what: string, span: Span): Uid {
  if (value instanceof Uid) return value;
  throw new EvaluationFailure(`${what} needs an entity, found a ${kindOf(value)}`, span);
}
