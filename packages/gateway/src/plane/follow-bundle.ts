/** Follows the bundle of the control plane: a long poll, an entity tag, and nothing taken that was not verified. */
import {
  describeFault,
  fromUtf8,
  isJsonObject,
  MAX_ENVELOPE_BYTES,
  parseStrictJson,
  type Clock,
} from '@writ/core';
import type { BundleCache } from './bundle-cache.ts';
import type { BundleSource } from './bundle-source.ts';
import type { PlaneClient } from './plane-client.ts';

/** How long the control plane may hold a question, in seconds. */
const WAIT_SECONDS = 25;
/** Longest wait for the answer, in milliseconds: more than that. */
const TIMEOUT_MS = 40_000;
/** Time between two failures, doubled up to the longest, in milliseconds. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** Least time between two questions, in milliseconds, whatever the control plane answers. */
const LEAST_MS = 250;
/** Two envelopes as JSON text. */
const MAX_ANSWER_BYTES = 2 * MAX_ENVELOPE_BYTES + 1_024;

/** What a follower stands on. */
export interface BundleFollowerOptions {
  readonly client: PlaneClient;
  readonly source: BundleSource;
  readonly cache: BundleCache;
  readonly clock: Clock;
  /** Has what was written taken up. */
  readonly reload: () => Promise<unknown>;
  /** Told of what was refused, once each, and of the control plane coming and going. */
  readonly report: (line: string, level?: 'info') => void;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** One that follows. */
export interface BundleFollower {
  /** Asks once, without waiting for a change; answers whether the control plane did. Never throws. */
  pull(): Promise<boolean>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Begins to follow, unless `isPaused`: then somebody calls `pull`. */
export function followBundle(options: BundleFollowerOptions, isPaused = false): BundleFollower {
  const follower = new Follower(options);
  if (!isPaused) follower.start();
  return follower;
}

class Follower implements BundleFollower {
  readonly #options: BundleFollowerOptions;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  /** Of the last answer that was wholly taken. */
  #tag: string | undefined;
  #told: string | undefined;
  /** Whether the last answer was that no bundle is in force for this node. */
  #isNothingYet = false;

  constructor(options: BundleFollowerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  pull(): Promise<boolean> {
    return this.#ask(0);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      // Without a tag the answer comes as soon as there is a bundle; a refused one is asked for again, and not in a tight loop.
      const isTaken = await this.#ask(WAIT_SECONDS);
      if (this.#isNothingYet) retryMs = FIRST_RETRY_MS;
      if (isTaken && this.#tag !== undefined) {
        retryMs = FIRST_RETRY_MS;
        await this.#options.pause(LEAST_MS, signal);
        continue;
      }
      await this.#options.pause(retryMs, signal);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
  }

  async #ask(wait: number): Promise<boolean> {
    const { client, clock, cache, source } = this.#options;
    try {
      const { status, headers, body } = await client.send({
        method: 'GET',
        path: `/v1/node/bundle?wait=${wait}`,
        headers: this.#tag === undefined ? {} : { 'if-none-match': this.#tag },
        signal: this.#ending.signal,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
      });
      if (status === 304 && this.#tag !== undefined) {
        // Looked at before it counts as contact: with that it is open again, and the set that decides is still the closed one.
        const isClosed = source.read().standing !== 'in_force';
        cache.recordContact(clock.now());
        if (isClosed) await this.#options.reload();
        this.#tell(undefined);
        return true;
      }
      this.#isNothingYet = status === 404;
      if (status !== 200) throw new Error(`it answered ${status}`);
      this.#take(fromUtf8(body));
      this.#tag = headers['etag'];
      cache.recordContact(clock.now());
      await this.#options.reload();
      this.#tell(undefined);
      return true;
    } catch (problem) {
      if (this.#ending.signal.aborted) return false;
      this.#tag = undefined;
      this.#tell(describeFault(problem));
      return false;
    }
  }

  /** Throws where anything of the answer is refused: what governs stays, and nothing counts as contact. */
  #take(text: string): void {
    const { source, cache } = this.#options;
    const answer = parseStrictJson(text, { maxLength: MAX_ANSWER_BYTES, maxDepth: 8 });
    if (!isJsonObject(answer)) throw new Error('it answered something else than a bundle');
    const { bundle, shadow } = answer;
    if (bundle !== undefined) {
      const envelope = JSON.stringify(bundle);
      source.accept(envelope);
      cache.write('bundle', envelope);
    }
    cache.write('shadow', shadow === undefined ? undefined : JSON.stringify(shadow));
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#told) return;
    const { report } = this.#options;
    if (problem === undefined) report('the control plane answers again', 'info');
    else report(`the bundle of the control plane is not taken: ${problem}`);
    this.#told = problem;
  }
}
