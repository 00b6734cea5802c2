/** What an expression evaluates to, and the values that hold others: records and sets. */
import { Datetime } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { Duration } from './duration.ts';
import { IpAddress } from './ip-address.ts';
import type { Long } from './long.ts';
import { Uid, uidKey } from './uid.ts';

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

/** An immutable set. */
export class CedarSet {
  /** Each element once, in the order first seen. */
  readonly elements: readonly Value[];
  /** Texts, truth values and numbers. */
  readonly #plain: ReadonlySet<unknown>;
  /** Keys of uids. */
  readonly #uids: ReadonlySet<string>;
  /** Everything that is found by comparing. */
  readonly #others: readonly Value[];

  constructor(elements: readonly Value[]) {
    const kept: Value[] = [];
    const plain = new Set<unknown>();
    const uids = new Set<string>();
    const others: Value[] = [];
    for (const element of elements) {
      if (typeof element !== 'object') {
        if (plain.has(element)) continue;
        plain.add(element);
      } else if (element instanceof Uid) {
        const key = uidKey(element);
        if (uids.has(key)) continue;
        uids.add(key);
      } else {
        if (others.some((other) => equalValues(other, element))) continue;
        others.push(element);
      }
      kept.push(element);
    }
    this.elements = kept;
    this.#plain = plain;
    this.#uids = uids;
    this.#others = others;
  }

  get size(): number {
    return this.elements.length;
  }

  has(value: Value): boolean {
    if (typeof value !== 'object') return this.#plain.has(value);
    if (value instanceof Uid) return this.#uids.has(uidKey(value));
    return this.#others.some((other) => equalValues(other, value));
  }

  /** As {@link has}, of a text, number or truth value. */
  hasPlain(value: Exclude<Value, object>): boolean {
    return this.#plain.has(value);
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
