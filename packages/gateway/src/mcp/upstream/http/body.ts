/** Bodies of responses: one JSON text, or a stream of server-sent events; both bounded. */
import { Fault } from '@writ/core';
import { createParser, type EventSourceParser } from 'eventsource-parser';
import { decodeText, type MalformedLine, MAX_LINE_BYTES, type RpcMessage } from '../../rpc/index.ts';
import type { BodySink } from './exchange.ts';

/** Collects a body of at most {@link MAX_LINE_BYTES} and hands it over whole. */
export class WholeBody implements BodySink {
  readonly #server: string;
  readonly #whole: (bytes: Uint8Array) => void;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(server: string, whole: (bytes: Uint8Array) => void) {
    this.#server = server;
    this.#whole = whole;
  }

  data(chunk: Buffer): undefined {
    this.#length += chunk.length;
    if (this.#length > MAX_LINE_BYTES) throw tooLarge(this.#server);
    this.#chunks.push(chunk);
  }

  end(): void {
    const [only, ...more] = this.#chunks;
    this.#whole(only === undefined || more.length > 0 ? Buffer.concat(this.#chunks) : only);
    this.#chunks = [];
  }
}

/** Who takes the events of a stream. */
export interface EventTaker {
  /** A message in an event. */
  take(message: RpcMessage | MalformedLine): void;
  /** What must settle before more is read. */
  busy(): Promise<void> | undefined;
  /** An event had this id. */
  seen(eventId: string): void;
  /** The server says how long to wait before coming back, in milliseconds. */
  retry(ms: number): void;
}

/** Reads server-sent events (WHATWG HTML §9.2) with one message each. */
export class EventBody implements BodySink {
  readonly #server: string;
  readonly #taker: EventTaker;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #parser: EventSourceParser;
  #isTooLarge = false;

  constructor(server: string, taker: EventTaker) {
    this.#server = server;
    this.#taker = taker;
    this.#parser = createParser({
      maxBufferSize: MAX_LINE_BYTES,
      onEvent: ({ id, event, data }) => {
        if (id !== undefined) taker.seen(id);
        if (data === '' || (event !== undefined && event !== 'message')) return;
        const message = decodeText(data);
        if (message !== undefined) taker.take(message);
      },
      onRetry: (ms) => taker.retry(ms),
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#isTooLarge = true;
      },
    });
  }

  data(chunk: Buffer): Promise<void> | undefined {
    let text: string;
    try {
      text = this.#decoder.decode(chunk, { stream: true });
    } catch {
      throw new Fault('upstream.protocol', `server \`${this.#server}\` sent a stream that is not UTF-8`, {
        server: this.#server,
      });
    }
    this.#parser.feed(text);
    if (this.#isTooLarge) throw tooLarge(this.#server);
    return this.#taker.busy();
  }

  end(): void {
    // An event that its empty line never ended does not count (WHATWG HTML §9.2.6).
  }
}

function tooLarge(server: string): Fault {
  const problem = `server \`${server}\` sent a message longer than ${MAX_LINE_BYTES} bytes`;
  return new Fault('rpc.too-large', problem, { server });
}
