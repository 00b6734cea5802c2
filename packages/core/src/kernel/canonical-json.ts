/** RFC 8785 JSON Canonicalization Scheme (JCS): one text for one value, so that equal values hash equally. */
import { Fault } from './fault.ts';
import { isPlainObject, type JsonValue } from './json.ts';

/** Deepest nesting that is serialised; deeper is a fault, never a stack overflow. */
const MAX_DEPTH = 256;
/** Most keys that are put in order one by one; past it the work would grow with the square of their number. */
const MAX_INSERTED_KEYS = 16;
/** Keys that are remembered as they are written, and the longest of them in UTF-16 units. */
const MAX_KEPT_KEYS = 1_024;
const MAX_KEPT_KEY_LENGTH = 64;
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
  const keys = inOrder(Object.keys(object));
  if (keys.length === 0) return '{}';
  let text = '';
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const { first, next } = openingOf(key);
    text += (index === 0 ? first : next) + serialise(object[key] as JsonValue, depth + 1);
  }
  return `${text}}`;
}

/** `keys` by their UTF-16 units, sorted in place: most are few and nearly so. */
function inOrder(keys: string[]): readonly string[] {
  if (keys.length > MAX_INSERTED_KEYS) return keys.sort();
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] as string;
    let at = index;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

/** What stands before a member's value, for the first member of an object and for a later one. */
interface Opening {
  readonly first: string;
  readonly next: string;
}

/** The same few keys are written again and again. Bounded: when it is full, all are forgotten and written anew. */
const OPENINGS = new Map<string, Opening>();

function openingOf(key: string): Opening {
  const known = OPENINGS.get(key);
  if (known !== undefined) return known;
  const name = `${serialiseString(key)}:`;
  const opening = { first: `{${name}`, next: `,${name}` };
  if (key.length > MAX_KEPT_KEY_LENGTH) return opening;
  if (OPENINGS.size >= MAX_KEPT_KEYS) OPENINGS.clear();
  OPENINGS.set(key, opening);
  return opening;
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
