/** What the gateway shows a server: never what its own caller showed it. */
import type { Caller, Fault } from '@writ/core';
import type { Challenge } from './challenge.ts';

/** A credential for one server. */
export interface Credential {
  /** Which it is, for faults: the field of the configuration. */
  readonly name: string;
  /** The headers that carry it on one request. Rejects with `upstream.credential`, which never quotes it. */
  headers(request: Target, caller?: Caller): Promise<CredentialHeaders>;
  /** The server refused it. What can be done, which the next {@link headers} then does. */
  refused(refusal: Refusal, caller?: Caller): Promise<Remedy>;
  /** What is held for `caller`, and can be dropped; absent where nothing is. */
  holding?(caller?: Caller): Holding | undefined;
  /** The server wants this in later proofs (RFC 9449 §8.2); absent where none are made. */
  heard?(nonce: string): void;
}

/** A token that is held. */
export interface Holding {
  /** The same for the same token; no secret. */
  readonly key: string;
  /** Whether it is shown for everybody who calls. */
  readonly isShared: boolean;
  /** Drops it, wherever it is kept. Idempotent. */
  readonly forget: () => void;
}

/** Whom a token is for, as stops look at it. */
export type StoppedSubject = Pick<Caller, 'agent' | 'chain'>;

/** Names in lower case. */
export type CredentialHeaders = Readonly<Record<string, string>>;

/** Which request it is shown with. */
export interface Target {
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
}

/** What was refused: the credential itself, its reach (RFC 6750 §3.1), or a proof without the server's nonce (RFC 9449 §9). */
export interface Refusal {
  readonly of: 'token' | 'scope' | 'nonce';
  readonly challenge: Challenge;
  /** As they were sent. */
  readonly shown: CredentialHeaders;
}

/** Whether the request is sent once more, or else why it fails; `undefined` where nothing is known beyond the refusal. */
export type Remedy = 'again' | Fault | undefined;

/** Tells the operator what became of a credential, in words of the gateway's own. */
export type CredentialReport = (event: CredentialEvent, text: string, server: string) => void;

/** Codes of such events. */
export type CredentialEvent =
  | 'credential.stepped-up'
  | 'credential.scope'
  | 'credential.moved'
  | 'credential.sign-in';

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
