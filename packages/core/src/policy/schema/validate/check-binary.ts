/** Comparisons, membership and arithmetic. */
import type { EntityUid, Expression } from '../../language/index.ts';
import { actionKey } from '../model/index.ts';
import type { CheckAny } from './check-access.ts';
import type { Capabilities, Checker } from './checker.ts';
import { canBeIn, isActionType, sameUid } from './environment.ts';
import { BOOL, boolOf, type CheckedType, FALSE, isAlways, LONG, printType } from './types.ts';

type Binary = Extract<Expression, { readonly kind: 'binary' }>;

/** The type of `left operator right`. */
export function checkComparison(
  checker: Checker,
  expression: Binary,
  known: Capabilities,
  check: CheckAny,
): CheckedType | undefined {
  const { operator, left, right } = expression;
  const one = check(checker, left, known).type;
  switch (operator) {
    case '==':
      return equality(checker, expression, one, check(checker, right, known).type);
    case '!=': {
      const type = equality(checker, expression, one, check(checker, right, known).type);
      return type === undefined
        ? undefined
        : boolOf(isAlways(type, true) ? false : isAlways(type, false) ? true : undefined);
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return order(checker, expression, one, check(checker, right, known).type);
    case '+':
    case '-':
    case '*': {
      const other = check(checker, right, known).type;
      const isLong = ({ kind }: CheckedType): boolean => kind === 'long';
      const [a, b] = [
        checker.expect(one, isLong, 'Long', left),
        checker.expect(other, isLong, 'Long', right),
      ];
      return a === undefined || b === undefined ? undefined : LONG;
    }
    case 'in':
      return membership(checker, expression, one, check(checker, right, known).type);
    default:
      return operator satisfies never;
  }
}

function equality(
  checker: Checker,
  expression: Binary,
  left: CheckedType | undefined,
  right: CheckedType | undefined,
): CheckedType | undefined {
  if (left === undefined || right === undefined) return undefined;
  const [one, other] = [literalOf(checker, expression.left), literalOf(checker, expression.right)];
  const isEqual = one === undefined || other === undefined ? undefined : sameLiteral(one, other);
  if (isEqual === false || (left.kind === 'entity' && right.kind === 'entity' && left.name !== right.name))
    return FALSE;
  return checker.unify(left, right, expression) && boolOf(isEqual);
}

/** A literal, or the action, which is known in each environment. */
function literalOf(
  { environment }: Checker,
  expression: Expression,
): EntityUid | string | number | bigint | boolean | undefined {
  const { kind } = expression;
  if (kind === 'bool' || kind === 'long' || kind === 'string') return expression.value;
  if (kind === 'entity') return expression.uid;
  return kind === 'variable' && expression.name === 'action' ? environment.action.uid : undefined;
}

function sameLiteral(one: EntityUid | string | number | bigint | boolean, other: typeof one): boolean {
  return typeof one === 'object' && typeof other === 'object' ? sameUid(one, other) : one === other;
}

const ORDERED = 'datetime, or duration, or Long';

function order(
  checker: Checker,
  { left, right }: Binary,
  one: CheckedType | undefined,
  other: CheckedType | undefined,
): CheckedType | undefined {
  const isOrdered = (type: CheckedType): boolean =>
    type.kind === 'long' ||
    (type.kind === 'extension' && (type.name === 'datetime' || type.name === 'duration'));
  const first = checker.expect(one, isOrdered, ORDERED, left);
  if (first === undefined) {
    checker.expect(other, isOrdered, ORDERED, right);
    return undefined;
  }
  const isSame = (type: CheckedType): boolean => isOrdered(type) && printType(type) === printType(first);
  return checker.expect(other, isSame, printType(first), right) && BOOL;
}

function membership(
  checker: Checker,
  { left, right }: Binary,
  one: CheckedType | undefined,
  other: CheckedType | undefined,
): CheckedType | undefined {
  const isEntity = ({ kind }: CheckedType): boolean => kind === 'entity';
  const lower = checker.expect(one, isEntity, 'an entity', left);
  const isGroup = (type: CheckedType): boolean =>
    isEntity(type) || (type.kind === 'set' && isEntity(type.element));
  const upper = checker.expect(other, isGroup, 'an entity or a set of them', right);
  if (lower?.kind !== 'entity' || upper === undefined) return undefined;
  const group = upper.kind === 'set' ? upper.element : upper;
  if (group.kind !== 'entity') return undefined;
  const exact = actionMembership(checker, left, right);
  if (exact !== undefined) return boolOf(exact);
  return canBeIn(checker.schema, lower.name, group.name) ? BOOL : FALSE;
}

/** Which actions are in which is in the schema, so it is known exactly. */
export function actionMembership(checker: Checker, left: Expression, right: Expression): boolean | undefined {
  const uid = literalOf(checker, left);
  if (typeof uid !== 'object' || !isActionType(uid.type)) return undefined;
  const groups = (right.kind === 'set' ? right.elements : [right]).map((group) => literalOf(checker, group));
  const above = checker.schema.actionAncestors.get(actionKey(uid)) ?? [];
  const named = groups.filter((group) => typeof group === 'object');
  if (named.length !== groups.length) return undefined;
  return named.some((group) => above.some((one) => sameUid(one, group)));
}
