/** How long what a server listed holds: until its link is lost, or it is too old for a server that may change without a word. */
import { type Clock, type JsonObject, ownProperty } from '@writ/core';
import type { Upstream } from '../../upstream/index.ts';

/** Least time that a listing holds, whatever `ttlMs` of the server says: else each call would be two. In milliseconds. */
const LEAST_MS = 5_000;
/** A listing is renewed beside the calls from this part of its time on, so that none waits for it while calls come. */
const RENEWED_FROM = 0.5;
const NS_PER_MS = 1_000_000;

/** `old`: it must be listed before it is called. `ageing`: it is time to list again, and nothing waits for that. */
export type Age = 'fresh' | 'ageing' | 'old';

/** The age of one listing, from its beginning on. */
export class ListingAge {
  readonly #clock: Pick<Clock, 'monotonicNs'>;
  readonly #upstream: Upstream;
  readonly #linkNumber: number | undefined;
  readonly #begunNs: bigint;
  #holdsMs: number | undefined;

  /** Made before the first page is asked for. */
  constructor(clock: Pick<Clock, 'monotonicNs'>, upstream: Upstream) {
    this.#clock = clock;
    this.#upstream = upstream;
    this.#linkNumber = upstream.linkNumber;
    this.#begunNs = clock.monotonicNs();
    this.#holdsMs = upstream.listingMs;
  }

  /** Takes a page: what a server says of its life can only shorten it (MCP 2026-07-28, "Caching"). */
  learn(page: JsonObject): void {
    const ttlMs = ownProperty(page, 'ttlMs');
    if (this.#holdsMs === undefined || typeof ttlMs !== 'number') return;
    this.#holdsMs = Math.min(this.#holdsMs, Math.max(ttlMs, LEAST_MS));
  }

  get now(): Age {
    if (this.#upstream.linkNumber !== this.#linkNumber) return 'old';
    if (this.#holdsMs === undefined) return 'fresh';
    const age = Number(this.#clock.monotonicNs() - this.#begunNs) / NS_PER_MS;
    if (age >= this.#holdsMs) return 'old';
    return age >= this.#holdsMs * RENEWED_FROM ? 'ageing' : 'fresh';
  }
}
