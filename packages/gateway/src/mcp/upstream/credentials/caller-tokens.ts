/** The tokens that callers were authenticated with, for as long as their requests live. */
import type { Caller } from '@writ/core';
import type { SubjectToken, SubjectTokens } from './types.ts';

/**
 * Holds a token by the very {@link Caller} that it was verified for: whoever has that object can have it exchanged, and it is gone with the object.
 * It is nowhere else: not in the caller itself, so in no record, log or message.
 */
export class CallerTokens implements SubjectTokens {
  readonly #tokens = new WeakMap<Caller, SubjectToken>();

  /** Holds the verified `token` of `caller`. */
  hold(caller: Caller, token: SubjectToken): void {
    this.#tokens.set(caller, token);
  }

  tokenOf(caller: Caller): SubjectToken | undefined {
    return this.#tokens.get(caller);
  }
}
