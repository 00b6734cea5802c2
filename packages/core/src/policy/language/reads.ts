/** What a policy reads: paths of the context, and entities it names. Found in its JSON form. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { isJsonArray, textOf } from '../json-array.ts';
import type { EntityUid, PolicyJson } from '../engine/index.ts';

/** A path below `context`; the empty path is the whole context. */
export interface ContextRead {
  readonly path: readonly string[];
  /** `presence`: only whether it is there (`has`). `value`: what it is, with everything below. */
  readonly kind: 'value' | 'presence';
}

/** Everything a policy reads. */
export interface PolicyReads {
  readonly context: readonly ContextRead[];
  /** Entities named in scope or conditions. */
  readonly entities: readonly EntityUid[];
}

/** The reads of `policy`. */
export function findReads(policy: PolicyJson): PolicyReads {
  const context: ContextRead[] = [];
  const entities: EntityUid[] = [];
  for (const scope of [policy.principal, policy.action, policy.resource]) collectScope(scope, entities);
  for (const { body } of policy.conditions) walk(body, context, entities);
  return { context, entities };
}

/** Uids in a scope constraint: `entity`, `entities`, or those below `in`. */
function collectScope(scope: JsonValue, entities: EntityUid[]): void {
  if (isJsonArray(scope)) {
    for (const member of scope) collectScope(member, entities);
  } else if (isJsonObject(scope)) {
    const uid = asUid(scope);
    if (uid !== undefined) entities.push(uid);
    else for (const member of Object.values(scope)) collectScope(member, entities);
  }
}

function asUid(value: JsonObject): EntityUid | undefined {
  const { type, id } = value;
  return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined;
}

function walk(node: JsonValue | undefined, context: ContextRead[], entities: EntityUid[]): void {
  if (isJsonArray(node)) {
    for (const member of node) walk(member, context, entities);
    return;
  }
  if (!isJsonObject(node)) return;
  const chain = contextChain(node);
  if (chain !== undefined) {
    context.push({ path: chain, kind: 'value' });
    return;
  }
  for (const [operator, operand] of Object.entries(node)) {
    if (operator === 'Value') collectLiterals(operand, entities);
    else if (operator === 'has') walkHas(operand, context, entities);
    else if (operator === 'Record' && isJsonObject(operand)) walk(Object.values(operand), context, entities);
    else walk(operandsOf(operand), context, entities);
  }
}

/** The operands of an operator: `left`, `right`, `arg`, `if`, `then`, `else`, `in`; or the list itself. */
function operandsOf(operand: JsonValue): JsonValue | undefined {
  if (isJsonArray(operand)) return operand;
  return isJsonObject(operand) ? Object.values(operand) : undefined;
}

function walkHas(operand: JsonValue, context: ContextRead[], entities: EntityUid[]): void {
  if (!isJsonObject(operand)) return;
  const { left, attr } = operand;
  const chain = contextChain(left);
  if (chain === undefined) walk(left, context, entities);
  else
    context.push({
      path: [...chain, ...(isJsonArray(attr) ? attr.map(textOf) : [textOf(attr)])],
      kind: 'presence',
    });
}

/** `['args', 'path']` for `context.args.path`; `undefined` for anything that is not such a chain. */
function contextChain(node: JsonValue | undefined): string[] | undefined {
  const attributes: string[] = [];
  let at = node;
  while (isJsonObject(at)) {
    if (at['Var'] !== undefined) return at['Var'] === 'context' ? attributes.reverse() : undefined;
    const access = at['.'];
    if (!isJsonObject(access) || typeof access['attr'] !== 'string') return undefined;
    attributes.push(access['attr']);
    at = access['left'];
  }
  return undefined;
}

function collectLiterals(value: JsonValue, entities: EntityUid[]): void {
  if (isJsonArray(value)) {
    for (const member of value) collectLiterals(member, entities);
  } else if (isJsonObject(value)) {
    const entity = value['__entity'];
    const uid = isJsonObject(entity) ? asUid(entity) : undefined;
    if (uid !== undefined) entities.push(uid);
    else for (const member of Object.values(value)) collectLiterals(member, entities);
  }
}
