/** Requests of ours that wait for an answer from one peer. */
import type { Fault } from '@writ/core';
import { idKey, type RpcAnswer, type RpcId } from './message.ts';

interface Waiting {
  readonly resolve: (answer: RpcAnswer) => void;
  readonly reject: (reason: Fault) => void;
}

/** Gives out ids and matches answers to them. Ids are integers from 1, never used twice. */
export class PendingRequests {
  readonly #waiting = new Map<string, Waiting>();
  #nextId = 1;
  #ended: Fault | undefined;

  get size(): number {
    return this.#waiting.size;
  }

  /** Sends by calling `send` with a fresh id; `answer` settles with what comes back. Throws the fault of {@link failAll}, or what `send` throws. */
  open(send: (id: number) => void): { readonly id: number; readonly answer: Promise<RpcAnswer> } {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = new Promise<RpcAnswer>((resolve, reject) => {
      this.#waiting.set(idKey(id), { resolve, reject });
    });
    // Whoever opened it awaits it; a fault before that must not end the process.
    answer.catch(() => {});
    try {
      send(id);
    } catch (thrown) {
      this.#waiting.delete(idKey(id));
      throw thrown;
    }
    return { id, answer };
  }

  /** Hands over an answer. `false` for one that nobody waits for: late, or never asked. */
  settle(id: RpcId, answer: RpcAnswer): boolean {
    const waiting = this.#waiting.get(idKey(id));
    this.#waiting.delete(idKey(id));
    waiting?.resolve(answer);
    return waiting !== undefined;
  }

  /** Gives one up; its answer will be ignored. */
  drop(id: RpcId, why: Fault): void {
    const waiting = this.#waiting.get(idKey(id));
    this.#waiting.delete(idKey(id));
    waiting?.reject(why);
  }

  /** The peer is gone: everything that waits, and everything asked later, rejects with `why`. */
  failAll(why: Fault): void {
    this.#ended ??= why;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) one.reject(why);
  }
}
