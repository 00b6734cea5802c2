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

/** Whether `value` was made by `{}` or without a prototype, in any realm: not an array, a map, a date or an instance of a class. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

/** The own property `key` of `object`, or `undefined`; never an inherited one. */
export function ownProperty(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
