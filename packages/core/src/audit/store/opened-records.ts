/** Records that were opened, kept for as long as their rows are sealed as they were: who lists them again and again opens each once. */
import type { JsonValue } from '../../kernel/index.ts';
import type { RecordCollection, StateRecord } from '../../model/index.ts';
import type { StateBox } from '../seal/index.ts';
import { recordPlace } from './sealed-places.ts';

/** Most that are kept of one collection, and the longest of them as it is sealed, in bytes; others are opened each time. */
const MOST_KEPT = 10_000;
const MAX_KEPT_BYTES = 8_192;

/** A record as its row has it. */
export interface SealedRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly index: number;
}

interface Kept {
  readonly sealed: Uint8Array;
  readonly record: StateRecord;
}

/** Opens records. What is answered for a row is mostly the same object for as long as the row is the same. */
export class OpenedRecords {
  readonly #box: StateBox;
  readonly #kept = new Map<RecordCollection, Map<string, Kept>>();

  constructor(box: StateBox) {
    this.#box = box;
  }

  /** The record of one row; `undefined` for none. Throws as `StateBox.open`. */
  open(collection: RecordCollection, key: string, row: SealedRecord | undefined): StateRecord | undefined {
    const kept = this.#kept.get(collection) ?? new Map<string, Kept>();
    this.#kept.set(collection, kept);
    if (row === undefined) {
      kept.delete(key);
      return undefined;
    }
    const opened = this.#reopen(collection, kept.get(key), row);
    if (kept.has(key) || kept.size < MOST_KEPT) keep(kept, opened);
    return opened.record;
  }

  /** The records of all rows of `collection`, in their order; what is gone is forgotten. Throws as `StateBox.open`. */
  openAll(collection: RecordCollection, rows: readonly SealedRecord[]): readonly StateRecord[] {
    const before = this.#kept.get(collection);
    const kept = new Map<string, Kept>();
    const records = rows.map((row) => {
      const opened = this.#reopen(collection, before?.get(row.key), row);
      if (kept.size < MOST_KEPT) keep(kept, opened);
      return opened.record;
    });
    this.#kept.set(collection, kept);
    return records;
  }

  /** INVARIANT: the same bytes in the same place are the same value. One byte of another is opened anew, and refused where it was altered. */
  #reopen(
    collection: RecordCollection,
    kept: Kept | undefined,
    { key, value: sealed, index }: SealedRecord,
  ): Kept {
    if (kept !== undefined && kept.record.index === index && Buffer.compare(kept.sealed, sealed) === 0)
      return kept;
    const [text = 'null'] = this.#box.open(recordPlace(collection, key), sealed);
    return { sealed, record: { key, value: JSON.parse(text) as JsonValue, index } };
  }
}

function keep(kept: Map<string, Kept>, opened: Kept): void {
  const { key } = opened.record;
  if (opened.sealed.length <= MAX_KEPT_BYTES) kept.set(key, opened);
  else kept.delete(key);
}
