/** What an expression evaluates to, and the values that hold others: records and sets. */
import { Datetime } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { Duration } from './duration.ts';
import { IpAddress } from './ip-address.ts';
import type { Long } from './long.ts';
import { Uid } from './uid.ts';

/** A value of Cedar; immutable. */
export type Value =
  | boolean
  | string
  | Long
  | Uid
  | CedarSet
  | CedarRecord
  | Decimal
  | IpAddress
  | Datetime
  | Duration;

/** Names to values, immutable by convention. Its prototype is empty, so `toString` and `__proto__` are names like any other. */
export interface CedarRecord {
  readonly [name: string]: Value;
}

/** The constructor gives all records one hidden class to start from. */
// oxlint-disable-next-line typescript/no-extraneous-class -- the class is what tells a record from other values
const RecordShape = function RecordShape(): void {} as unknown as new () => Record<string, Value>;
RecordShape.prototype = Object.freeze(Object.create(null) as Record<string, Value>);

/** A new record that its maker may still fill. */
export function newRecord(): Record<string, Value> {
  return new RecordShape();
}

/** The record of `entries`; where a name stands twice the last counts. */
export function makeRecord(entries: Iterable<readonly [string, Value]>): CedarRecord {
  const record = new RecordShape();
  for (const [name, value] of entries) record[name] = value;
  return record;
}

/** Whether `value` is a record. */
export function isRecord(value: unknown): value is CedarRecord {
  return value instanceof RecordShape;
}

/** The record without names. */
export const EMPTY_RECORD: CedarRecord = new RecordShape();

/** From how many elements on a set keeps an index of them; below, looking through them is as fast and costs nothing to make. */
const INDEXED_FROM = 12;

/** An immutable set. */
export class CedarSet {
  /** Each element once, in the order first seen. */
  readonly elements: readonly Value[];
  /** Keys of the elements. Absent for small sets, unless they hold sets or records: those cannot be compared in pairs in bounded time. */
  readonly #index: ReadonlySet<unknown> | undefined;

  constructor(elements: readonly Value[]) {
    if (elements.length < INDEXED_FROM && !elements.some(isNested)) {
      this.elements = unique(elements);
      this.#index = undefined;
      return;
    }
    const index = new Set<unknown>();
    const kept = elements.filter((element) => {
      const { size } = index;
      index.add(indexKey(element));
      return index.size > size;
    });
    this.elements = kept;
    this.#index = index;
  }

  get size(): number {
    return this.elements.length;
  }

  has(value: Value): boolean {
    if (this.#index !== undefined) return this.#index.has(indexKey(value));
    return this.elements.some((element) => equalValues(element, value));
  }

  /** As {@link has}, of a text, number or truth value. */
  hasPlain(value: Exclude<Value, object>): boolean {
    if (this.#index !== undefined) return this.#index.has(indexKey(value));
    return this.elements.includes(value);
  }

  hasAll(other: CedarSet): boolean {
    return other.size <= this.size && other.elements.every((element) => this.has(element));
  }

  hasAny(other: CedarSet): boolean {
    return other.size <= this.size
      ? other.elements.some((element) => this.has(element))
      : this.elements.some((element) => other.has(element));
  }
}

/** The elements, each once; the list itself where none stands twice. */
function unique(elements: readonly Value[]): readonly Value[] {
  for (let at = 1; at < elements.length; at += 1)
    if (isAmong(elements, at, elements[at] as Value)) return kept(elements);
  return elements;
}

function kept(elements: readonly Value[]): readonly Value[] {
  return elements.filter((element, at) => !isAmong(elements, at, element));
}

/** Whether one of the first `end` elements equals `value`. */
function isAmong(elements: readonly Value[], end: number, value: Value): boolean {
  for (let at = 0; at < end; at += 1) {
    const other = elements[at] as Value;
    if (other === value || (typeof value === 'object' && equalValues(other, value))) return true;
  }
  return false;
}

function isNested(value: Value): boolean {
  return typeof value === 'object' && (value instanceof CedarSet || isRecord(value));
}

/** What an index finds a value by; two values share it where they are equal. Texts, uids and other objects are kept apart by how they begin: a type begins with a letter. */
function indexKey(value: Value): unknown {
  if (typeof value === 'string') return value.startsWith('\0') ? `\0\0${value}` : value;
  if (typeof value !== 'object') return value;
  return value instanceof Uid ? `\0${value.key}` : `\0\u0001${canonical(value)}`;
}

/** A text that equal values share and others do not; linear in the value but for the sorting, and the nesting is bounded. */
function canonical(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uid) return `uid${JSON.stringify([value.type, value.id])}`;
  if (value instanceof CedarSet) return `[${value.elements.map(canonical).toSorted().join()}]`;
  if (isRecord(value)) {
    const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`);
    return `{${members.toSorted().join()}}`;
  }
  if (value instanceof Decimal) return `decimal ${value.units}`;
  if (value instanceof Datetime) return `datetime ${value.epoch}`;
  if (value instanceof Duration) return `duration ${value.milliseconds}`;
  if (value instanceof IpAddress) return `ip${value.version} ${value.address}/${value.prefix}`;
  return value satisfies never;
}

/** Whether two values are equal. */
export function equalValues(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left instanceof Uid) return right instanceof Uid && left.id === right.id && left.type === right.type;
  if (left instanceof CedarSet)
    return right instanceof CedarSet && left.size === right.size && left.hasAll(right);
  if (isRecord(left)) return isRecord(right) && equalRecords(left, right);
  if (left instanceof Decimal) return right instanceof Decimal && left.units === right.units;
  if (left instanceof Datetime) return right instanceof Datetime && left.epoch === right.epoch;
  if (left instanceof Duration) return right instanceof Duration && left.milliseconds === right.milliseconds;
  if (left instanceof IpAddress)
    return (
      right instanceof IpAddress &&
      left.version === right.version &&
      left.prefix === right.prefix &&
      left.address === right.address
    );
  return left satisfies never;
}

function equalRecords(left: CedarRecord, right: CedarRecord): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const [one, other] = [left[name], right[name]];
    return one !== undefined && other !== undefined && equalValues(one, other);
  });
}
