/** RFC 8785 JSON Canonicalization Scheme (JCS): one text for one value, so that equal values hash equally. */
import { Fault } from './fault.ts';
import { isPlainObject, type JsonValue } from './json.ts';

/** Deepest nesting that is serialised; deeper is a fault, never a stack overflow. */
const MAX_DEPTH = 256;
/** A string of these characters alone needs no escaping. */
const PLAIN_STRING = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/;

/**
 * The canonical text of `value` (RFC 8785): keys in UTF-16 order, no white space, ECMAScript numbers.
 *
 * Throws `json.not-serialisable` for `undefined`, a non-finite number, an integer beyond ±(2^53−1) (RFC 8785 allows it, I-JSON warns of it),
 * a lone surrogate or anything that is not JSON, such as a date or a map,
 * and `json.too-deep` past 256 levels. Absent and `undefined` members are not the same: `undefined` is refused.
 */
export function canonicalJson(value: JsonValue): string {
  return serialise(value, 0);
}

function serialise(value: JsonValue, depth: number): string {
  switch (typeof value) {
    case 'string':
      return serialiseString(value);
    case 'number':
      return serialiseNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      break;
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
    default:
      throw new Fault('json.not-serialisable', `a ${typeof value} has no JSON form`);
  }
  if (value === null) return 'null';
  if (depth >= MAX_DEPTH) throw new Fault('json.too-deep', `nesting is deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    let text = '[';
    for (let index = 0; index < value.length; index += 1) {
      if (index > 0) text += ',';
      text += serialise(value[index] as JsonValue, depth + 1);
    }
    return `${text}]`;
  }
  // INVARIANT: what a map, a date or a class instance holds is not in its properties, so its text would not cover it.
  if (!isPlainObject(value))
    throw new Fault('json.not-serialisable', 'an object that is not plain has no JSON form');
  const object = value as { readonly [key: string]: JsonValue };
  const keys = Object.keys(object).sort();
  let text = '{';
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    if (index > 0) text += ',';
    text += `${serialiseString(key)}:${serialise(object[key] as JsonValue, depth + 1)}`;
  }
  return `${text}}`;
}

function serialiseString(text: string): string {
  if (PLAIN_STRING.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Fault('json.not-serialisable', 'a string holds a lone surrogate');
  return JSON.stringify(text);
}

function serialiseNumber(value: number): string {
  if (!Number.isFinite(value))
    throw new Fault('json.not-serialisable', `the number \`${value}\` has no JSON form`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new Fault('json.not-serialisable', `the integer \`${value}\` is beyond 2^53 and not exact`);
  }
  // RFC 8785 §3.2.2.3: ECMAScript Number::toString; -0 becomes 0.
  return String(value === 0 ? 0 : value);
}
