/** Who calls over HTTP: what a face asks, and what it is answered. */
import type { X509Certificate } from 'node:crypto';
import type { Caller } from '@writ/core';

/** What a face knows of a request before it reads its body. */
export interface AuthenticationRequest {
  /** HTTP method. */
  readonly method: string;
  /** Request target as received, `/mcp?…`. */
  readonly url: string;
  /** Every value of every header, names in lower case (`IncomingMessage.headersDistinct`): a second `Authorization` must not be lost. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** The client's certificate, where the TLS socket verified it against the configured authorities. INVARIANT: never from a header. */
  readonly peerCertificate?: Pick<
    X509Certificate,
    'raw' | 'subjectAltName' | 'validFromDate' | 'validToDate'
  >;
  /** JSON-RPC method, once it is known. */
  readonly rpcMethod?: string;
}

/** Who sends a request; `caller` is absent where the operator lets everybody be the node's own agent (`auth: none`). */
export interface Admitted {
  readonly caller?: Caller;
}

/** Why a request is not let in, as HTTP says it. */
export interface Challenge {
  /** 400 for a malformed credential, 401, 403, or 503 where an issuer cannot be reached. */
  readonly status: number;
  /** `www-authenticate` (RFC 6750 §3, RFC 9728 §5.1), `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;
  /** One line, without secrets and without anything that the caller sent. */
  readonly message: string;
  /** Code under which it is counted. */
  readonly code: string;
}

/** Decides who calls. */
export interface Authenticator {
  /** Never rejects: whatever cannot be established is a challenge. */
  authenticate(request: AuthenticationRequest): Promise<Admitted | Challenge>;
}

/** A caller that proved who it is, and what it was granted. */
export interface Identified {
  readonly caller: Caller;
  readonly scopes: ReadonlySet<string>;
}

/** Why a credential does not count. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One line, without secrets and without anything that the caller sent. */
  readonly reason: string;
}

/** Codes of refusals, as they are counted in the log. */
export type RefusalCode =
  | 'auth.missing'
  | 'auth.malformed'
  | 'auth.in-url'
  | 'auth.too-large'
  | 'auth.issuer'
  | 'auth.audience'
  | 'auth.expired'
  | 'auth.not-yet'
  | 'auth.signature'
  | 'auth.claims'
  | 'auth.delegation'
  | 'auth.binding'
  | 'auth.unknown'
  | 'auth.revoked'
  | 'auth.scope'
  | 'auth.unavailable';

/** Whether `answer` says why not. */
export function isRefusal(answer: Identified | Refusal): answer is Refusal {
  return 'code' in answer;
}

/** Whether `answer` keeps the request out. */
export function isChallenge(answer: Admitted | Challenge): answer is Challenge {
  return 'status' in answer;
}
