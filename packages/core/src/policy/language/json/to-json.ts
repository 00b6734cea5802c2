/** Trees to Cedar's JSON policy format. */
import type { ExactJson } from '../../value/index.ts';
import type { EntityUid } from '../names.ts';
import {
  type ActionScopeTree,
  type EntityOrSlot,
  type EntityScope,
  type Expression,
  type PolicyTree,
  WILDCARD,
} from '../tree.ts';
import type { ExactObject, PolicyJson } from './policy-json.ts';

/** The JSON form of a policy or template. */
export function policyToJson(tree: PolicyTree): PolicyJson {
  const { effect, annotations, principal, action, resource, conditions } = tree;
  return {
    effect,
    principal: scopeToJson(principal),
    action: actionToJson(action),
    resource: scopeToJson(resource),
    conditions: conditions.map(({ kind, body }) => ({ kind, body: expressionToJson(body) })),
    ...(annotations.length === 0
      ? {}
      : { annotations: Object.fromEntries(annotations.map(({ name, value }) => [name, value])) }),
  };
}

function scopeToJson(scope: EntityScope): ExactObject {
  switch (scope.op) {
    case 'all':
      return { op: 'All' };
    case '==':
    case 'in':
      return { op: scope.op, ...entityToJson(scope.entity) };
    case 'is':
      return {
        op: 'is',
        entity_type: scope.entityType,
        ...(scope.ancestor === undefined ? {} : { in: entityToJson(scope.ancestor) }),
      };
    default:
      return scope satisfies never;
  }
}

function actionToJson(scope: ActionScopeTree): ExactObject {
  switch (scope.op) {
    case 'all':
      return { op: 'All' };
    case '==':
      return { op: '==', entity: uidToJson(scope.entity) };
    case 'in': {
      const [first, ...others] = scope.entities.map(uidToJson);
      // A list of one is written as the one, as Cedar does.
      return first !== undefined && others.length === 0
        ? { op: 'in', entity: first }
        : { op: 'in', entities: first === undefined ? [] : [first, ...others] };
    }
    default:
      return scope satisfies never;
  }
}

function entityToJson(entity: EntityOrSlot): ExactObject {
  return 'slot' in entity ? { slot: entity.slot } : { entity: uidToJson(entity) };
}

function uidToJson({ type, id }: EntityUid): ExactObject {
  return { type, id };
}

/** Methods that stand in the JSON form with `left` and `right`, or `arg`; all others with a list of operands. */
const SIDED: ReadonlySet<string> = new Set(['contains', 'containsAll', 'containsAny', 'getTag', 'hasTag']);

/** The JSON form of an expression; `has a.b` becomes `has a && .a has b`, as in Cedar. */
export function expressionToJson(expression: Expression): ExactJson {
  switch (expression.kind) {
    case 'bool':
    case 'long':
    case 'string':
      return { Value: expression.value };
    case 'entity':
      return { Value: { __entity: uidToJson(expression.uid) } };
    case 'variable':
      return { Var: expression.name };
    case 'not':
      return { '!': { arg: expressionToJson(expression.operand) } };
    case 'negate':
      return { neg: { arg: expressionToJson(expression.operand) } };
    case 'binary':
      return { [expression.operator]: sides(expression.left, expression.right) };
    case 'and':
      return { '&&': sides(expression.left, expression.right) };
    case 'or':
      return { '||': sides(expression.left, expression.right) };
    case 'if':
      return {
        'if-then-else': {
          if: expressionToJson(expression.condition),
          // oxlint-disable-next-line unicorn/no-thenable -- the name is Cedar's
          then: expressionToJson(expression.consequent),
          else: expressionToJson(expression.alternative),
        },
      };
    case 'has':
      return hasToJson(expressionToJson(expression.target), expression.path);
    case 'get':
      return { '.': { left: expressionToJson(expression.target), attr: expression.attribute } };
    case 'like':
      return {
        like: {
          left: expressionToJson(expression.target),
          pattern: expression.pattern.map((part) => (part === WILDCARD ? 'Wildcard' : { Literal: part })),
        },
      };
    case 'is':
      return {
        is: {
          left: expressionToJson(expression.target),
          entity_type: expression.entityType,
          ...(expression.ancestor === undefined ? {} : { in: expressionToJson(expression.ancestor) }),
        },
      };
    case 'set':
      return { Set: expression.elements.map(expressionToJson) };
    case 'record':
      return {
        Record: Object.fromEntries(
          expression.entries.map(({ key, value }) => [key, expressionToJson(value)]),
        ),
      };
    case 'call':
      return { [expression.name]: expression.args.map(expressionToJson) };
    case 'method':
      return methodToJson(expression);
    default:
      return expression satisfies never;
  }
}

function sides(left: Expression, right: Expression): ExactObject {
  return { left: expressionToJson(left), right: expressionToJson(right) };
}

function hasToJson(target: ExactJson, path: readonly string[]): ExactJson {
  let [tested, at]: [ExactJson | undefined, ExactJson] = [undefined, target];
  for (const attr of path) {
    const has: ExactJson = { has: { left: at, attr } };
    tested = tested === undefined ? has : { '&&': { left: tested, right: has } };
    at = { '.': { left: at, attr } };
  }
  return tested ?? { Value: true };
}

function methodToJson({ name, target, args }: Extract<Expression, { kind: 'method' }>): ExactJson {
  const [first] = args;
  if (name === 'isEmpty') return { isEmpty: { arg: expressionToJson(target) } };
  if (SIDED.has(name) && first !== undefined) return { [name]: sides(target, first) };
  return { [name]: [target, ...args].map(expressionToJson) };
}
