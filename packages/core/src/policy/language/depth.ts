/** How deeply an expression nests. */
import type { Expression } from './tree.ts';

/**
 * Most operators inside one another; a chain `a || b || c` counts one for each operand.
 * Canonical JSON, over which a policy is hashed, takes two levels for each operator and ends at 256.
 */
export const MAX_EXPRESSION_DEPTH = 120;

/** Whether `expression` nests deeper than {@link MAX_EXPRESSION_DEPTH}. */
export function isTooDeep(expression: Expression): boolean {
  let level: readonly Expression[] = [expression];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_EXPRESSION_DEPTH) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

/** The expressions directly in `expression`, in the order they are written. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'bool':
    case 'long':
    case 'string':
    case 'entity':
    case 'variable':
      return [];
    case 'not':
    case 'negate':
      return [expression.operand];
    case 'binary':
    case 'and':
    case 'or':
      return [expression.left, expression.right];
    case 'if':
      return [expression.condition, expression.consequent, expression.alternative];
    case 'has':
    case 'get':
    case 'like':
      return [expression.target];
    case 'is':
      return expression.ancestor === undefined
        ? [expression.target]
        : [expression.target, expression.ancestor];
    case 'set':
      return expression.elements;
    case 'record':
      return expression.entries.map(({ value }) => value);
    case 'call':
      return expression.args;
    case 'method':
      return [expression.target, ...expression.args];
    default:
      return expression satisfies never;
  }
}
