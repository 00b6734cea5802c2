/** What the gateway shows a server: never what its own caller showed it. */
import type { Caller } from '@writ/core';

/** A credential for one server. */
export interface Credential {
  /** Which it is, for faults: the field of the configuration. */
  readonly name: string;
  /** The headers that carry it. Rejects with `upstream.credential`, which never quotes it. */
  headers(caller?: Caller): Promise<Readonly<Record<string, string>>>;
  /** The server refused it. Whether a fresh one can be had, which the next {@link headers} then fetches. */
  rejected(caller?: Caller): boolean;
}

/** The verified token that a caller was authenticated with, by an opaque handle: held for exchange, and sent nowhere else. */
export interface SubjectTokens {
  /** The token of `caller`; `undefined` where it was authenticated otherwise, or the token is no longer held. */
  tokenOf(caller: Caller): SubjectToken | undefined;
}

/** A caller's token. */
export interface SubjectToken {
  readonly token: string;
  /** RFC 8693 §3; absent means an access token. */
  readonly type?: string;
}
