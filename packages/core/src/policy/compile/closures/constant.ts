/** Expressions whose value does not depend on the request. */
import type { Expression } from '../../language/index.ts';
import { CedarSet, makeRecord, Uid, type Value } from '../../value/index.ts';

/** The value of a literal, or of a set or record of them; `undefined` for anything that depends on a request or may fail. */
export function constantOf(expression: Expression): Value | undefined {
  switch (expression.kind) {
    case 'bool':
    case 'long':
    case 'string':
      return expression.value;
    case 'entity':
      return new Uid(expression.uid.type, expression.uid.id);
    case 'set': {
      const elements = expression.elements.map(constantOf);
      return elements.every((element) => element !== undefined) ? new CedarSet(elements) : undefined;
    }
    case 'record': {
      const entries = expression.entries.map(({ key, value }) => [key, constantOf(value)] as const);
      return entries.every((entry): entry is [string, Value] => entry[1] !== undefined)
        ? makeRecord(entries)
        : undefined;
    }
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
    case 'call':
    case 'method':
      return undefined;
    default:
      return expression satisfies never;
  }
}
