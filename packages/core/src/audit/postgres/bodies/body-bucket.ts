/** A bucket of sealed bodies: ciphertexts alone. Each body's own key, wrapped, stays in the database, and without it nobody reads what lies in the bucket. */
import { Fault } from '../../../kernel/index.ts';
import type { ObjectStore } from '../../publish/index.ts';

/** Largest ciphertext read, in bytes: four for each of the 16 Mi units of a body. */
export const MAX_SEALED_BODY_BYTES = 67_108_864;
/** Digits of an index: as many as the largest safe integer has. */
const INDEX_DIGITS = 16;

/** Where bodies are moved to. One log has one bucket for them, or one prefix of it, and never the one that it is published to. */
export interface BodyBucket {
  /** Without object lock and, to be erased for good, without versions. */
  readonly store: ObjectStore;
  /** Reads an object and blocks this thread until it is there: readers of a log are synchronous. `undefined` where none is; throws `log.unavailable` past a deadline. */
  getNow(name: string, maximum: number): Uint8Array | undefined;
}

/** The object of the body of entry `index`. */
export function bodyName(index: number): string {
  return `bodies/${String(index).padStart(INDEX_DIGITS, '0')}`;
}

/** Throws `config.invalid` for a bucket that would keep bodies from being erased. */
export function requireErasable({ store }: BodyBucket): void {
  if (!store.isLocked) return;
  throw new Fault('config.invalid', 'bodies must be erasable, and the bucket for them has an object lock', {
    hint: 'give them a bucket of their own, opened with `objectLock: none`',
  });
}
