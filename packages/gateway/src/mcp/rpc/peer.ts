/** One JSON-RPC peer, whichever side it is on: asking it, telling it, answering it. */
import type { Writable } from 'node:stream';
import { Fault, type JsonObject } from '@writ/core';
import type { ClientChannel } from './channel.ts';
import { PendingRequests } from './pending-requests.ts';
import type { RpcAnswer, RpcErrorObject, RpcId } from './message.ts';
import { RpcWriter } from './writer.ts';

/** Longest text of a reason that is passed on, in UTF-16 units. */
const MAX_REASON_LENGTH = 500;

/** Sends to one peer and matches its answers. */
export class RpcPeer implements ClientChannel {
  readonly #writer: RpcWriter;
  readonly #pending = new PendingRequests();

  constructor(stream: Writable) {
    this.#writer = new RpcWriter(stream);
  }

  get isFull(): boolean {
    return this.#writer.isFull;
  }

  get isClosed(): boolean {
    return this.#writer.isClosed;
  }

  drained(): Promise<void> {
    return this.#writer.drained();
  }

  /**
   * Asks, and resolves with the answer. When `signal` aborts first, the peer is sent `notifications/cancelled` and this rejects with
   * `guard.aborted`; a string as the signal's reason is passed on. Rejects with the fault of {@link close} when the peer is gone.
   * `sent` is told the id under which it went.
   */
  async request(
    method: string,
    params: JsonObject | undefined,
    signal?: AbortSignal,
    sent?: (id: RpcId) => void,
  ): Promise<RpcAnswer> {
    if (signal?.aborted === true) throw aborted(method);
    const { id, answer } = this.#pending.open((fresh) => this.#writer.request(fresh, method, params));
    sent?.(id);
    const cancel = (): void => {
      this.#pending.drop(id, aborted(method));
      // MCP: `initialize` is never cancelled.
      if (method !== 'initialize') this.#cancel(id, signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Tells; dropped where too much waits already, because nobody waits for a notification. `false` then. */
  notify(method: string, params?: JsonObject): boolean {
    try {
      this.#writer.notify(method, params);
      return true;
    } catch {
      return false;
    }
  }

  answer(id: RpcId | null, answer: RpcAnswer): void {
    this.#writer.answer(id, answer);
  }

  fail(id: RpcId | null, error: RpcErrorObject): void {
    this.#writer.fail(id, error);
  }

  /** Takes an answer from the peer; `false` where nobody waits for it. */
  settle(id: RpcId, answer: RpcAnswer): boolean {
    return this.#pending.settle(id, answer);
  }

  /** Everything that waits rejects with `why`, and so does everything asked later. Idempotent. */
  giveUp(why: Fault): void {
    this.#pending.failAll(why);
  }

  /** Resolves once everything sent was handed over to the stream, or it is gone. */
  flushed(): Promise<void> {
    return this.#writer.flushed();
  }

  /** Gives up what waits, and ends the stream. Idempotent. */
  close(why: Fault): void {
    this.giveUp(why);
    this.#writer.end();
  }

  #cancel(requestId: RpcId, reason: unknown): void {
    const text =
      typeof reason === 'string' ? { reason: reason.slice(0, MAX_REASON_LENGTH).toWellFormed() } : {};
    this.notify('notifications/cancelled', { requestId, ...text });
  }
}

function aborted(method: string): Fault {
  return new Fault('guard.aborted', `\`${method.slice(0, 60)}\` was given up before its answer came`);
}
