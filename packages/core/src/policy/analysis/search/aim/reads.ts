/** What an expression reads or says: a path from a variable, or a literal. */
import type { JsonValue } from '../../../../kernel/index.ts';
import type { Expression } from '../../../language/index.ts';

/** A path from a variable: `context.args.amount`. */
export interface ReadPath {
  readonly root: 'principal' | 'action' | 'resource' | 'context';
  /** Empty for the variable itself. */
  readonly steps: readonly string[];
}

/** The path that `expression` is; `undefined` for anything else. */
export function pathOf(expression: Expression): ReadPath | undefined {
  const steps: string[] = [];
  let at = expression;
  while (at.kind === 'get') {
    steps.push(at.attribute);
    at = at.target;
  }
  return at.kind === 'variable' ? { root: at.name, steps: steps.reverse() } : undefined;
}

/** A literal as a fact of a request; decimals are numbers, sets are lists. `undefined` for what no fact can be. */
export function literalOf(expression: Expression): JsonValue | undefined {
  switch (expression.kind) {
    case 'bool':
    case 'string':
      return expression.value;
    case 'long':
      return typeof expression.value === 'number' ? expression.value : undefined;
    case 'set': {
      const members = expression.elements.map(literalOf);
      return members.every((member) => member !== undefined) ? members : undefined;
    }
    case 'call': {
      const [argument] = expression.args;
      if (argument?.kind !== 'string') return undefined;
      return expression.name === 'decimal' ? Number(argument.value) : argument.value;
    }
    case 'entity':
    case 'variable':
    case 'not':
    case 'negate':
    case 'binary':
    case 'and':
    case 'or':
    case 'if':
    case 'has':
    case 'get':
    case 'like':
    case 'is':
    case 'record':
    case 'method':
      return undefined;
    default:
      return expression satisfies never;
  }
}
