/** Bytes between a client and a host: counted, bounded, paced, and ended as soon as the decision they flow under ends. */
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Timers } from '@writ/core';
import type { EgressLimits } from '../../config/index.ts';

/** Why a flow ended. `closed`: both sides were done. */
export type FlowEnd =
  | 'closed'
  | 'bytes-up'
  | 'bytes-down'
  | 'idle'
  | 'lifetime'
  | 'ended'
  | 'broken'
  | 'not-tls';

/** What flowed. */
export interface FlowAccount {
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly end: FlowEnd;
}

/** What a flow stands on. */
export interface FlowOptions {
  readonly limits: EgressLimits;
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Aborts on kill, deadline, and when the node closes. */
  readonly signal: AbortSignal;
  /** Ends everything that the flow holds open. */
  readonly destroy: () => void;
}

const MS_PER_SECOND = 1_000;
/** How long pieces may save up for one another under a rate, in milliseconds: shorter bursts would only make more timers. */
const BURST_MS = 100;

/** One flow. Both directions share its rate; it ends once, for one reason. */
export class Flow {
  readonly #options: FlowOptions;
  readonly #ended = Promise.withResolvers<FlowAccount>();
  readonly #cancels = new Set<() => void>();
  #up = 0;
  #down = 0;
  #hasEnded = false;
  #movedAt: number;
  /** When what has flowed so far is paid for, under the rate. */
  #paidAt: number;

  constructor(options: FlowOptions) {
    this.#options = options;
    const { limits, timers, signal } = options;
    this.#movedAt = options.now();
    this.#paidAt = this.#movedAt;
    this.#cancels.add(timers.after(limits.lifetimeMs, () => this.end('lifetime')));
    this.#watchIdle(limits.idleMs);
    const abort = (): void => this.end('ended');
    signal.addEventListener('abort', abort, { once: true });
    this.#cancels.add(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) this.end('ended');
  }

  /** Resolves when it has ended. */
  get account(): Promise<FlowAccount> {
    return this.#ended.promise;
  }

  /** Moves what `from` gives to `to`, and `to` ends with it; both ends of one direction. */
  carry(from: Readable, to: Writable, direction: 'up' | 'down', done?: () => void): void {
    let isFull = false;
    let isPaced = false;
    from.on('data', (chunk: Buffer) => {
      const waitMs = this.count(chunk.length, direction);
      if (this.#hasEnded) return;
      if (!to.write(chunk)) {
        isFull = true;
        from.pause();
      }
      if (waitMs <= 0) return;
      isPaced = true;
      from.pause();
      this.#after(waitMs, () => {
        isPaced = false;
        if (!isFull) from.resume();
      });
    });
    to.on('drain', () => {
      isFull = false;
      if (!isPaced) from.resume();
    });
    from.once('end', () => {
      to.end();
      done?.();
    });
    for (const side of [from, to]) side.once('error', () => this.end('broken'));
    // What was looked at before was stopped for it.
    from.resume();
  }

  /** Both directions between two connections, until both have closed. */
  join(client: Duplex, host: Duplex): void {
    let open = 2;
    const close = (): void => {
      open -= 1;
      if (open === 0) this.end('closed');
    };
    this.carry(client, host, 'up');
    this.carry(host, client, 'down');
    for (const side of [client, host]) {
      side.once('close', () => {
        close();
        // A side that went away without an end leaves the other nobody to speak with.
        if (!side.readableEnded) this.end('broken');
      });
    }
    if (client.destroyed || host.destroyed) this.end('broken');
  }

  /** Counts bytes, ends at a bound, and answers how long to wait before the next, in milliseconds. */
  count(bytes: number, direction: 'up' | 'down'): number {
    const { limits, now } = this.#options;
    if (direction === 'up') this.#up += bytes;
    else this.#down += bytes;
    if (this.#up > (limits.bytesUp ?? Number.POSITIVE_INFINITY)) this.end('bytes-up');
    if (this.#down > (limits.bytesDown ?? Number.POSITIVE_INFINITY)) this.end('bytes-down');
    this.#hasMoved = true;
    if (limits.bytesPerSecond === undefined) return 0;
    const at = now();
    this.#paidAt = Math.max(this.#paidAt, at - BURST_MS) + (bytes / limits.bytesPerSecond) * MS_PER_SECOND;
    return this.#paidAt - at;
  }

  /** Ends it. The first reason stands. */
  end(end: FlowEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    this.#options.destroy();
    this.#ended.resolve({ bytesUp: this.#up, bytesDown: this.#down, end });
  }

  /** Whether anything flowed since it was last looked: cheaper than a time for each piece. */
  #hasMoved = false;

  #watchIdle(waitMs: number): void {
    this.#after(waitMs, () => {
      const { limits, now } = this.#options;
      if (this.#hasMoved) {
        this.#hasMoved = false;
        this.#movedAt = now();
      } else if (now() - this.#movedAt >= limits.idleMs / 2) {
        this.end('idle');
        return;
      }
      // Looked at twice in each time, so that it ends after one to one and a half of it.
      this.#watchIdle(limits.idleMs / 2);
    });
  }

  #after(ms: number, act: () => void): void {
    const cancel = this.#options.timers.after(ms, () => {
      this.#cancels.delete(cancel);
      if (!this.#hasEnded) act();
    });
    this.#cancels.add(cancel);
  }
}
