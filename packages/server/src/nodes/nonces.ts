/** Nonces of proofs, each taken once, whichever server is asked: those that come at the same instant are written together, since hundreds of nodes ask at once. */
import { createHash } from 'node:crypto';
import { NODE_PROOF_MAX_AGE_MS, type ReadProof } from '@writ/core';
import type { Plane } from '../plane.ts';

/** Most rows of one statement. */
const MOST_ROWS = 500;

/** One that waits to be written. */
interface Waiting {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly resolve: (isFirst: boolean) => void;
  readonly reject: (fault: unknown) => void;
}

const QUEUES = new WeakMap<Plane, NonceQueue>();

/** Whether nobody has shown this nonce of the node; whoever asks first uses it up. Durable when it resolves `true`. Rejects where the tables cannot be written. */
export function isFirstShown(plane: Plane, proof: ReadProof, now: number): Promise<boolean> {
  const queue = QUEUES.get(plane) ?? new NonceQueue(plane.tables);
  QUEUES.set(plane, queue);
  const id = createHash('sha256')
    .update(JSON.stringify([proof.organisation, proof.node, proof.nonce]))
    .digest('hex');
  // By the server's clock and the proof's: it is kept for as long as either would take the proof.
  return queue.take(id, Math.max(proof.at, now) + 2 * NODE_PROOF_MAX_AGE_MS);
}

class NonceQueue {
  readonly #tables: Plane['tables'];
  /** By id, and so no id twice in one statement. */
  #waiting = new Map<string, Waiting>();
  #isWriting = false;

  constructor(tables: Plane['tables']) {
    this.#tables = tables;
  }

  take(id: string, expires: number): Promise<boolean> {
    // INVARIANT: of two that wait at once the first is the one that counts; whether it was shown before says the statement.
    if (this.#waiting.has(id)) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { id, expires, resolve, reject });
      if (this.#isWriting) return;
      this.#isWriting = true;
      // What arrives in this turn goes together.
      setImmediate(() => void this.#write());
    });
  }

  async #write(): Promise<void> {
    while (this.#waiting.size > 0) {
      const all = [...this.#waiting.values()];
      this.#waiting = new Map();
      for (let from = 0; from < all.length; from += MOST_ROWS)
        await this.#insert(all.slice(from, from + MOST_ROWS));
    }
    this.#isWriting = false;
  }

  async #insert(batch: readonly Waiting[]): Promise<void> {
    try {
      const kept = await this.#tables
        .insertInto('seen_nonces')
        .values(batch.map(({ id, expires }) => ({ id, expires })))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id')
        .execute();
      const first = new Set(kept.map(({ id }) => id));
      for (const { id, resolve } of batch) resolve(first.has(id));
    } catch (fault) {
      for (const { reject } of batch) reject(fault);
    }
  }
}
