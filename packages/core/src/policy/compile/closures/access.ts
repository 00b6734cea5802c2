/** Attributes and tags. */
import { isRecord, printUid, Uid, type Value } from '../../value/index.ts';
import { type Environment, EvaluationFailure } from './environment.ts';
import { kindOf } from './kinds.ts';
import type { EntityNode } from '../store.ts';

/** The attribute of a record or an entity. */
export function readAttribute(target: Value, name: string, environment: Environment): Value {
  if (isRecord(target)) {
    const value = target[name];
    if (value === undefined) throw new EvaluationFailure(`the record has no attribute \`${name}\``);
    return value;
  }
  if (target instanceof Uid) return readNode(environment.store.find(target), target, name);
  throw new EvaluationFailure(`\`${name}\` is read of a ${kindOf(target)}, not of a record or an entity`);
}

/** The attribute of an entity. */
export function readNode(node: EntityNode | undefined, uid: Uid, name: string): Value {
  if (node === undefined || !node.isPresent)
    throw new EvaluationFailure(`the entity \`${printUid(uid)}\` does not exist`);
  const value = node.attrs[name];
  if (value === undefined)
    throw new EvaluationFailure(`the entity \`${printUid(uid)}\` has no attribute \`${name}\``);
  return value;
}

/** Whether a record or an entity has the attribute; an entity that is not there has none. */
export function hasAttribute(target: Value, name: string, environment: Environment): boolean {
  if (isRecord(target)) return target[name] !== undefined;
  if (target instanceof Uid) return environment.store.find(target)?.attrs[name] !== undefined;
  throw new EvaluationFailure(`\`has\` on a ${kindOf(target)}, not on a record or an entity`);
}

/** The node an expression names, for what entities alone have. */
export function requireUid(value: Value, what: string): Uid {
  if (value instanceof Uid) return value;
  throw new EvaluationFailure(`${what} needs an entity, found a ${kindOf(value)}`);
}
