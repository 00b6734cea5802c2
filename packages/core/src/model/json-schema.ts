/** JSON inside a noun: copied, never shared, so that nobody can change it between judging and performing. */
import { type ZodType, z } from 'zod';
import { isJsonObject, isPlainObject, type JsonObject, type JsonValue } from '../kernel/index.ts';
import { isWellFormed, LONE_SURROGATE } from './parse.ts';

/** Deepest nesting of a value inside a noun: that of strict JSON text. */
const MAX_JSON_DEPTH = 128;

/** A copy being made; `problem` is the first thing found that is not JSON. */
interface Copying {
  readonly path: (string | number)[];
  problem?: { readonly path: (string | number)[]; readonly message: string };
}

/**
 * A JSON object: plain objects, arrays, well-formed strings, finite numbers whose integers are exact, at most 128 levels.
 * Every key is kept, `__proto__` included.
 */
export const jsonObjectSchema: ZodType<JsonObject> = z.unknown().transform((value, context) => {
  const copying: Copying = { path: [] };
  const copied = isJsonObject(value) ? copyObject(copying, value) : refuse(copying, 'is not a JSON object');
  if (copying.problem !== undefined) context.addIssue({ code: 'custom', ...copying.problem });
  return copied as JsonObject;
});

function copyValue(copying: Copying, value: unknown): JsonValue {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? value : refuse(copying, LONE_SURROGATE);
    case 'number':
      return isExact(value) ? value : refuse(copying, 'is not a finite number, or an integer beyond 2^53');
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? copyArray(copying, value) : copyObject(copying, value);
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
    default:
      return refuse(copying, `is of type ${typeof value}, which is not JSON`);
  }
}

function copyArray(copying: Copying, array: readonly unknown[]): JsonValue {
  if (copying.path.length >= MAX_JSON_DEPTH) return tooDeep(copying);
  const copied: JsonValue[] = [];
  for (let index = 0; index < array.length && copying.problem === undefined; index += 1) {
    copying.path.push(index);
    copied.push(copyValue(copying, array[index]));
    copying.path.pop();
  }
  return copied;
}

function copyObject(copying: Copying, object: object): JsonValue {
  if (copying.path.length >= MAX_JSON_DEPTH) return tooDeep(copying);
  if (!isPlainObject(object)) return refuse(copying, 'is not a plain object');
  const copied = {};
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (copying.problem !== undefined) break;
    copying.path.push(key);
    if (!isWellFormed(key)) refuse(copying, LONE_SURROGATE);
    // INVARIANT: a key from outside never reaches a setter of Object.prototype.
    const member = { value: copyValue(copying, value), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(copied, key, member);
    copying.path.pop();
  }
  return copied;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function tooDeep(copying: Copying): JsonValue {
  return refuse(copying, `is nested deeper than ${MAX_JSON_DEPTH} levels`);
}

function refuse(copying: Copying, message: string): JsonValue {
  copying.problem ??= { path: [...copying.path], message };
  return null;
}
