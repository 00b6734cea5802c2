/** What an explanation asks of one request: values of expressions, and their texts in the policy. */
import type { CedarRequest, EntityStore, Evaluated } from '../compile/index.ts';
import { evaluateExpression } from '../compile/index.ts';
import type { Expression, Policy } from '../language/index.ts';
import { printUid } from '../value/index.ts';

/** One policy before one request. */
export interface Asking {
  readonly policy: Policy;
  readonly request: CedarRequest;
  readonly store: EntityStore;
}

/** Longest excerpt of a policy, in UTF-16 units. */
const MAX_EXCERPT = 100;

/** What `expression` comes to. */
export function valueOf({ request, store }: Asking, expression: Expression): Evaluated {
  return evaluateExpression(expression, request, store);
}

/** `expression` as the policy writes it, on one line; paths and literals as everybody writes them. */
export function textOf(asking: Pick<Asking, 'policy'>, expression: Expression): string {
  switch (expression.kind) {
    case 'variable':
      return expression.name;
    case 'get': {
      const name = /^[A-Za-z_][A-Za-z0-9_]*$/.test(expression.attribute)
        ? `.${expression.attribute}`
        : `[${JSON.stringify(expression.attribute)}]`;
      return `${textOf(asking, expression.target)}${name}`;
    }
    case 'entity':
      return printUid(expression.uid);
    case 'string':
      return JSON.stringify(expression.value);
    case 'bool':
    case 'long':
      return String(expression.value);
    case 'not':
    case 'negate':
    case 'binary':
    case 'and':
    case 'or':
    case 'if':
    case 'has':
    case 'like':
    case 'is':
    case 'set':
    case 'record':
    case 'call':
    case 'method': {
      const text = asking.policy.source.text
        .slice(expression.start, expression.end)
        .replace(/\s+/g, ' ')
        .trim();
      return text.length > MAX_EXCERPT ? `${text.slice(0, MAX_EXCERPT)}…` : text;
    }
    default:
      return expression satisfies never;
  }
}
