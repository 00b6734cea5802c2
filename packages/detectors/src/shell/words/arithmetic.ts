/** Arithmetic: what runs inside it, what it assigns, and plain results. */
import type { ArithmeticExpression } from 'unbash';
import { assign, isKnown, known, type Scalar, UNKNOWN_NUMBER, valueOf } from '../engine/index.ts';
import { someNumber } from './lookup.ts';
import type { Inner, Surroundings } from './surroundings.ts';

const NAME: RegExp = /[A-Za-z_]\w*/g;
const ASSIGNING: ReadonlySet<string> = new Set('= += -= *= /= %= <<= >>= &= ^= |= ++ --'.split(' '));

/** The value of `expression`, written as `written` where it is not computed; only plain numbers are. */
export function computeArithmetic(
  expression: ArithmeticExpression | undefined,
  written: string,
  around: Surroundings,
  inner: Inner,
): Scalar {
  if (expression === undefined) {
    // The parser left it as text: nothing that runs may hide in it.
    if (/[`$]|[A-Za-z_]\s*\[/.test(written.replace(/^\$?(?:\(\(|\[)/, '')))
      around.engine.facts.note(['arithmetic-code']);
    return someNumber(written);
  }
  walk(expression, around, inner);
  if (expression.type === 'ArithmeticWord' && /^[1-9]\d{0,14}$|^0$/.test(expression.value))
    return known(expression.value);
  return someNumber(written);
}

function walk(expression: ArithmeticExpression, around: Surroundings, inner: Inner): void {
  around.engine.budget.take();
  switch (expression.type) {
    case 'ArithmeticBinary':
      walk(expression.left, around, inner);
      walk(expression.right, around, inner);
      if (ASSIGNING.has(expression.operator)) assignTo(expression.left, around);
      return;
    case 'ArithmeticUnary':
      walk(expression.operand, around, inner);
      if (ASSIGNING.has(expression.operator)) assignTo(expression.operand, around);
      return;
    case 'ArithmeticTernary':
      for (const part of [expression.test, expression.consequent, expression.alternate])
        walk(part, around, inner);
      return;
    case 'ArithmeticGroup':
      return walk(expression.expression, around, inner);
    case 'ArithmeticCommandExpansion':
      around.engine.substitute(expression.script, expression.text, around.scope, around.frame);
      return;
    case 'ArithmeticWord':
      return inspectWord(expression, around, inner);
    default:
      return expression satisfies never;
  }
}

/** A variable in arithmetic is itself read as arithmetic, with everything that may run in there. */
function inspectWord(
  word: Extract<ArithmeticExpression, { readonly type: 'ArithmeticWord' }>,
  around: Surroundings,
  inner: Inner,
): void {
  if (word.parts !== undefined) {
    const { value, parts, pos, end } = word;
    const scalar = inner.text({ type: 'Word', text: value, value, pos, end, parts }, around);
    computeText(scalar, around);
  }
  for (const [name] of word.value.matchAll(NAME)) computeVariable(name, around);
}

/** Notes that the value of `name` is computed with. */
export function computeVariable(name: string, around: Surroundings): void {
  const value = valueOf(around.scope.state, name);
  const isSuspect =
    value.kind === 'text'
      ? !isHarmless(value.scalar)
      : value.kind === 'list'
        ? !value.items.every(isHarmless)
        : value.kind === 'unknown' && value.assigned && !value.numeric;
  if (isSuspect) around.engine.facts.note(['arithmetic-code']);
}

/** Notes that `scalar` is read as arithmetic. */
export function computeText(scalar: Scalar, around: Surroundings): void {
  if (!isHarmless(scalar)) around.engine.facts.note(['arithmetic-code']);
}

/** Numbers only: a name would be read as a variable, and a bracket could hold a command. */
function isHarmless(scalar: Scalar): boolean {
  return isKnown(scalar)
    ? /^[\d\s+\-*/%()]*$/.test(scalar.text)
    : scalar.numeric === true || scalar.unresolved.join() === 'arithmetic';
}

function assignTo(target: ArithmeticExpression, around: Surroundings): void {
  if (target.type !== 'ArithmeticWord') return;
  const name = /^[A-Za-z_]\w*/.exec(target.value)?.[0];
  const { scope } = around;
  if (name !== undefined) scope.state = assign(scope.state, name, UNKNOWN_NUMBER);
}
