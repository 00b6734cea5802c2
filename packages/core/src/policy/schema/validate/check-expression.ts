/** The strict type rules of Cedar, one expression at a time. */
import type { Expression } from '../../language/index.ts';
import { checkAccess, checkHas } from './check-access.ts';
import { actionMembership, checkComparison } from './check-binary.ts';
import { checkCall, checkMethod } from './check-call.ts';
import {
  type Capabilities,
  type Checked,
  type Checker,
  intersection,
  NO_CAPABILITIES,
  union,
} from './checker.ts';
import { canBeIn } from './environment.ts';
import { BOOL, boolOf, type CheckedType, FALSE, isAlways, LONG, STRING, TRUE, widen } from './types.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The type of `expression` where `known` holds. */
export function checkExpression(checker: Checker, expression: Expression, known: Capabilities): Checked {
  switch (expression.kind) {
    case 'bool':
      return typed(boolOf(expression.value));
    case 'long':
      return typed(LONG);
    case 'string':
      return typed(STRING);
    case 'entity':
      return typed({ kind: 'entity', name: expression.uid.type });
    case 'variable':
      return typed(variableType(checker, expression));
    case 'not':
      return checkNot(checker, expression, known);
    case 'negate':
      return typed(expectLong(checker, expression.operand, known) && LONG);
    case 'and':
      return checkAnd(checker, expression, known);
    case 'or':
      return checkOr(checker, expression, known);
    case 'if':
      return checkIf(checker, expression, known);
    case 'binary':
      return typed(checkComparison(checker, expression, known, checkExpression));
    case 'has':
      return checkHas(checker, expression, known, checkExpression);
    case 'get':
      return typed(checkAccess(checker, expression, known, checkExpression));
    case 'like':
      return typed(checkLike(checker, expression, known));
    case 'is':
      return typed(checkIs(checker, expression, known));
    case 'set':
      return typed(checkSet(checker, expression, known));
    case 'record':
      return typed(checkRecord(checker, expression, known));
    case 'call':
      return typed(checkCall(checker, expression, known, checkExpression));
    case 'method':
      return checkMethod(checker, expression, known, checkExpression);
    default:
      return expression satisfies never;
  }
}

/** The type of an expression that must be a truth value. */
export function checkCondition(checker: Checker, expression: Expression, known: Capabilities): Checked {
  const checked = checkExpression(checker, expression, known);
  return {
    ...checked,
    type: checker.expect(checked.type, ({ kind }) => kind === 'bool', 'Bool', expression),
  };
}

function typed(type: CheckedType | undefined): Checked {
  return { type, known: NO_CAPABILITIES };
}

function expectLong(checker: Checker, operand: Expression, known: Capabilities): CheckedType | undefined {
  const { type } = checkExpression(checker, operand, known);
  return checker.expect(type, ({ kind }) => kind === 'long', 'Long', operand);
}

function variableType({ environment }: Checker, { name }: Of<'variable'>): CheckedType {
  if (name === 'context') return environment.context;
  const type = name === 'action' ? environment.action.uid.type : environment[name];
  return { kind: 'entity', name: type };
}

function checkNot(checker: Checker, { operand }: Of<'not'>, known: Capabilities): Checked {
  const { type } = checkCondition(checker, operand, known);
  if (type === undefined) return typed(undefined);
  return typed(isAlways(type, true) ? FALSE : isAlways(type, false) ? TRUE : BOOL);
}

/** What cannot be reached is not checked: the right of `false &&`. */
function checkAnd(checker: Checker, { left, right }: Of<'and' | 'or'>, known: Capabilities): Checked {
  const one = checkCondition(checker, left, known);
  if (isAlways(one.type, false)) return typed(FALSE);
  const other = checkCondition(checker, right, union(known, one.known));
  if (isAlways(other.type, false) && one.type !== undefined) return typed(FALSE);
  if (one.type === undefined || other.type === undefined) return typed(undefined);
  const type = isAlways(one.type, true) && isAlways(other.type, true) ? TRUE : BOOL;
  return { type, known: union(one.known, other.known) };
}

/** The right of `true ||` is not checked. */
function checkOr(checker: Checker, { left, right }: Of<'and' | 'or'>, known: Capabilities): Checked {
  const one = checkCondition(checker, left, known);
  if (isAlways(one.type, true)) return { type: TRUE, known: one.known };
  const other = checkCondition(checker, right, known);
  if (one.type === undefined || other.type === undefined) return typed(undefined);
  if (isAlways(one.type, false)) return other;
  if (isAlways(other.type, true)) return { type: TRUE, known: other.known };
  if (isAlways(other.type, false)) return one;
  return { type: BOOL, known: intersection(one.known, other.known) };
}

function checkIf(checker: Checker, expression: Of<'if'>, known: Capabilities): Checked {
  const { condition, consequent, alternative } = expression;
  const test = checkCondition(checker, condition, known);
  if (isAlways(test.type, true)) {
    const then = checkExpression(checker, consequent, union(known, test.known));
    return { type: then.type, known: union(test.known, then.known) };
  }
  if (isAlways(test.type, false)) return checkExpression(checker, alternative, known);
  const then = checkExpression(checker, consequent, union(known, test.known));
  const otherwise = checkExpression(checker, alternative, known);
  if (test.type === undefined || then.type === undefined || otherwise.type === undefined)
    return typed(undefined);
  const type = checker.unify(then.type, otherwise.type, expression);
  return { type, known: intersection(union(test.known, then.known), otherwise.known) };
}

function checkLike(checker: Checker, { target }: Of<'like'>, known: Capabilities): CheckedType | undefined {
  const { type } = checkExpression(checker, target, known);
  return checker.expect(type, ({ kind }) => kind === 'string', 'String', target) && BOOL;
}

function checkIs(checker: Checker, expression: Of<'is'>, known: Capabilities): CheckedType | undefined {
  const { target, entityType, ancestor } = expression;
  const { type } = checkExpression(checker, target, known);
  const entity = checker.expect(type, ({ kind }) => kind === 'entity', 'an entity', target);
  if (entity?.kind !== 'entity') return undefined;
  if (entity.name !== entityType) return FALSE;
  if (ancestor === undefined) return TRUE;
  const above = checkExpression(checker, ancestor, known).type;
  if (above === undefined) return undefined;
  const name = above.kind === 'set' ? above.element : above;
  if (name.kind !== 'entity')
    return checker.fail(
      'unexpected-type',
      ancestor,
      'unexpected type: expected an entity or a set of them after `in`',
    );
  const exact = actionMembership(checker, target, ancestor);
  if (exact !== undefined) return exact ? TRUE : FALSE;
  return canBeIn(checker.schema, entity.name, name.name) ? BOOL : FALSE;
}

function checkSet(checker: Checker, expression: Of<'set'>, known: Capabilities): CheckedType | undefined {
  const [first, ...others] = expression.elements.map(
    (element) => checkExpression(checker, element, known).type,
  );
  if (expression.elements.length === 0)
    return checker.fail('empty-set', expression, 'empty set literals are forbidden in policies', {
      hint: 'test a set with `.isEmpty()`',
    });
  if (first === undefined || others.includes(undefined)) return undefined;
  let element: CheckedType | undefined = first;
  for (const other of others) {
    if (other === undefined) return undefined;
    element = checker.unify(element, other, expression);
    if (element === undefined) return undefined;
  }
  return { kind: 'set', element: widen(element) };
}

function checkRecord(
  checker: Checker,
  { entries }: Of<'record'>,
  known: Capabilities,
): CheckedType | undefined {
  const types = entries.map(({ key, value }) => [key, checkExpression(checker, value, known).type] as const);
  const attributes = new Map(
    types.flatMap(([key, type]) =>
      type === undefined ? [] : [[key, { type: type as never, required: true }] as const],
    ),
  );
  return attributes.size === entries.length ? { kind: 'record', attributes } : undefined;
}
