/** Tokens until shortly before they end: fetched once for all who wait, bounded in number. */
import { BoundedMap, type Clock } from '@writ/core';

/** Tokens held; the least recently used leave first. */
const CAPACITY = 10_000;
/** A token is renewed this long before it ends, in milliseconds, or in the last tenth of its time where that is shorter. */
const RENEW_BEFORE_MS = 30_000;
/** How long a token is used whose server does not say how long it holds, in milliseconds. */
const UNSTATED_LIFE_MS = 300_000;

/** A token as it was issued. */
export interface IssuedToken {
  readonly token: string;
  /** Absent where the server does not say. */
  readonly expiresInMs?: number;
  /** What it was granted, where the server says so. */
  readonly scope?: string;
  /** RFC 6749 §1.5; absent where none was issued. */
  readonly refreshToken?: string;
}

interface Held {
  /** Settles with the token; rejects where it could not be had, and is then forgotten. */
  readonly token: Promise<string>;
  /** Absent while it is fetched. */
  value?: string;
  scope?: string | undefined;
  /** Instant from which it is not used, milliseconds since 1970; infinite while it is fetched. */
  until: number;
}

/** Tokens by what they are for. */
export class TokenCache {
  readonly #held = new BoundedMap<string, Held>(CAPACITY);
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The token under `key`, fetched by `fetch` where none holds. Rejects as `fetch` does, and then the next caller fetches again. */
  get(key: string, fetch: () => Promise<IssuedToken>): Promise<string> {
    const held = this.#held.get(key);
    if (held !== undefined && this.#clock.now() < held.until) return held.token;
    const issued = fetch();
    const fresh: Held = { token: issued.then(({ token }) => token), until: Number.POSITIVE_INFINITY };
    this.#held.set(key, fresh);
    void issued.then(
      ({ token, expiresInMs = UNSTATED_LIFE_MS, scope }) => {
        fresh.value = token;
        fresh.scope = scope;
        fresh.until = this.#clock.now() + expiresInMs - Math.min(RENEW_BEFORE_MS, expiresInMs / 10);
      },
      () => {
        if (this.#held.get(key) === fresh) this.#held.delete(key);
      },
    );
    return fresh.token;
  }

  /** What the token under `key` was granted, where one is held and that was said. */
  scopeOf(key: string): string | undefined {
    return this.#held.get(key)?.scope;
  }

  /** Forgets whatever is held or fetched under `key`. */
  drop(key: string): void {
    this.#held.delete(key);
  }

  /** Forgets the token under `key` where it is still `token`; the next {@link get} brings a fresh one. */
  forget(key: string, token: string): void {
    if (this.#held.get(key)?.value === token) this.#held.delete(key);
  }
}
