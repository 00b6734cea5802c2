/** One server-sent event stream (WHATWG HTML, "Server-sent events") on one HTTP response. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { JsonObject, Timers } from '@writ/core';
import { KEEP_ALIVE_MS, MAX_WAITING_BYTES } from '../limits.ts';

/** One event. */
export interface StreamEvent {
  /** For resumption; absent where the stream cannot be resumed. */
  readonly id?: string;
  /** Absent for an event that only carries its id. */
  readonly message?: JsonObject;
  /** How long a client should wait before it comes back, in milliseconds. */
  readonly retryMs?: number;
}

/** Writes events; comments keep an idle connection open. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #timers: Timers;
  readonly #onKeepAlive: () => void;
  #cancelKeepAlive: () => void = () => {};
  #isEnded = false;

  /** Sends the head at once; `onKeepAlive` is called each {@link KEEP_ALIVE_MS} while it is open. */
  constructor(
    response: ServerResponse,
    timers: Timers,
    headers: OutgoingHttpHeaders = {},
    onKeepAlive: () => void = () => {},
  ) {
    this.#response = response;
    this.#timers = timers;
    this.#onKeepAlive = onKeepAlive;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      // Proxies of the nginx kind would hold events back otherwise.
      'x-accel-buffering': 'no',
      ...headers,
    });
    response.flushHeaders();
    response.on('close', () => this.#stop());
    this.#keepAlive();
  }

  /** Whether nothing more can be written. */
  get isClosed(): boolean {
    return this.#isEnded || this.#response.destroyed;
  }

  /** Whether the client does not keep up. */
  get isFull(): boolean {
    return !this.isClosed && this.#response.writableNeedDrain;
  }

  /** Resolves once more may be written, or nothing more ever. */
  drained(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done).off('close', done);
        resolve();
      };
      this.#response.on('drain', done).on('close', done);
    });
  }

  /** Writes one event; `false` where it was dropped. `isVital` ones, answers and requests, are never dropped while the stream is open. */
  write(event: StreamEvent, isVital: boolean): boolean {
    if (this.isClosed) return false;
    if (!isVital && this.#response.writableLength > MAX_WAITING_BYTES) return false;
    this.#response.write(textOf(event));
    return true;
  }

  /** Ends the stream; `last` goes before. Idempotent. */
  end(last?: StreamEvent): void {
    if (this.isClosed) return;
    if (last !== undefined) this.#response.write(textOf(last));
    this.#isEnded = true;
    this.#stop();
    this.#response.end();
  }

  #keepAlive(): void {
    this.#cancelKeepAlive = this.#timers.after(KEEP_ALIVE_MS, () => {
      if (this.isClosed) return;
      if (!this.#response.writableNeedDrain) this.#response.write(': keep-alive\n\n');
      this.#keepAlive();
      this.#onKeepAlive();
    });
  }

  #stop(): void {
    this.#cancelKeepAlive();
  }
}

/** INVARIANT: JSON text holds no line break, so one `data` line holds a whole message. */
function textOf({ id, message, retryMs }: StreamEvent): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${retryMs === undefined ? '' : `retry: ${retryMs}\n`}`;
  return message === undefined
    ? `${head}data: \n\n`
    : `event: message\n${head}data: ${JSON.stringify(message)}\n\n`;
}
