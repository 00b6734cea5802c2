/** Arithmetic, order and membership. */
import type { BinaryOperator } from '../../language/index.ts';
import {
  addLong,
  CedarSet,
  Datetime,
  Duration,
  equalValues,
  isLong,
  type Long,
  multiplyLong,
  subtractLong,
  Uid,
  uidKey,
  type Value,
} from '../../value/index.ts';
import { requireUid } from './access.ts';
import { type Closure, type Environment, EvaluationFailure, type Test } from './environment.ts';
import { kindOf } from './kinds.ts';

/** An operator whose result is true or false. */
export type Comparison = Exclude<BinaryOperator, '+' | '-' | '*'>;
export type Order = '<' | '<=' | '>' | '>=';

/** A comparison of two closures. */
export function compileComparison(operator: Comparison, left: Closure, right: Closure): Test {
  switch (operator) {
    case '==':
      return (environment) => equalValues(left(environment), right(environment));
    case '!=':
      return (environment) => !equalValues(left(environment), right(environment));
    case 'in':
      return (environment) => isIn(left(environment), right(environment), environment);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (environment) => {
        const [one, other] = [left(environment), right(environment)];
        if (typeof one === 'number' && typeof other === 'number') return holds(operator, one, other);
        return compareOrdered(operator, one, other);
      };
    default:
      return operator satisfies never;
  }
}

/** A comparison with a number that is known. */
export function compileBound(operator: Order, left: Closure, bound: number): Test {
  const slow = (value: Value): boolean => compareOrdered(operator, value, bound);
  switch (operator) {
    case '<':
      return (environment) => {
        const value = left(environment);
        return typeof value === 'number' ? value < bound : slow(value);
      };
    case '<=':
      return (environment) => {
        const value = left(environment);
        return typeof value === 'number' ? value <= bound : slow(value);
      };
    case '>':
      return (environment) => {
        const value = left(environment);
        return typeof value === 'number' ? value > bound : slow(value);
      };
    case '>=':
      return (environment) => {
        const value = left(environment);
        return typeof value === 'number' ? value >= bound : slow(value);
      };
    default:
      return operator satisfies never;
  }
}

function compareOrdered(operator: Order, left: Value, right: Value): boolean {
  if (isLong(left) && isLong(right)) return holds(operator, left, right);
  if (left instanceof Datetime && right instanceof Datetime) return holds(operator, left.epoch, right.epoch);
  if (left instanceof Duration && right instanceof Duration)
    return holds(operator, left.milliseconds, right.milliseconds);
  throw new EvaluationFailure(
    `\`${operator}\` needs two longs, datetimes or durations, found a ${kindOf(left)} and a ${kindOf(right)}`,
  );
}

function holds(operator: Order, left: Long, right: Long): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return operator satisfies never;
  }
}

type Arithmetic = '+' | '-' | '*';

const ARITHMETIC: Readonly<Record<Arithmetic, (left: Long, right: Long) => Long | undefined>> = {
  '+': addLong,
  '-': subtractLong,
  '*': multiplyLong,
};

/** A sum, difference or product; overflow of 64 bits is an error. */
export function compileArithmetic(operator: Arithmetic, left: Closure, right: Closure): Closure {
  const compute = ARITHMETIC[operator];
  return (environment) => {
    const [one, other] = [left(environment), right(environment)];
    if (!isLong(one) || !isLong(other))
      throw new EvaluationFailure(
        `\`${operator}\` needs two longs, found a ${kindOf(one)} and a ${kindOf(other)}`,
      );
    const result = compute(one, other);
    if (result === undefined)
      throw new EvaluationFailure(`integer overflow: \`${one} ${operator} ${other}\` is outside 64 bits`);
    return result;
  };
}

/** Whether `left` is, or is in, `right` or one of the entities of the set `right`. */
export function isIn(left: Value, right: Value, { store }: Environment): boolean {
  const uid = requireUid(left, '`in`');
  const ancestors = store.find(uid)?.ancestors;
  const reaches = (other: Uid): boolean => equalValues(uid, other) || ancestors?.has(uidKey(other)) === true;
  if (right instanceof Uid) return reaches(right);
  if (!(right instanceof CedarSet))
    throw new EvaluationFailure(`\`in\` needs an entity or a set of them, found a ${kindOf(right)}`);
  // INVARIANT: one element that is no entity is an error, wherever it stands.
  return right.elements.map((element) => requireUid(element, '`in`')).some(reaches);
}
