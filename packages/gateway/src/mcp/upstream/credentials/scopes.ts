/** Scopes that a token is asked for, and those that a server's challenge may add (RFC 6750 §3.1, MCP "Step-Up Authorization Flow"). */
import { BoundedMap } from '@writ/core';

/** Tokens whose scopes are remembered; as many as tokens are. */
const CAPACITY = 10_000;

/** What a challenge came to: more is asked for now, all of it is asked for already, or it wants what the operator does not allow. */
export type StepUp = 'raised' | 'same' | 'beyond';

/** `text` as scopes. */
export function scopesIn(text: string | undefined): readonly string[] {
  return (text ?? '').split(' ').filter((scope) => scope !== '');
}

/** The scopes of one server's tokens, by what they are for. */
export class Scopes {
  readonly #base: readonly string[];
  readonly #allowed: ReadonlySet<string>;
  readonly #raised = new BoundedMap<string, readonly string[]>(CAPACITY);

  /** `base` is what the configuration asks for, `stepUp` what it lets a challenge add. */
  constructor(base: string | undefined, stepUp: readonly string[] = []) {
    this.#base = scopesIn(base);
    this.#allowed = new Set([...this.#base, ...stepUp]);
  }

  /** What the token under `key` is asked for; `undefined` where nothing is said. */
  of(key: string): string | undefined {
    const scopes = [...this.#base, ...(this.#raised.get(key) ?? [])];
    return scopes.length === 0 ? undefined : scopes.join(' ');
  }

  /**
   * Adds what `challenge` wants to the token under `key`: all of it, or nothing. `granted` is what that token has, so that none of it is lost.
   * INVARIANT: nothing is added that the configuration does not name or the authorization server did not grant before.
   */
  raise(key: string, challenge: string | undefined, granted?: string): StepUp {
    const wanted = scopesIn(challenge);
    if (wanted.length === 0 || !wanted.every((scope) => this.#allowed.has(scope))) return 'beyond';
    const before = new Set([...this.#base, ...(this.#raised.get(key) ?? [])]);
    if (wanted.every((scope) => before.has(scope))) return 'same';
    const after = new Set([...before, ...scopesIn(granted), ...wanted]);
    this.#raised.set(
      key,
      [...after].filter((scope) => !this.#base.includes(scope)),
    );
    return 'raised';
  }
}
