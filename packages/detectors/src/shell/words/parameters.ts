/** `${…}` with everything that may stand in it. */
import type { ParameterExpansionPart, ParameterOperation } from 'unbash';
import { assign, isKnown, known, type Scalar, textValue, UNKNOWN_HERE, valueOf } from '../engine/index.ts';
import { computeText } from './arithmetic.ts';
import { type Expansion, lookUp, lookUpElement, one, someNumber, unresolved } from './lookup.ts';
import { removePattern, replaceLiteral } from './pattern.ts';
import type { Inner, Surroundings } from './surroundings.ts';

export function expandParameter(
  part: ParameterExpansionPart,
  isQuoted: boolean,
  around: Surroundings,
  inner: Inner,
): Expansion {
  const value = plainValue(part, around, inner);
  const { operation, text } = part;
  if (part.prefix === '#') return one(lengthOf(value, text));
  if (operation === undefined) return value;
  // Whatever stands in the operation runs or may run, whether its result is used or not.
  const result = operate(operation, value, part, around, inner);
  if (result === undefined) return one(unresolved(text, 'variable'));
  // Quotes inside an operand would guard it from splitting, which is not followed here.
  const isGuarded = !isQuoted && 'operand' in operation && /["'\\]/.test(operation.operand?.text ?? '');
  const splits = result.kind === 'one' && /[\s*?[]/.test(result.scalar.text);
  return isGuarded && splits ? one(unresolved(text, 'variable')) : result;
}

function plainValue(part: ParameterExpansionPart, around: Surroundings, inner: Inner): Expansion {
  const { state } = around.scope;
  const { parameter, index, text } = part;
  let value: Expansion;
  if (index === undefined) value = lookUp(state, parameter, text);
  else {
    const at = inner.text(index, around);
    if (at.text !== '@' && at.text !== '*') computeText(at, around);
    value = isKnown(at)
      ? lookUpElement(around.scope.state, parameter, at.text, text)
      : one(unresolved(text, 'variable'));
  }
  if (part.prefix !== '!') return value;
  const name = value.kind === 'one' ? value.scalar : undefined;
  // `${!x}` reads the variable that `x` names; an index in that name would be computed.
  return name !== undefined && isKnown(name) && /^\w+$/.test(name.text)
    ? lookUp(around.scope.state, name.text, text)
    : one(unresolved(text, 'variable'));
}

function lengthOf(value: Expansion, written: string): Scalar {
  if (value.kind === 'many') return known(String(value.items.length));
  return isKnown(value.scalar) ? known(String([...value.scalar.text].length)) : someNumber(written);
}

/** The value after `operation`; undefined where it is not computed. */
function operate(
  operation: ParameterOperation,
  value: Expansion,
  part: ParameterExpansionPart,
  around: Surroundings,
  inner: Inner,
): Expansion | undefined {
  const scalar = value.kind === 'one' && isKnown(value.scalar) ? value.scalar.text : undefined;
  const text = (result: string | undefined): Expansion | undefined =>
    result === undefined ? undefined : one(known(result));
  switch (operation.type) {
    case 'Default':
      return orDefault(operation, value, part, inner.text(operation.operand, around), around);
    case 'Remove': {
      const pattern = inner.pattern(operation.operand, around);
      if (scalar === undefined || !isKnown(pattern)) return undefined;
      return text(removePattern(scalar, operation.operator, pattern.text));
    }
    case 'Replace': {
      const pattern = inner.pattern(operation.pattern, around);
      const replacement = inner.text(operation.replacement, around);
      if (scalar === undefined || !isKnown(pattern) || !isKnown(replacement)) return undefined;
      return text(replaceLiteral(scalar, operation.operator, pattern.text, replacement.text));
    }
    case 'Slice': {
      const bounds = [operation.offset, ...(operation.length ? [operation.length] : [])].map((word) => {
        const bound = inner.text(word, around);
        computeText(bound, around);
        return isKnown(bound) && /^ ?\d{1,9}$/.test(bound.text) ? Number(bound.text) : undefined;
      });
      const [offset, length] = bounds;
      if (scalar === undefined || bounds.includes(undefined) || offset === undefined) return undefined;
      return text(scalar.slice(offset, length === undefined ? undefined : offset + length));
    }
    case 'CaseModification':
      if (operation.operand !== undefined) inner.pattern(operation.operand, around);
      return operation.operand === undefined && scalar !== undefined
        ? text(inCase(scalar, operation.operator))
        : undefined;
    case 'Transform':
      inner.text(operation.operand, around);
      // A prompt string is expanded once more, commands in it included.
      if (operation.operand.text === 'P') around.engine.facts.note(['dynamic-code']);
      return undefined;
    case 'Names':
    case 'Unknown':
      return undefined;
    default:
      return operation satisfies never;
  }
}

function inCase(text: string, operator: '^' | '^^' | ',' | ',,'): string {
  const change = (part: string): string =>
    operator.startsWith('^') ? part.toUpperCase() : part.toLowerCase();
  return operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1);
}

function orDefault(
  operation: Extract<ParameterOperation, { readonly type: 'Default' }>,
  value: Expansion,
  part: ParameterExpansionPart,
  operand: Scalar,
  { scope }: Surroundings,
): Expansion | undefined {
  const { operator } = operation;
  const isUnset = part.index === undefined && valueOf(scope.state, part.parameter).kind === 'unset';
  if (value.kind === 'many' || !isKnown(value.scalar)) {
    // `${@:-x}` and unknown values: either of the two.
    if (operator.endsWith('=')) scope.state = assign(scope.state, part.parameter, UNKNOWN_HERE);
    return undefined;
  }
  const mayBeUnset = value.scalar.text === '' && !isUnset && part.parameter !== '#';
  if (!operator.startsWith(':') && operator !== '?' && mayBeUnset) return undefined;
  const isEmpty = operator.startsWith(':') ? value.scalar.text === '' : isUnset;
  switch (operator) {
    case '-':
    case ':-':
      return isEmpty ? one(operand) : value;
    case '=':
    case ':=':
      if (!isEmpty) return value;
      scope.state = assign(scope.state, part.parameter, textValue(operand));
      return one(operand);
    case '+':
    case ':+':
      return isEmpty ? one(known('')) : one(operand);
    case '?':
    case ':?':
      return value;
    default:
      return operator satisfies never;
  }
}
