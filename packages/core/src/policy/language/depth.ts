/** How deeply an expression nests; the engine's stack is small, and a policy that exhausts it could never be evaluated. */
import { isJsonObject, type JsonValue } from '../../kernel/index.ts';
import { isJsonArray } from '../json-array.ts';

/**
 * Most operators inside one another; a chain `a || b || c` counts one for each operand.
 * The engine evaluates 200 and gives up at 400; canonical JSON, two levels for each operator, ends at 256 levels.
 */
export const MAX_EXPRESSION_DEPTH = 120;

/** Whether `expression` nests deeper than {@link MAX_EXPRESSION_DEPTH}. */
export function isTooDeep(expression: JsonValue): boolean {
  let level: readonly JsonValue[] = [expression];
  // In the JSON form every operator is two levels: the operator's object and that of its operands.
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_EXPRESSION_DEPTH * 2) return true;
    level = level.flatMap((node) =>
      isJsonArray(node) ? node : isJsonObject(node) ? Object.values(node) : [],
    );
  }
  return false;
}
