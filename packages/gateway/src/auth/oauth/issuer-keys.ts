/** The keys of one issuer, kept: fetched seldom, however many tokens come, and however many name keys that do not exist. */
import { errors, type FlattenedJWSInput, type JWSHeaderParameters, type JWTVerifyGetKey } from 'jose';
import { type Clock, describeFault, Fault, type IssuerRecord } from '@writ/core';
import type { IssuerConfiguration } from '../configuration.ts';
import type { Fetch } from './bounded-json.ts';
import { readKeySet } from './key-set.ts';

/** Keys this old are fetched again beside the calls that they still verify, in milliseconds: so long a key that was withdrawn still counts. */
export const FRESH_MS = 600_000;
/** Keys this old verify nothing any more where the issuer cannot be reached, in milliseconds, unless the operator says another bound. */
export const STALE_MS = 3_600_000;
/** Least time between two fetches, in milliseconds, whatever tokens ask for. */
export const COOLDOWN_MS = 30_000;
/** Least time between two attempts while there are no keys at all, in milliseconds. */
export const RETRY_MS = 5_000;

/** What {@link IssuerKeys} stands on. */
export interface IssuerKeysOptions {
  readonly issuer: Pick<IssuerConfiguration, 'name' | 'issuer' | 'keys' | 'keptMs'>;
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Told where keys could not be fetched, one line. */
  readonly report: (line: string) => void;
  /** Records that keys which are not fresh verify tokens, and that this ended. Durable when it resolves; where it rejects they verify none. Absent: nobody records it. */
  readonly outage?: ((record: IssuerRecord) => Promise<void>) | undefined;
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
  /** The record that an outage began; absent while there is none. */
  #outage: Promise<void> | undefined;
  #isFailing = false;
  /** Whether it was recorded that its last keys count no more, and not yet that there are others. */
  #isEnded = false;

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
    if (this.#kept !== undefined && age < this.#keptMs) {
      if (age < FRESH_MS) return this.#kept;
      if (this.#underWay !== undefined || this.#mayFetch(COOLDOWN_MS)) {
        const refreshing = this.#refresh();
        // An outage that is known of is not waited for at each call; one that may begin is.
        if (age >= FRESH_MS + COOLDOWN_MS && !this.#isFailing) await refreshing;
      }
      return this.#keptInOutage(age);
    }
    if (this.#underWay !== undefined || this.#mayFetch(RETRY_MS)) await this.#refresh();
    const { name } = this.#options.issuer;
    if (this.#kept !== undefined && this.#since(this.#kept.at) < this.#keptMs) return this.#kept;
    this.#end('keys_ended');
    throw new Fault('io.failed', `the keys of issuer \`${name}\` are not known: ${this.#problem}`);
  }

  get #keptMs(): number {
    return this.#options.issuer.keptMs ?? STALE_MS;
  }

  /** The keys that are known. INVARIANT: where they are not fresh and the issuer fails, that is recorded before they verify anything. */
  async #keptInOutage(age: number): Promise<Kept> {
    const { issuer, clock, outage, report } = this.#options;
    const kept = this.#kept as Kept;
    if (!this.#isFailing || age < FRESH_MS) return kept;
    const until = clock.now() + this.#keptMs - age;
    this.#outage ??= (async () => {
      report(
        `issuer \`${issuer.name}\` is out of reach: its last keys count until ${new Date(until).toISOString()}`,
      );
      await outage?.({ action: 'keys_kept', issuer: issuer.name, until });
    })();
    try {
      await this.#outage;
    } catch (cause) {
      this.#outage = undefined;
      const message = `the keys of issuer \`${issuer.name}\` are old, and that they are used cannot be recorded`;
      throw new Fault('io.failed', message, {}, { cause });
    }
    return this.#kept ?? kept;
  }

  /** The outage is over, if there was one. What cannot be recorded is reported: it tells of nothing that was let in. */
  #end(action: 'keys_fetched' | 'keys_ended'): void {
    const { issuer, outage, report } = this.#options;
    if (this.#outage === undefined && !(this.#isEnded && action === 'keys_fetched')) return;
    this.#outage = undefined;
    this.#isEnded = action === 'keys_ended';
    report(
      `issuer \`${issuer.name}\`: ${action === 'keys_ended' ? 'its last keys count no more' : 'its keys were fetched again'}`,
    );
    outage?.({ action, issuer: issuer.name }).catch((fault: unknown) => report(describeFault(fault)));
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
      this.#isFailing = false;
      this.#end('keys_fetched');
    } catch (thrown) {
      this.#isFailing = true;
      this.#problem = describeFault(thrown);
      report(`cannot fetch the keys of issuer \`${issuer.name}\`: ${this.#problem}`);
    }
  }

  /** Milliseconds since `at`, by a clock that nobody can set back. */
  #since(at: bigint): number {
    return Number((this.#options.clock.monotonicNs() - at) / 1_000_000n);
  }
}
