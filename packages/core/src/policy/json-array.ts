/** Narrowing to JSON arrays; `Array.isArray` makes `any[]` of a readonly array. */
import type { JsonValue } from '../kernel/index.ts';

/** Whether `value` is a JSON array. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** `value` where it is a text, else an empty text. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
