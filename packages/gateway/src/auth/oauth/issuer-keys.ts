/** The keys of one issuer, kept: fetched seldom, however many tokens come, and however many name keys that do not exist. */
import { errors, type FlattenedJWSInput, type JWSHeaderParameters, type JWTVerifyGetKey } from 'jose';
import { type Clock, describeFault, Fault } from '@writ/core';
import type { IssuerConfiguration } from '../configuration.ts';
import type { Fetch } from './bounded-json.ts';
import { readKeySet } from './key-set.ts';

/** Keys this old are fetched again beside the calls that they still verify, in milliseconds: so long a key that was withdrawn still counts. */
export const FRESH_MS = 600_000;
/** Keys this old verify nothing any more where the issuer cannot be reached, in milliseconds. */
export const STALE_MS = 3_600_000;
/** Least time between two fetches, in milliseconds, whatever tokens ask for. */
export const COOLDOWN_MS = 30_000;
/** Least time between two attempts while there are no keys at all, in milliseconds. */
export const RETRY_MS = 5_000;

/** What {@link IssuerKeys} stands on. */
export interface IssuerKeysOptions {
  readonly issuer: Pick<IssuerConfiguration, 'name' | 'issuer' | 'keys'>;
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Told where keys could not be fetched, one line. */
  readonly report: (line: string) => void;
}

interface Kept {
  readonly find: JWTVerifyGetKey;
  readonly at: bigint;
}

/** The keys of an issuer. */
export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  #kept: Kept | undefined;
  #lastAttempt: bigint | undefined;
  #underWay: Promise<void> | undefined;
  #problem = 'its keys were not fetched yet';
  #generation = 0;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
  }

  /** Grows whenever keys were fetched: what older keys verified is verified anew. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * The key that verifies a token with `header`. Throws `io.failed` where there are no usable keys, and jose's `ERR_JWKS_NO_MATCHING_KEY` where none of them fits.
   * A key that is not known is looked for once more at the issuer, at most every {@link COOLDOWN_MS}.
   */
  async find(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
  ): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    const kept = await this.#current();
    try {
      return await kept.find(header as Parameters<JWTVerifyGetKey>[0], token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey) || !this.#mayFetch(COOLDOWN_MS)) throw thrown;
      await this.#refresh();
      return (this.#kept ?? kept).find(header as Parameters<JWTVerifyGetKey>[0], token);
    }
  }

  async #current(): Promise<Kept> {
    const age = this.#kept === undefined ? Number.POSITIVE_INFINITY : this.#since(this.#kept.at);
    if (this.#kept !== undefined && age < STALE_MS) {
      if (age >= FRESH_MS && this.#mayFetch(COOLDOWN_MS)) void this.#refresh();
      return this.#kept;
    }
    if (this.#underWay !== undefined || this.#mayFetch(RETRY_MS)) await this.#refresh();
    const { name } = this.#options.issuer;
    if (this.#kept !== undefined && this.#since(this.#kept.at) < STALE_MS) return this.#kept;
    throw new Fault('io.failed', `the keys of issuer \`${name}\` are not known: ${this.#problem}`);
  }

  #mayFetch(leastMs: number): boolean {
    return this.#lastAttempt === undefined || this.#since(this.#lastAttempt) >= leastMs;
  }

  /** One fetch at a time, shared by all who wait. Never rejects. */
  #refresh(): Promise<void> {
    this.#underWay ??= this.#fetchKeys().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #fetchKeys(): Promise<void> {
    const { issuer, clock, fetch, report } = this.#options;
    this.#lastAttempt = clock.monotonicNs();
    try {
      const find = await readKeySet(issuer, fetch);
      this.#kept = { find, at: clock.monotonicNs() };
      this.#generation += 1;
    } catch (thrown) {
      this.#problem = describeFault(thrown);
      report(`cannot fetch the keys of issuer \`${issuer.name}\`: ${this.#problem}`);
    }
  }

  /** Milliseconds since `at`, by a clock that nobody can set back. */
  #since(at: bigint): number {
    return Number((this.#options.clock.monotonicNs() - at) / 1_000_000n);
  }
}
