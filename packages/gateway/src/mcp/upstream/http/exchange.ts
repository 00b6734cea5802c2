/** One HTTP exchange: a request that goes out whole, and the bounded response to it. */
import type { IncomingHttpHeaders } from 'node:http';
import { Fault, isFault } from '@writ/core';
import type { Dispatcher } from 'undici';

/** Bytes of an unwanted body that are read, so that the connection can be used again; past them it is closed. */
const MAX_DISCARDED_BYTES = 65_536;
/** Codes of the system and of TLS; other text may quote what a server wrote. */
const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,60}$/;

/** Takes a body. */
export interface BodySink {
  /** Returns what must settle before more is read. May throw a fault, which ends the exchange. */
  data(chunk: Buffer): Promise<void> | undefined;
  end(): void;
}

/** Takes a response. Whatever it throws ends the exchange as its fault. */
export interface Reply {
  /** The head came. Returns who takes the body; `undefined` discards it. */
  head(status: number, headers: IncomingHttpHeaders): BodySink | undefined;
  /** It is over, whole or not; told once, and not after {@link Exchange.abort}. */
  over(fault: Fault | undefined): void;
}

/** The handler of one dispatch. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #server: string;
  readonly #reply: Reply;
  #controller: Dispatcher.DispatchController | undefined;
  #sink: BodySink | undefined;
  #discarded = 0;
  #isOver = false;

  constructor(server: string, reply: Reply) {
    this.#server = server;
    this.#reply = reply;
  }

  /** Ends it; its reply hears nothing more. Idempotent. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort(new Error('aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('aborted'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // Informational responses precede the one that counts.
    if (this.#isOver || status < 200) return;
    try {
      this.#sink = this.#reply.head(status, headers);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      if (this.#sink === undefined) {
        this.#discard(chunk.length);
        return;
      }
      const busy = this.#sink.data(chunk);
      if (busy === undefined) return;
      controller.pause();
      void busy.then(() => controller.resume());
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    try {
      this.#sink?.end();
    } catch (thrown) {
      this.#fail(thrown);
      return;
    }
    this.#finish(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#finish(faultOf(this.#server, error));
  }

  #discard(bytes: number): void {
    this.#discarded += bytes;
    if (this.#discarded <= MAX_DISCARDED_BYTES) return;
    this.#finish(undefined);
    this.#controller?.abort(new Error('unwanted'));
  }

  #fail(thrown: unknown): void {
    const fault = isFault(thrown) ? thrown : faultOf(this.#server, thrown);
    this.#finish(fault);
    this.#controller?.abort(fault);
  }

  #finish(fault: Fault | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reply.over(fault);
  }
}

/** The fault for a connection that failed. Its message holds codes and nothing that the other side wrote. */
function faultOf(server: string, thrown: unknown): Fault {
  if (isFault(thrown)) return thrown;
  const code = codeOf(thrown);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new Fault('upstream.timeout', `server \`${server}\` did not answer in time`, { server });
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return new Fault('upstream.timeout', `server \`${server}\` did not take a connection in time`, {
      server,
    });
  if (
    code.startsWith('HPE_') ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
  )
    return new Fault('upstream.protocol', `server \`${server}\` does not speak HTTP (${code})`, { server });
  return new Fault('upstream.closed', `the connection to server \`${server}\` failed (${code})`, { server });
}

function codeOf(thrown: unknown): string {
  const error: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  // undici's parser names most of its errors, and leaves out some codes.
  if (code === undefined && error instanceof Error && error.name === 'HTTPParserError') return 'HPE_INVALID';
  return typeof code === 'string' && ERROR_CODE.test(code) ? code : 'without a reason';
}
