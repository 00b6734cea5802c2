/** Who acts, for whom, and how that was established. */

/** An agent and where it belongs. Ids are non-empty, at most 256 characters. */
export interface AgentIdentity {
  readonly id: string;
  readonly team?: string;
  readonly org?: string;
}

/** The person an agent acts for, as an identity provider or the operating system vouches for them. */
export interface Person {
  readonly id: string;
  /** Empty where no roles are known. */
  readonly roles: readonly string[];
  /** Whether a second factor was used; absent where unknown. */
  readonly mfa?: boolean;
}

/**
 * How the agent was authenticated. `none`: nothing vouches for it. `configured`: the operator named it in configuration.
 * `os_user`: the process runs as a known user. `key`: it signed this action. `oauth`: an access token of a trusted issuer (RFC 9068).
 * `api_token`: a token of this node, kept hashed. `mtls`: a client certificate of a trusted authority (RFC 8705 §2.1).
 */
export const AUTHENTICATION_METHODS = [
  'none',
  'configured',
  'os_user',
  'key',
  'oauth',
  'api_token',
  'mtls',
] as const;
export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number];

/** Strength of an authentication, 0 (none) to 3 (hardware-bound); NIST SP 800-63 AAL as a number. */
export type Assurance = 0 | 1 | 2 | 3;

/** The proof behind an agent's id. */
export interface Authentication {
  readonly method: AuthenticationMethod;
  readonly assurance: Assurance;
  /** Key id, or the name of what vouched; never a secret. */
  readonly credentialId: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** The requester of an action. */
export interface Subject {
  readonly agent: AgentIdentity;
  readonly person?: Person;
  /** Agents that delegated, from the first to the one that called `agent`; at most 16, empty without delegation. */
  readonly chain: readonly AgentIdentity[];
  readonly authentication: Authentication;
}

/** Who calls, as a face authenticated them: a {@link Subject} in the making. */
export interface Caller {
  readonly agent: AgentIdentity;
  /** The person the agent acts for; absent where it acts for nobody in particular. */
  readonly person?: Person;
  /** Agents that delegated, from the first to the one that called `agent` (RFC 8693 §4.1, innermost `act` first); absent without delegation. */
  readonly chain?: readonly AgentIdentity[];
  readonly authentication: Authentication;
}
