/** Aims a request at a comparison: the values at its boundary and beside it. */
import type { JsonValue } from '../../../../kernel/index.ts';
import { type BinaryOperator, childrenOf, type Expression } from '../../../language/index.ts';
import { Datetime, Duration } from '../../../value/index.ts';
import type { Aiming } from './aiming.ts';
import { aimEntity } from './scope.ts';
import { literalOf, pathOf } from './reads.ts';

type Comparison = Extract<Expression, { readonly kind: 'binary' }>;

const DAY_MS = 86_400_000;
/** How often a value that will do stays, so that two bounds on one fact can both hold. */
const KEPT_SHARE = 0.7;
/** How far beside a decimal its neighbour is. */
const DECIMAL_STEP = 0.0001;

/** Turns a comparison around: `5 < x` is `x > 5`. */
const TURNED: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/** Aims the draft at `comparison` being `truth`. */
export function aimComparison(aiming: Aiming, comparison: Comparison, truth: boolean): void {
  const { operator, left, right } = comparison;
  if (operator === 'in' || right.kind === 'entity') return aimMembership(aiming, comparison, truth);
  if (aimTime(aiming, operator, left, right, truth)) return;
  const path = pathOf(left);
  const value = literalOf(right);
  if (path !== undefined && value !== undefined) return aimValue(aiming, path, operator, right, truth);
  const turned = TURNED[operator];
  if (turned !== undefined && pathOf(right) !== undefined && literalOf(left) !== undefined)
    return aimComparison(aiming, { ...comparison, operator: turned, left: right, right: left }, truth);
  const source = pathOf(right);
  if (path?.root === 'context' && source?.root === 'context') {
    const other = aiming.draft.get(source.steps);
    if (other !== undefined && truth === (operator !== '!=')) aiming.draft.set(path.steps, other);
  }
}

function aimMembership(aiming: Aiming, { left, right, operator }: Comparison, truth: boolean): void {
  if (left.kind !== 'variable') return;
  const among = right.kind === 'set' ? right.elements : [right];
  const uids = among.flatMap((one) => (one.kind === 'entity' ? [one.uid] : []));
  if (uids.length === 0 || truth === (operator === '!=')) return;
  aimEntity(aiming, left.name, aiming.seeded.pick(uids), operator === 'in' ? 'in' : '==');
}

function aimValue(
  { draft, seeded }: Aiming,
  path: NonNullable<ReturnType<typeof pathOf>>,
  operator: BinaryOperator,
  right: Expression,
  truth: boolean,
): void {
  const value = literalOf(right);
  if (value === undefined) return;
  const set = (chosen: JsonValue): void => {
    if (path.root === 'context') draft.set(path.steps, chosen);
    else if (path.root === 'resource' && typeof chosen === 'string')
      draft.setResourceId(path.steps[0] ?? '', chosen);
  };
  if (typeof value === 'number') {
    const present = path.root === 'context' ? draft.get(path.steps) : undefined;
    if (
      typeof present === 'number' &&
      compares(present, operator, value) === truth &&
      seeded.chance(KEPT_SHARE)
    )
      return;
    const step = right.kind === 'call' ? DECIMAL_STEP : 1;
    return set(
      seeded.pick(neighbours(value, step).filter((one) => compares(one, operator, value) === truth)),
    );
  }
  const isEqual = truth === (operator === '==');
  if (isEqual) return set(value);
  if (typeof value === 'boolean') return set(!value);
  if (typeof value === 'string')
    set(seeded.pick([`${value}~`, value.slice(1), value.toUpperCase() === value ? '' : value.toUpperCase()]));
}

/** The number, those beside it, and some far away; rounded as decimals are. */
function neighbours(value: number, step: number): readonly number[] {
  const round = (one: number): number => Math.round(one * 10_000) / 10_000;
  return [value, value + step, value - step, value + 1000 * step, value - 1000 * step].map(round);
}

function compares(one: number, operator: BinaryOperator, other: number): boolean {
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    case '!=':
      return one !== other;
    case '==':
      return one === other;
    case '+':
    case '-':
    case '*':
    case 'in':
      return false;
    default:
      return operator satisfies never;
  }
}

/** `context.time` beside an instant, and its time of day beside a duration. Whether it was one of these. */
function aimTime(
  { draft, seeded }: Aiming,
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  truth: boolean,
): boolean {
  if (right.kind !== 'call' || right.args[0]?.kind !== 'string') return false;
  const text = right.args[0].value;
  const keeps = (value: number, present: number): boolean =>
    compares(present, operator, value) === truth && seeded.chance(KEPT_SHARE);
  const choose = (value: number): number | undefined => {
    const fits = neighbours(value, 1).filter((one) => compares(one, operator, value) === truth);
    return fits.length === 0 ? undefined : seeded.pick(fits);
  };
  if (right.name === 'datetime' && isTime(left)) {
    const instant = Number(Datetime.parse(text)?.epoch ?? 0);
    if (keeps(instant, Number(draft.get(['time']) ?? 0) + offsetOf(left))) return true;
    const chosen = choose(instant);
    if (chosen !== undefined) draft.set(['time'], chosen);
    return true;
  }
  if (right.name !== 'duration' || left.kind !== 'method') return false;
  const milliseconds = Number(Duration.parse(text)?.milliseconds ?? 0);
  const now = Number(draft.get(['time']) ?? 0);
  const shift = offsetOf(left.target);
  if (left.name === 'toTime' && keeps(milliseconds, mod(now + shift, DAY_MS))) return true;
  const chosen = choose(milliseconds);
  if (chosen === undefined) return true;
  if (left.name === 'toTime')
    draft.set(['time'], Math.floor((now + shift) / DAY_MS) * DAY_MS + mod(chosen, DAY_MS) - shift);
  else shiftDays({ draft, seeded });
  return true;
}

/** Some other day of the weeks around: where a policy computes with days, one is as good a guess as another. */
export function shiftDays({ draft, seeded }: Pick<Aiming, 'draft' | 'seeded'>): void {
  draft.set(['time'], Number(draft.get(['time']) ?? 0) + (seeded.below(15) - 7) * DAY_MS);
}

/** Milliseconds of the offset in `context.time.offset(duration("60m"))`; 0 without one. */
function offsetOf(expression: Expression): number {
  if (expression.kind !== 'method' || expression.name !== 'offset') return 0;
  const [by] = expression.args;
  const text = by?.kind === 'call' && by.args[0]?.kind === 'string' ? by.args[0].value : '';
  return Number(Duration.parse(text)?.milliseconds ?? 0);
}

/** Whether `expression` reads the time, however deep. */
export function readsTime(expression: Expression): boolean {
  return isTime(expression) || childrenOf(expression).some(readsTime);
}

function isTime(expression: Expression): boolean {
  if (expression.kind === 'method' && expression.name === 'offset') return isTime(expression.target);
  const path = pathOf(expression);
  return path?.root === 'context' && path.steps.join('.') === 'time';
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
