/** Aims a request at a comparison: the values at its boundary and beside it. */
import type { JsonValue } from '../../../kernel/index.ts';
import { type BinaryOperator, type Expression } from '../../language/index.ts';
import { Datetime, Duration } from '../../value/index.ts';
import type { Aiming } from './aiming.ts';
import { aimEntity } from './aim-scope.ts';
import { literalOf, pathOf } from './reads.ts';

type Comparison = Extract<Expression, { readonly kind: 'binary' }>;

const DAY_MS = 86_400_000;
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
  const choose = (value: number): number | undefined => {
    const fits = neighbours(value, 1).filter((one) => compares(one, operator, value) === truth);
    return fits.length === 0 ? undefined : seeded.pick(fits);
  };
  if (right.name === 'datetime' && isTime(left)) {
    const chosen = choose(Number(Datetime.parse(text)?.epoch ?? 0));
    if (chosen !== undefined) draft.set(['time'], chosen);
    return true;
  }
  if (right.name !== 'duration' || left.kind !== 'method') return false;
  const milliseconds = Number(Duration.parse(text)?.milliseconds ?? 0);
  const chosen = choose(milliseconds);
  if (chosen === undefined) return true;
  const now = Number(draft.get(['time']) ?? 0);
  if (left.name === 'toTime') draft.set(['time'], Math.floor(now / DAY_MS) * DAY_MS + mod(chosen, DAY_MS));
  // Where the policy computes with days, as for weekdays, a day of any week is as good a guess as another.
  else draft.set(['time'], now + (seeded.below(15) - 7) * DAY_MS);
  return true;
}

function isTime(expression: Expression): boolean {
  const path = pathOf(expression);
  return path?.root === 'context' && path.steps.join('.') === 'time';
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
