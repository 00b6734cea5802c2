/** Values to and from Cedar's JSON form, in which entities and extension values are written out (`__entity`, `__extn`). */
import { Fault } from '../../kernel/index.ts';
import { Datetime } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { Duration } from './duration.ts';
import type { ExactJson } from './exact-json.ts';
import { constructValue, isConstructor } from './extension.ts';
import { IpAddress } from './ip-address.ts';
import { isLong, toLong } from './long.ts';
import { Uid } from './uid.ts';
import { CedarSet, isRecord, newRecord, type CedarRecord, type Value } from './value.ts';

/** Deepest nesting of a value. */
export const MAX_VALUE_DEPTH = 64;

const TYPE_NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*$/;

type Members = { readonly [name: string]: ExactJson };

/** The value of `json`. Throws `policy.query` for null, fractions, lone surrogates, wrong escapes and what is nested too deeply. */
export function valueFromJson(json: ExactJson, depth = 0): Value {
  if (depth > MAX_VALUE_DEPTH) throw refused('is nested too deeply');
  if (typeof json === 'boolean') return json;
  if (typeof json === 'string') return wellFormed(json);
  if (typeof json === 'number') {
    if (!Number.isSafeInteger(json))
      throw refused(`holds the number \`${json}\`, which is not an exact integer`);
    return json + 0;
  }
  if (typeof json === 'bigint') {
    const long = toLong(json);
    if (long === undefined) throw refused('holds an integer outside 64 bits');
    return long;
  }
  if (json === null) throw refused('holds null, which Cedar has no value for');
  if (Array.isArray(json)) return setFromJson(json as readonly ExactJson[], depth);
  return fromMembers(json as Members, depth);
}

function setFromJson(json: readonly ExactJson[], depth: number): CedarSet {
  const elements: Value[] = [];
  for (const member of json) elements.push(valueFromJson(member, depth + 1));
  return new CedarSet(elements);
}

/** The record of `json`, as {@link valueFromJson}. */
export function recordFromJson(json: Members, depth = 0): CedarRecord {
  const record = newRecord();
  for (const name of Object.keys(json)) {
    const member = json[name] ?? null;
    const isShort = typeof member === 'string' && member.isWellFormed();
    record[wellFormed(name)] = isShort ? member : valueFromJson(member, depth + 1);
  }
  return record;
}

function fromMembers(json: Members, depth: number): Value {
  const { __entity: entity, __extn: extension, __expr: expression } = json;
  if (entity !== undefined) return uidFromJson(entity);
  if (extension !== undefined) return extensionFromJson(extension, depth);
  if (expression !== undefined) throw refused('holds `__expr`, which is no longer accepted');
  return recordFromJson(json, depth);
}

function uidFromJson(json: ExactJson): Uid {
  const { type, id } = (typeof json === 'object' && json !== null ? json : {}) as Members;
  if (typeof type !== 'string' || typeof id !== 'string')
    throw refused('holds an `__entity` that is not `{"type": …, "id": …}`');
  // INVARIANT: keys of uids and of scopes are told apart by characters that no type has.
  if (!TYPE_NAME.test(type)) throw refused('holds an `__entity` whose type is no name');
  return new Uid(type, wellFormed(id));
}

function extensionFromJson(json: ExactJson, depth: number): Value {
  const { fn, arg, args } = (typeof json === 'object' && json !== null ? json : {}) as Members;
  if (fn === 'offset' && Array.isArray(args)) return offsetFromJson(args as readonly ExactJson[], depth);
  if (typeof fn !== 'string' || !isConstructor(fn) || typeof arg !== 'string')
    throw refused('holds an `__extn` that is not `{"fn": …, "arg": …}` of a known function');
  const value = constructValue(fn, arg);
  if (value === undefined) throw refused(`holds \`${fn}("${arg.slice(0, 60)}")\`, which is no ${fn}`);
  return value;
}

/** A datetime beyond the years that have a text: another one and a duration. */
function offsetFromJson(args: readonly ExactJson[], depth: number): Value {
  const [instant, by, ...others] = args.map((arg) => valueFromJson(arg, depth + 1));
  const sum = instant instanceof Datetime && by instanceof Duration ? instant.offset(by) : undefined;
  if (sum === undefined || others.length > 0)
    throw refused('holds an `offset` that is not a datetime and a duration within 64 bits');
  return sum;
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw refused('holds a lone surrogate');
}

function refused(what: string): Fault {
  return new Fault('policy.query', `the request ${what}`);
}

/** The JSON form of `value`, extension values and entities written out; BigInts for Longs beyond 2^53. */
export function valueToJson(value: Value): ExactJson {
  if (typeof value !== 'object') return value;
  if (isLong(value)) return value;
  if (value instanceof Uid) return { __entity: { type: value.type, id: value.id } };
  if (value instanceof CedarSet) return value.elements.map(valueToJson);
  if (value instanceof Decimal) return { __extn: { fn: 'decimal', arg: value.toString() } };
  if (value instanceof IpAddress) return { __extn: { fn: 'ip', arg: value.toString() } };
  if (value instanceof Datetime) return datetimeToJson(value);
  if (value instanceof Duration) return { __extn: { fn: 'duration', arg: value.toString() } };
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, valueToJson(member)]));
  return value satisfies never;
}

/** Years from 0 to 9999 have a text; beyond, the first instant of 1970 and what is between. */
function datetimeToJson(value: Datetime): ExactJson {
  const text = value.toString();
  if (Datetime.parse(text) !== undefined) return { __extn: { fn: 'datetime', arg: text } };
  const by = new Duration(value.epoch);
  return { __extn: { fn: 'offset', args: [valueToJson(new Datetime(0)), valueToJson(by)] } };
}
