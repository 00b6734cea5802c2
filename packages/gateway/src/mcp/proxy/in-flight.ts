/** Requests that are being answered, so that they can be cancelled, and so that there are never too many. */

import type { Fault } from '@writ/core';

/** Requests of one peer answered at once, where nobody says otherwise. */
const MAX_REQUESTS = 1_024;
/** Bytes of lines they came in; what they became in memory is a small multiple. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A request under way. */
export interface Flight {
  /** Aborts when its sender cancels it, or is gone. */
  readonly signal: AbortSignal;
  /** Whether its sender cancelled it, and so wants no answer. */
  isCancelled(): boolean;
  /** It has been answered. */
  land(): void;
}

interface Entry {
  readonly controller: AbortController;
  isCancelled: boolean;
}

/** The requests of one peer. */
export class InFlight {
  readonly #entries = new Map<string, Entry>();
  readonly #idle: (() => void)[] = [];
  readonly #maxRequests: number;
  #bytes = 0;

  constructor(maxRequests: number = MAX_REQUESTS) {
    this.#maxRequests = maxRequests;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Takes one in; `duplicate` where its key is in use, `full` where there are too many. */
  begin(key: string, bytes: number): Flight | 'duplicate' | 'full' {
    if (this.#entries.has(key)) return 'duplicate';
    const isFirst = this.#entries.size === 0;
    if (!isFirst && (this.#entries.size >= this.#maxRequests || this.#bytes + bytes > MAX_BYTES))
      return 'full';
    const entry: Entry = { controller: new AbortController(), isCancelled: false };
    this.#entries.set(key, entry);
    this.#bytes += bytes;
    return {
      signal: entry.controller.signal,
      isCancelled: () => entry.isCancelled,
      land: () => {
        if (this.#entries.get(key) !== entry) return;
        this.#entries.delete(key);
        this.#bytes -= bytes;
        if (this.#entries.size === 0) for (const done of this.#idle.splice(0)) done();
      },
    };
  }

  /** Cancels one; nothing where it is not under way. The reason is passed on. */
  cancel(key: string, reason: string | undefined): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.isCancelled = true;
    entry.controller.abort(reason);
  }

  /** Aborts everything. Who still listens gets an answer that says so. */
  abortAll(why?: Fault): void {
    for (const entry of this.#entries.values()) entry.controller.abort(why);
  }

  /** Resolves once nothing is under way. */
  idle(): Promise<void> {
    if (this.#entries.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }
}
