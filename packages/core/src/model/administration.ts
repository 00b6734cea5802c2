/** What entries of a control plane say: codes and ids of objects. Who did it, and what exactly changed, are commitments. */

/** Who asked for a change: a person, an API token of one, an enrolled node, a rule that was configured, or the server itself. */
export const ACTOR_KINDS = ['person', 'token', 'node', 'rule', 'server'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** One change of an object that the control plane administers. */
export interface AdministrationRecord {
  /** The noun and the verb, `agents.suspend`: a code. */
  readonly action: string;
  /** ULID of the object. */
  readonly object: string;
  /** ULID of the organisation that it belongs to. */
  readonly organisation: string;
  readonly actor: ActorKind;
}

/** How somebody proved to a control plane who they are. */
export const SIGN_IN_METHODS = ['emergency', 'link', 'oidc', 'passkey', 'token'] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** A session of a person that began or ended, or that was refused; whose, is a commitment. */
export interface SignInRecord {
  readonly action: 'sign_in' | 'sign_out' | 'refuse';
  readonly method: SignInMethod;
  /** Why it was refused: a code; of `refuse`. */
  readonly code?: string;
}

/** The kinds of entries that a control plane writes. */
export type AdministrationDetail =
  | { readonly kind: 'administration'; readonly administration: AdministrationRecord }
  | { readonly kind: 'sign_in'; readonly signIn: SignInRecord };
