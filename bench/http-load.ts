// Load over HTTP/1.1 for the benches: as little work for each request as Node allows, so that the server is what is measured.
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *([0-9]+)/i;
const STATUS = /^HTTP\/1\.1 ([0-9]{3})/;

/** Answers at one socket, one after another. */
class Connection {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #done: ((status: number) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => {
      this.isClosed = true;
      this.#done?.(0);
    });
    socket.on('error', () => {});
  }

  /** Servers end connections that idle. */
  isClosed = false;

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends `bytes` and calls `done` with the status of the answer; 0 where the connection ended. */
  ask(bytes: Buffer, done: (status: number) => void): void {
    this.#done = done;
    this.#socket.write(bytes);
  }

  close(): void {
    this.isClosed = true;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    // What comes unasked is the server's goodbye to a connection that idled.
    if (this.#done === undefined) {
      this.close();
      return;
    }
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const head = this.#held.indexOf(HEAD_END);
    if (head < 0) return;
    const text = this.#held.toString('latin1', 0, head);
    const length = LENGTH.exec(text)?.[1];
    if (length === undefined) throw new Error(`an answer without a length: ${text}`);
    const end = head + HEAD_END.length + Number(length);
    if (this.#held.length < end) return;
    this.#held = this.#held.subarray(end);
    const done = this.#done;
    this.#done = undefined;
    done?.(Number(STATUS.exec(text)?.[1] ?? 0));
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

/** What a run showed. */
export interface LoadResult {
  /** From the instant at which each request was due to the end of its answer, in milliseconds: waiting for a free connection included. */
  readonly samplesMs: readonly number[];
  /** Answers a second over the whole run. */
  readonly rate: number;
  /** Answers other than 200. */
  readonly failures: number;
}

/** Where to, and how. */
export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
  /** Requests a second, whatever the answers do (open loop); absent: each connection asks again once it is answered (closed loop). */
  readonly ratePerSecond?: number;
  /** The bytes of the next request. */
  readonly next: () => Buffer;
}

/** Runs a load. */
export async function load({ port, connections, ms, ratePerSecond, next }: LoadOptions): Promise<LoadResult> {
  const free: Connection[] = [];
  const all: Connection[] = [];
  let opening = 0;
  const samplesMs: number[] = [];
  const due: number[] = [];
  let failures = 0;
  let underWay = 0;
  const start = performance.now();
  const end = start + ms;
  const finished = Promise.withResolvers<void>();
  const send = (connection: Connection, at: number): void => {
    underWay += 1;
    connection.ask(next(), (status) => {
      underWay -= 1;
      const now = performance.now();
      samplesMs.push(now - at);
      if (status !== 200) failures += 1;
      const waiting = due.shift();
      if (waiting !== undefined) send(connection, waiting);
      else if (ratePerSecond === undefined && now < end) send(connection, now);
      else free.push(connection);
      if (now >= end && underWay === 0 && due.length === 0) finished.resolve();
    });
  };
  /** Sends on the connection used last, on a new one, or once one is free. */
  const dispatch = (at: number): void => {
    for (let connection = free.pop(); connection !== undefined; connection = free.pop()) {
      if (!connection.isClosed) return send(connection, at);
    }
    const isOpen = all.filter(({ isClosed }) => !isClosed).length + opening;
    if (isOpen >= connections) {
      due.push(at);
      return undefined;
    }
    opening += 1;
    underWay += 1;
    void Connection.open(port).then((connection) => {
      opening -= 1;
      underWay -= 1;
      all.push(connection);
      send(connection, at);
    }, finished.reject);
    return undefined;
  };
  if (ratePerSecond === undefined) {
    for (let caller = 0; caller < connections; caller += 1) dispatch(performance.now());
  } else {
    const gap = 1_000 / ratePerSecond;
    let at = start;
    const tick = (): void => {
      const now = performance.now();
      for (; at <= now && at < end; at += gap) {
        dispatch(at);
      }
      if (at < end) setTimeout(tick, 1);
      else if (underWay === 0 && due.length === 0) finished.resolve();
    };
    tick();
  }
  await finished.promise;
  const seconds = (performance.now() - start) / 1_000;
  for (const connection of all) connection.close();
  return { samplesMs, rate: samplesMs.length / seconds, failures };
}
