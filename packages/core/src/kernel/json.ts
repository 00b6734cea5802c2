/** JSON values as TypeScript types. */

/** Any JSON value. Numbers are finite; integers are exact (see `parseStrictJson`). */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys may be any string, `__proto__` included: read with `Object.hasOwn` where the key comes from outside. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether `value` is a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property `key` of `object`, or `undefined`; never an inherited one. */
export function ownProperty(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
