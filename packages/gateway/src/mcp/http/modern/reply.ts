/** The answer to one modern request: whole where nothing comes before it, else the end of an event stream. */
import type { ServerResponse } from 'node:http';
import type { JsonObject, Timers } from '@writ/core';
import {
  type ClientChannel,
  HEADER_MISMATCH,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  MISSING_CLIENT_CAPABILITY,
  type RpcAnswer,
  type RpcId,
  UNSUPPORTED_PROTOCOL_VERSION,
} from '../../rpc/index.ts';
import { KEEP_ALIVE_MS } from '../limits.ts';
import { type EventStream, writeAnswer } from '../wire/index.ts';

/** Errors that MCP 2026-07-28 gives a status of their own; all others are answers like any (HTTP 200). */
const STATUS_OF_ERROR: ReadonlyMap<number, number> = new Map([
  [METHOD_NOT_FOUND, 404],
  [INVALID_REQUEST, 400],
  [HEADER_MISMATCH, 400],
  [MISSING_CLIENT_CAPABILITY, 400],
  [UNSUPPORTED_PROTOCOL_VERSION, 400],
]);

/** Opens an event stream, counted; `undefined` where too many are open. */
export type OpenStream = (response: ServerResponse) => EventStream | undefined;

/** The channel of one request. Idle for a while, it becomes a stream, so that nobody between takes it for dead. */
export class ModernReply implements ClientChannel {
  readonly #response: ServerResponse;
  readonly #openStream: OpenStream;
  readonly #cancelTimer: () => void;
  #stream: EventStream | undefined;

  constructor(response: ServerResponse, timers: Timers, openStream: OpenStream) {
    this.#response = response;
    this.#openStream = openStream;
    this.#cancelTimer = timers.after(KEEP_ALIVE_MS, () => void this.#begin());
  }

  get isFull(): boolean {
    return this.#stream?.isFull ?? false;
  }

  async drained(): Promise<void> {
    await this.#stream?.drained();
  }

  notify(method: string, params?: JsonObject): boolean {
    const message = params === undefined ? { jsonrpc: '2.0', method } : { jsonrpc: '2.0', method, params };
    return this.#begin()?.write({ message }, false) ?? false;
  }

  /** A modern server asks nothing on a stream; it answers with what it needs. */
  request(): Promise<RpcAnswer> {
    const message = 'a modern client is asked by a result, not by a request';
    return Promise.resolve({ error: { code: METHOD_NOT_FOUND, message } });
  }

  /** Ends it. */
  answer(id: RpcId, answer: RpcAnswer): void {
    this.#cancelTimer();
    if (this.#stream !== undefined) {
      this.#stream.end({ message: { jsonrpc: '2.0', id, ...answer } });
      return;
    }
    const status = 'error' in answer ? (STATUS_OF_ERROR.get(answer.error.code) ?? 200) : 200;
    writeAnswer(this.#response, id, answer, status);
  }

  /** Nobody reads any more. */
  abandon(): void {
    this.#cancelTimer();
  }

  #begin(): EventStream | undefined {
    if (this.#stream !== undefined || this.#response.headersSent) return this.#stream;
    this.#cancelTimer();
    this.#stream = this.#openStream(this.#response);
    return this.#stream;
  }
}
