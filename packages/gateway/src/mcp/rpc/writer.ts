/** Writes messages to a byte stream, one line each, and says when the other side cannot keep up. */
import type { Writable } from 'node:stream';
import { Fault, type JsonObject } from '@writ/core';
import type { RpcAnswer, RpcErrorObject, RpcId } from './message.ts';

/** Most bytes that wait for a peer that does not read; more is refused, in bytes. */
export const MAX_WAITING_BYTES: number = 64 * 1024 * 1024;

/** The only writer of one stream. Nothing but JSON-RPC messages ever reaches it. */
export class RpcWriter {
  readonly #stream: Writable;
  #drained: Promise<void> | undefined;
  #closed = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    const close = (): void => {
      this.#closed = true;
    };
    stream.on('close', close);
    // A peer that went away is seen as its end; a write that fails has nobody left to be told.
    stream.on('error', close);
  }

  /** Whether the stream is gone. What is sent then is dropped. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Asks. Throws `bound.exceeded` where too much already waits. */
  request(id: RpcId, method: string, params: JsonObject | undefined): void {
    this.#refuseWhenFull();
    this.#send(
      params === undefined ? { jsonrpc: '2.0', id, method } : { jsonrpc: '2.0', id, method, params },
    );
  }

  /** Tells. Throws `bound.exceeded` where too much already waits. */
  notify(method: string, params: JsonObject | undefined): void {
    this.#refuseWhenFull();
    this.#send(params === undefined ? { jsonrpc: '2.0', method } : { jsonrpc: '2.0', method, params });
  }

  /** Answers. Never refused: as many answers wait at most as requests were taken in. */
  answer(id: RpcId | null, answer: RpcAnswer): void {
    this.#send({ jsonrpc: '2.0', id, ...answer });
  }

  /** Answers with an error. */
  fail(id: RpcId | null, error: RpcErrorObject): void {
    this.answer(id, { error });
  }

  /** Resolves once the stream takes more without queueing, or is gone. */
  async drained(): Promise<void> {
    if (this.#closed || !this.#stream.writableNeedDrain) return;
    this.#drained ??= new Promise<void>((resolve) => {
      const done = (): void => {
        this.#stream.off('drain', done).off('close', done).off('error', done);
        this.#drained = undefined;
        resolve();
      };
      this.#stream.on('drain', done).on('close', done).on('error', done);
    });
    await this.#drained;
  }

  /** Whether the stream asks its writer to wait. */
  get isFull(): boolean {
    return !this.#closed && this.#stream.writableNeedDrain;
  }

  /** Resolves once everything written so far was handed over, or the stream is gone. */
  async flushed(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#stream.on('close', resolve).on('error', resolve);
      this.#stream.write('', () => resolve());
    });
  }

  /** Ends the stream. Idempotent. */
  end(): void {
    if (!this.#closed) this.#stream.end();
    this.#closed = true;
  }

  #refuseWhenFull(): void {
    if (this.#stream.writableLength > MAX_WAITING_BYTES) {
      throw new Fault(
        'bound.exceeded',
        `more than ${MAX_WAITING_BYTES} bytes wait for a peer that does not read`,
      );
    }
  }

  #send(message: JsonObject): void {
    if (this.#closed) return;
    // INVARIANT: the parser bounds nesting, so this neither overflows nor meets anything that is not JSON.
    this.#stream.write(`${JSON.stringify(message)}\n`);
  }
}
