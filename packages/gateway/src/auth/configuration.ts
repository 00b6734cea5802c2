/** `gateway.auth` as it was read. */
import type { AgentIdentity } from '@writ/core';

/** How callers are authenticated. `none`: whoever reaches the listener is the node's own agent. */
export type AuthConfiguration = { readonly kind: 'none' } | CheckedAuth;

/** At least one method is configured. */
export interface CheckedAuth {
  readonly kind: 'checked';
  /** The gateway's own URI as clients know it (RFC 8707, RFC 9728); always present where there are issuers. */
  readonly resource?: string;
  readonly scopes: RequiredScopes;
  /** No two have a name or an issuer in common. */
  readonly issuers: readonly IssuerConfiguration[];
  readonly certificates: readonly CertificateRule[];
  /** Whether API tokens of this node are accepted. */
  readonly hasTokens: boolean;
}

/** What a caller must have been granted. */
export interface RequiredScopes {
  /** For anything at all. */
  readonly all: readonly string[];
  /** Besides, by JSON-RPC method. */
  readonly byMethod: Readonly<Record<string, readonly string[]>>;
}

/** Signatures that an issuer may use: asymmetric ones alone, so that a public key is never taken for a secret. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Where a claim stands: names from the outside in. */
export type ClaimPath = readonly string[];

/** What a claim must be for a token to count. */
export interface ClaimRule {
  readonly path: ClaimPath;
  readonly equals: string | boolean;
  /** Told where it is not. */
  readonly reason: string;
}

/** How a token says that it is about a program and no person. */
export type MachineRule =
  | { readonly path: ClaimPath; readonly equals: string }
  /** Equals another claim, after `prefix` where there is one; letter case apart where `foldsCase`. */
  | {
      readonly path: ClaimPath;
      readonly sameAs: ClaimPath;
      readonly prefix?: string;
      readonly foldsCase?: boolean;
    };

/** An authorization server whose tokens are believed. */
export interface IssuerConfiguration {
  /** `[a-z0-9][a-z0-9-]{0,31}`; ids and roles of its tokens begin with it and `:`. */
  readonly name: string;
  /** Exactly as tokens say it. */
  readonly issuer: string;
  /** Where its keys are, or where it says where they are: tried in order. */
  readonly keys:
    | { readonly kind: 'jwks'; readonly url: string }
    | { readonly kind: 'metadata'; readonly urls: readonly string[] };
  /** How long its last keys count while it is out of reach, in milliseconds since they were fetched; absent for an hour. */
  readonly keptMs?: number;
  /** A token must be meant for one of these; at least one. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly Algorithm[];
  /** Types a token's header may say, in lower case without `application/`; the empty text for none. */
  readonly types: readonly string[];
  readonly requires: readonly ClaimRule[];
  readonly agent: ClaimPath;
  /** Absent: tokens tell of no person. */
  readonly person?: ClaimPath;
  /** A token that one of these fits is about no person; any other must name one. */
  readonly machine: readonly MachineRule[];
  readonly roles?: {
    readonly path: ClaimPath;
    /** The operator's names for those that count; absent: all count, as `issuer:role`. */
    readonly names?: Readonly<Record<string, string>>;
  };
  readonly mfa?: { readonly path: ClaimPath; readonly anyOf: readonly string[] };
  readonly scopes: {
    readonly paths: readonly ClaimPath[];
    /** Besides, for tokens about programs. */
    readonly machinePaths: readonly ClaimPath[];
    /** Put before each scope of a token. */
    readonly prefix?: string;
    /** Held by every token of this issuer, because its tokens have no scopes of ours. */
    readonly granted: readonly string[];
  };
  readonly team?: string;
  readonly org?: string;
}

/** Which agent a client certificate is. */
export interface CertificateRule {
  /** SHA-256 of the certificate in 64 lower-case hexadecimal digits, or a URI among its subject alternative names. */
  readonly match: { readonly thumbprint: string } | { readonly uri: string };
  readonly agent: AgentIdentity;
  readonly scopes: readonly string[];
}
