/** What an approver signs: everything an approval is bound to. */

/** Version tag of the statement. */
export const APPROVAL_STATEMENT = 'writ/approval/v1';

/** Code of the denial that takes a hold back, which it names as its parent: whoever asked is gone. */
export const APPROVAL_WITHDRAWN = 'approval.withdrawn';

/** The statement, signed as RFC 8785 JSON with Ed25519. An approval holds for exactly this, once. */
export interface ApprovalStatement {
  readonly type: typeof APPROVAL_STATEMENT;
  readonly answer: 'approve' | 'deny';
  /** Receipt of the held decision. */
  readonly hold: string;
  readonly node: string;
  /** Digest of what would be performed. */
  readonly performedDigest: string;
  /** Content hashes of the forbids it lifts, sorted. */
  readonly lifts: readonly string[];
  readonly policyHash: string;
  /** Milliseconds since 1970; checked at use against the log's time floor. */
  readonly expires: number;
  readonly keyId: string;
  readonly at: number;
  /** Free text of the approver; sealed in records. */
  readonly reason?: string;
}

/** A person who may approve, as configured. */
export interface Approver {
  /** A name, matched by `@approvers`. */
  readonly id: string;
  /** Groups, matched by `@approvers` too. */
  readonly groups: readonly string[];
  /** Raw Ed25519 public key, 32 bytes; of a passkey its COSE key. */
  readonly publicKey: Uint8Array;
  /** Where `publicKey` is that of a passkey: origin of the pages that it signs on. */
  readonly passkey?: { readonly origin: string };
  /** First 16 hexadecimal digits of the SHA-256 of the public key. */
  readonly keyId: string;
  /** The person's id at the identity provider, where it differs from `id`: a requester of this id does not count. */
  readonly person?: string;
}
