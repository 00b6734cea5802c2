/** Typed objects of one organisation over the log's records. There is no way from here to another organisation's. */
import type { JsonValue, RecordCollection, RecordEffect, StateReader, StateRecord } from '@writ/core';
import type { z } from 'zod';

/** Collections that a control plane administers. */
export type Administered = Exclude<
  RecordCollection,
  'legal_holds' | 'consents' | 'register' | 'notices' | 'cases' | 'erasures'
>;

/** One kind of objects: where they are kept and what they look like. */
export interface CollectionOf<Value> {
  readonly name: Administered;
  readonly schema: z.ZodType<Value>;
}

/** An object with what its place says of it. */
export type Stored<Value> = Value & {
  /** ULID. */
  readonly id: string;
  /** Index of the entry that wrote it last: its entity tag. */
  readonly index: number;
};

/** The objects of one kind in one organisation. */
export interface Collection<Value> {
  get(id: string): Stored<Value> | undefined;
  /** By id, ascending. */
  list(): readonly Stored<Value>[];
  /** Puts an object; refused as `conflict` where the one that stands there is not that of `expects`, `null` for none. */
  put(id: string, value: Value, expects: number | null): RecordEffect;
  /** Removes it, likewise. */
  remove(id: string, expects: number): RecordEffect;
}

/** What reads records; the part of a state reader that is needed. */
export type RecordReads = Pick<StateReader, 'record' | 'records'>;

/** What was made of records, for as long as the log hands out the same ones. */
const PARSED = new WeakMap<StateRecord, object>();

/** The collection `of` in `organisation`, a ULID. */
export function collectionIn<Value extends object>(
  state: RecordReads,
  organisation: string,
  { name, schema }: CollectionOf<Value>,
): Collection<Value> {
  const prefix = `${organisation}/`;
  const read = (record: StateRecord): Stored<Value> => {
    const kept = PARSED.get(record);
    // A record is of one collection, so what was made of it is of this one.
    if (kept !== undefined) return kept as Stored<Value>;
    const stored = Object.freeze({
      ...schema.parse(record.value),
      id: record.key.slice(prefix.length),
      index: record.index,
    });
    PARSED.set(record, stored);
    return stored;
  };
  return {
    get(id) {
      const record = state.record(name, `${prefix}${id}`);
      return record === undefined ? undefined : read(record);
    },
    list: () =>
      state
        .records(name)
        .filter(({ key }) => key.startsWith(prefix))
        .map(read),
    put: (id, value, expects) => ({
      type: 'put_record',
      collection: name,
      key: `${prefix}${id}`,
      value: JSON.parse(JSON.stringify(schema.parse(value))) as JsonValue,
      expects,
    }),
    remove: (id, expects) => ({ type: 'delete_record', collection: name, key: `${prefix}${id}`, expects }),
  };
}
