/** What can be said of conditions from their text alone: what always holds, what never does, what follows from what. Silent where it is not plain. */
import { type Expression, expressionToJson, type PolicyTree } from '../language/index.ts';
import { printExactJson } from '../value/index.ts';

/** One thing that must be so for a policy to apply. */
export interface Condition {
  /** Equal for equal expressions. */
  readonly text: string;
  /** What the expression must come to. */
  readonly truth: boolean;
  /** What it always comes to, where that is plain. */
  readonly constant?: boolean;
  /** Where it compares something with an integer or a text. */
  readonly bound?: Bound;
}

type Comparison = '==' | '<' | '<=' | '>' | '>=';

interface Bound {
  /** What is compared; equal for equal expressions. */
  readonly of: string;
  readonly operator: Comparison;
  readonly value: bigint | string;
}

/** The conditions of `tree` in order: `when { a && b }` asks for both, `unless { a || b }` for neither. */
export function conditionsIn(tree: PolicyTree): readonly Condition[] {
  return tree.conditions.flatMap(({ kind, body }) => split(body, kind === 'when'));
}

/** Whether it holds on every request. */
export function alwaysHolds({ constant, truth }: Condition): boolean {
  return constant === truth;
}

/** Whether no request can meet all of them; what contradicts what is not told, only that something does. */
export function contradict(conditions: readonly Condition[]): boolean {
  return conditions.some(
    (one, index) =>
      one.constant === !one.truth || conditions.slice(0, index).some((other) => excludes(one, other)),
  );
}

/** Whether `outer` holds wherever all of `inner` do. */
export function follows(outer: Condition, inner: readonly Condition[]): boolean {
  return alwaysHolds(outer) || inner.some((one) => isImplied(outer, one));
}

/** Whether `outer` follows from `inner`, one condition from the one in its place: then it also fails where `inner` does. */
export function followsInOrder(outer: readonly Condition[], inner: readonly Condition[]): boolean {
  return (
    outer.length === inner.length && outer.every((one, index) => follows(one, inner.slice(index, index + 1)))
  );
}

function excludes(one: Condition, other: Condition): boolean {
  if (one.text === other.text) return one.truth !== other.truth;
  const [left, right] = [one.bound, other.bound];
  if (left === undefined || right === undefined || left.of !== right.of) return false;
  if (left.operator === '==') return !meets(left.value, right);
  if (right.operator === '==') return !meets(right.value, left);
  const [low, high] = isLower(left) ? [left, right] : [right, left];
  if (!isLower(low) || isLower(high)) return false;
  const [least, most] = [leastOf(low), leastOf(high)];
  return least !== undefined && most !== undefined && least > most;
}

function isImplied(outer: Condition, inner: Condition): boolean {
  if (outer.text === inner.text) return outer.truth === inner.truth;
  const [wide, narrow] = [outer.bound, inner.bound];
  if (wide === undefined || narrow === undefined || wide.of !== narrow.of) return false;
  if (narrow.operator === '==') return meets(narrow.value, wide);
  if (wide.operator === '==' || isLower(wide) !== isLower(narrow)) return false;
  const [given, asked] = [leastOf(narrow), leastOf(wide)];
  if (given === undefined || asked === undefined) return false;
  return isLower(wide) ? given >= asked : given <= asked;
}

function isLower({ operator }: Bound): boolean {
  return operator === '>' || operator === '>=';
}

/** The least, or the largest, integer that a bound lets through. */
function leastOf({ operator, value }: Bound): bigint | undefined {
  if (typeof value === 'string') return undefined;
  return operator === '>' ? value + 1n : operator === '<' ? value - 1n : value;
}

function meets(value: Bound['value'], { operator, value: bound }: Bound): boolean {
  if (operator === '==') return value === bound;
  if (typeof value === 'string' || typeof bound === 'string') return true;
  switch (operator) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    default:
      return operator satisfies never;
  }
}

function split(expression: Expression, truth: boolean): readonly Condition[] {
  if (expression.kind === 'not') return split(expression.operand, !truth);
  if (expression.kind === (truth ? 'and' : 'or') && constantOf(expression) === undefined)
    return links(expression).flatMap((link) => split(link, truth));
  const [constant, bound] = [constantOf(expression), boundOf(expression, truth)];
  return [
    {
      text: textOf(expression),
      truth,
      ...(constant === undefined ? {} : { constant }),
      ...(bound === undefined ? {} : { bound }),
    },
  ];
}

function links(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'and' && expression.kind !== 'or') return [expression];
  const found: Expression[] = [];
  let at: Expression = expression;
  while (at.kind === expression.kind) {
    found.push(at.right);
    at = at.left;
  }
  return [at, ...found.reverse()];
}

function constantOf(expression: Expression): boolean | undefined {
  if (expression.kind === 'bool') return expression.value;
  if (expression.kind === 'not') {
    const inner = constantOf(expression.operand);
    return inner === undefined ? undefined : !inner;
  }
  if (expression.kind === 'and' || expression.kind === 'or') return constantOfLinks(expression);
  if (expression.kind !== 'binary' || expression.operator !== '==') return undefined;
  const [left, right] = [literalOf(expression.left), literalOf(expression.right)];
  return left === undefined || right === undefined ? undefined : left === right;
}

/** One link that decides is enough: `x || true`. So are two that are each other's opposite: `x || !x`. */
function constantOfLinks(expression: Expression): boolean | undefined {
  const decides = expression.kind === 'or';
  const all = links(expression);
  if (all.some((link) => constantOf(link) === decides)) return decides;
  if (all.every((link) => constantOf(link) === !decides)) return !decides;
  const plain = new Set(all.filter(({ kind }) => kind !== 'not').map(textOf));
  const isOpposed = all.some((link) => link.kind === 'not' && plain.has(textOf(link.operand)));
  return isOpposed ? decides : undefined;
}

function literalOf(expression: Expression): bigint | string | undefined {
  if (expression.kind === 'long') return BigInt(expression.value);
  return expression.kind === 'string' ? expression.value : undefined;
}

const FLIPPED = { '==': '==', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;
const OPPOSITE = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;

function boundOf(expression: Expression, truth: boolean): Bound | undefined {
  if (expression.kind !== 'binary' || !isComparison(expression.operator)) return undefined;
  const [left, right] = [literalOf(expression.left), literalOf(expression.right)];
  if ((left === undefined) === (right === undefined)) return undefined;
  const operator = left === undefined ? expression.operator : FLIPPED[expression.operator];
  const value = left ?? right;
  if (value === undefined || (!truth && operator === '==')) return undefined;
  const of = textOf(left === undefined ? expression.left : expression.right);
  return { of, value, operator: truth || operator === '==' ? operator : OPPOSITE[operator] };
}

function isComparison(operator: string): operator is Comparison {
  return Object.hasOwn(FLIPPED, operator);
}

function textOf(expression: Expression): string {
  return printExactJson(expressionToJson(expression));
}
