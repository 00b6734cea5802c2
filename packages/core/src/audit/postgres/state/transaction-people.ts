/** Records as one transaction sees and changes them, and what it erases. */
import type { JsonValue } from '../../../kernel/index.ts';
import type { RecordCollection, StateRecord } from '../../../model/index.ts';
import type { StateBox, StoredBody } from '../../seal/index.ts';
import {
  answerPlace,
  closeRecord,
  DETAILS_COLUMN,
  holdPlace,
  type PeopleTables,
  REQUESTERS_COLUMN,
} from '../../store/index.ts';
import { StateReads } from './state-reads.ts';
import type { StateChanges } from './state-rows.ts';

/** What a batch erases beside the rows of the state. */
export interface BodyChanges {
  /** Bodies that are destroyed, or replaced by another. */
  readonly bodies: Map<number, StoredBody | undefined>;
  readonly dropped: { readonly tag: Uint8Array; readonly index: number }[];
}

/** Wrapped keys of bodies that are there, by index. */
export type PresentBodies = ReadonlyMap<number, Uint8Array>;

/** Over the rows of a transaction; bodies are changed by the statement that stores it. */
export class TransactionPeople implements PeopleTables {
  #erased: BodyChanges = nothing();
  #present: PresentBodies = new Map();
  readonly #rows: StateChanges;
  readonly #box: StateBox;
  readonly #reads: StateReads;

  constructor(rows: StateChanges, box: StateBox) {
    this.#rows = rows;
    this.#box = box;
    this.#reads = new StateReads(rows, box);
  }

  /** What the batch under way erases. */
  get erased(): BodyChanges {
    return this.#erased;
  }

  /** Begins a batch. `present`: which of the bodies that it may erase are there; they are not in memory, so others were asked for them under the lock. */
  begin(present: PresentBodies): void {
    this.#present = present;
    this.#erased = nothing();
  }

  record(collection: RecordCollection, key: string): StateRecord | undefined {
    return this.#reads.record(collection, key);
  }

  records(collection: RecordCollection): readonly StateRecord[] {
    return this.#reads.records(collection);
  }

  putRecord(collection: RecordCollection, key: string, value: JsonValue, index: number): void {
    this.#rows.put('records', [collection, key, closeRecord(this.#box, collection, key, value), index]);
  }

  deleteRecord(collection: RecordCollection, key: string): void {
    this.#rows.take('records', [collection, key]);
  }

  wrapping(index: number): Uint8Array | undefined {
    const { bodies } = this.#erased;
    return bodies.has(index) ? bodies.get(index)?.wrapped : this.#present.get(index);
  }

  destroyBody(index: number): void {
    this.#erased.bodies.set(index, undefined);
  }

  replaceBody(index: number, body: StoredBody): void {
    this.#erased.bodies.set(index, body);
  }

  dropConcern(tag: Uint8Array, index: number): void {
    this.#erased.dropped.push({ tag, index });
  }

  putRequesters(hold: number, requesters: readonly string[]): void {
    const row = this.#rows.get('holds', [hold]);
    if (row === undefined) return;
    const sealed = this.#box.close(holdPlace(hold), requesters);
    this.#rows.put(
      'holds',
      row.map((value, at) => (at === REQUESTERS_COLUMN ? sealed : value)),
    );
  }

  forgetAnswer(hold: number, keyId: string): void {
    const row = this.#rows.get('answers', [hold, keyId]);
    if (row === undefined) return;
    const sealed = this.#box.close(answerPlace(hold, keyId), []);
    this.#rows.put(
      'answers',
      row.map((value, at) => (at === DETAILS_COLUMN ? sealed : value)),
    );
  }
}

function nothing(): BodyChanges {
  return { bodies: new Map(), dropped: [] };
}
