/** Records and erasure in memory. */
import { type JsonValue, toHex } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { Hold, HoldAnswer, RecordCollection, StateRecord } from '../../model/index.ts';
import type { StoredBody } from '../seal/index.ts';
import type { PeopleTables } from './tables.ts';

/** A hold whose status and answers change. */
export type MutableHold = Omit<Hold, 'answers' | 'status' | 'requesters'> & {
  status: Hold['status'];
  answers: HoldAnswer[];
  requesters: readonly string[];
};

/** A body of a log in memory, sealed or not, and whom it concerns. */
export interface MemoryBody {
  sealed: StoredBody | string | undefined;
  readonly tags: Set<string>;
}
export type MemoryBodies = Map<number, MemoryBody>;

/** The tag of a concern: nothing of it outlives the process, so it needs no key. */
export function memoryTag(concern: string): string {
  return sha256Hex(concern);
}

/** See {@link PeopleTables}. */
export class MemoryPeople implements PeopleTables {
  readonly #records = new Map<RecordCollection, Map<string, StateRecord>>();
  readonly #bodies: MemoryBodies;
  readonly #hold: (index: number) => MutableHold | undefined;

  constructor(bodies: MemoryBodies, hold: (index: number) => MutableHold | undefined) {
    this.#bodies = bodies;
    this.#hold = hold;
  }

  record(collection: RecordCollection, key: string): StateRecord | undefined {
    return this.#records.get(collection)?.get(key);
  }

  records(collection: RecordCollection): readonly StateRecord[] {
    const all = [...(this.#records.get(collection)?.values() ?? [])];
    return all.toSorted((left, right) => (left.key < right.key ? -1 : 1));
  }

  putRecord(collection: RecordCollection, key: string, value: JsonValue, index: number): void {
    const present = this.#records.get(collection) ?? new Map<string, StateRecord>();
    this.#records.set(collection, present.set(key, { key, value, index }));
  }

  deleteRecord(collection: RecordCollection, key: string): void {
    this.#records.get(collection)?.delete(key);
  }

  wrapping(index: number): Uint8Array | undefined {
    const sealed = this.#bodies.get(index)?.sealed;
    return typeof sealed === 'string' ? new Uint8Array() : sealed?.wrapped;
  }

  destroyBody(index: number): void {
    const body = this.#bodies.get(index);
    if (body !== undefined) body.sealed = undefined;
  }

  replaceBody(index: number, stored: StoredBody): void {
    const body = this.#bodies.get(index);
    if (body !== undefined) body.sealed = stored;
  }

  dropConcern(tag: Uint8Array, index: number): void {
    this.#bodies.get(index)?.tags.delete(toHex(tag));
  }

  putRequesters(hold: number, requesters: readonly string[]): void {
    const present = this.#hold(hold);
    if (present !== undefined) present.requesters = requesters;
  }

  forgetAnswer(hold: number, keyId: string): void {
    const present = this.#hold(hold);
    if (present === undefined) return;
    present.answers = present.answers.map((answer) =>
      answer.keyId === keyId ? { ...answer, approver: '', statement: '', signature: '' } : answer,
    );
  }
}
