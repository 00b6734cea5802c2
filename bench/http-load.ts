// Load over HTTP/1.1 for the benches: as little work for each request as Node allows, so that the server is what is measured.
import { connect, type Socket } from 'node:net';

import { type Line, type LoadOptions, type LoadResult, runLoad } from './load.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *([0-9]+)/i;
const STATUS = /^HTTP\/1\.1 ([0-9]{3})/;
const CLOSES = /\r\nconnection: *close/i;

/** What is asked of a server. */
export interface HttpAsked {
  readonly port: number;
  /** The bytes of the next request. */
  readonly next: () => Buffer;
  /** The least bytes of a body that is no error; default 0. */
  readonly leastBytes?: number;
}

/** A connection to a server, for answers one after another. */
export class HttpLine implements Line {
  readonly #socket: Socket;
  readonly #asked: HttpAsked;
  #held: Buffer = Buffer.alloc(0);
  #done: ((problem?: string) => void) | undefined;
  #isClosed = false;

  private constructor(socket: Socket, asked: HttpAsked) {
    this.#socket = socket;
    this.#asked = asked;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => this.#end('the connection ended before the answer'));
    socket.on('error', () => {});
  }

  static open(asked: HttpAsked): Promise<HttpLine> {
    return new Promise((resolve, reject) => {
      const socket = connect(asked.port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new HttpLine(socket, asked));
      });
      socket.once('error', reject);
    });
  }

  /** Servers end connections that idle. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  ask(done: (problem?: string) => void): void {
    if (this.#isClosed) {
      done('the connection had ended');
      return;
    }
    this.#done = done;
    this.#socket.write(this.#asked.next());
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #end(problem: string | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    this.close();
    done?.(problem);
  }

  #take(chunk: Buffer): void {
    // What comes unasked is the server's goodbye to a connection that idled.
    if (this.#done === undefined) {
      this.close();
      return;
    }
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const headEnd = this.#held.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#held.toString('latin1', 0, headEnd);
    const length = LENGTH.exec(head)?.[1];
    if (length === undefined) {
      this.#end(`an answer without a length: ${head}`);
      return;
    }
    const end = headEnd + HEAD_END.length + Number(length);
    if (this.#held.length < end) return;
    this.#held = this.#held.subarray(end);
    const problem = this.#problemOf(head, Number(length));
    if (CLOSES.test(head)) {
      this.#end(problem);
      return;
    }
    const done = this.#done;
    this.#done = undefined;
    done(problem);
  }

  #problemOf(head: string, length: number): string | undefined {
    const status = STATUS.exec(head)?.[1];
    if (status !== '200') return `status ${status ?? head}`;
    const { leastBytes = 0 } = this.#asked;
    return length < leastBytes ? `a body of ${length} bytes, ${leastBytes} were expected` : undefined;
  }
}

/** A request as the bytes of HTTP/1.1. */
export function requestBytes(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}content-length: ${length}\r\n\r\n${body}`,
  );
}

/** Runs a load on a server. */
export function load({
  port,
  next,
  leastBytes,
  ...options
}: HttpAsked & Omit<LoadOptions, 'open'>): Promise<LoadResult> {
  const asked = { port, next, ...(leastBytes === undefined ? {} : { leastBytes }) };
  return runLoad({ ...options, open: () => HttpLine.open(asked) });
}
