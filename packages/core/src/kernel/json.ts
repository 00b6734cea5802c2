/** JSON values as TypeScript types. */
import { Fault } from './fault.ts';

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

/** `Value` where it is JSON through and through; `never` stands for what is not: a function, a bigint, `undefined` as a value. */
export type JsonShape<Value> = Value extends JsonValue
  ? Value
  : Value extends ((...args: never) => unknown) | bigint | symbol | undefined
    ? never
    : { readonly [Key in keyof Value]: JsonShape<Value[Key]> };

/** `value` as JSON. For data with an interface of its own, which the compiler takes for no `JsonObject` because an interface could grow. */
export function asJson<Value>(value: JsonShape<Value>): JsonValue {
  return value;
}

/** The own property `key` of `object`, or `undefined`; never an inherited one. */
export function ownProperty(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Deepest nesting that is copied. */
const MAX_COPY_DEPTH = 256;

/** A copy of `value` that shares nothing with it. Throws `json.too-deep` past 256 levels; a getter or a proxy is read once. */
export function copyJson<Value extends JsonValue>(value: Value): Value {
  return copy(value, 0) as Value;
}

function copy(value: JsonValue, depth: number): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_COPY_DEPTH) {
    throw new Fault('json.too-deep', `nesting is deeper than ${MAX_COPY_DEPTH} levels`);
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => copy(item, depth + 1));
  const object: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value)) {
    // INVARIANT: a key from outside never reaches a setter of Object.prototype.
    if (key === '__proto__')
      Object.defineProperty(object, key, {
        value: copy(member, depth + 1),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    else object[key] = copy(member, depth + 1);
  }
  return object;
}
