/** What entries say of personal data: codes, counts, indexes and instants. Whom they concern is always a commitment. */

/** Indexes from `from` up to `to`, without `to`. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/** Most ranges of one entry; what is more goes into another. */
export const MAX_RANGES = 512;

/** Why bodies were erased. */
export const ERASURE_CAUSES = ['subject_request', 'retention', 'operator'] as const;
export type ErasureCause = (typeof ERASURE_CAUSES)[number];

/** Bodies that were erased with this entry; that one is gone without such an entry is a fault of the log. */
export interface ErasureRecord {
  readonly cause: ErasureCause;
  /** Bodies of which key, salts and ciphertext are gone. */
  readonly destroyed: readonly IndexRange[];
  /** Bodies that concern others too: sealed again without the values of the one who was erased. */
  readonly resealed: readonly IndexRange[];
  /**
   * SHA-256 in hexadecimal of the ciphertext of each of `resealed`, in rising order of indexes: neither another body nor what an earlier erasure left can take its place. Absent where
   * nothing was sealed again.
   */
  readonly ciphertextHashes?: readonly string[];
  /** Bodies in both lists together; 0 where only names in the state beside the log were erased. */
  readonly bodies: number;
}

/** What a legal hold keeps from being erased. */
export const LEGAL_HOLD_SCOPES = ['tenant', 'subject', 'session', 'indexes', 'period'] as const;
export type LegalHoldScope = (typeof LEGAL_HOLD_SCOPES)[number];

/** A legal hold placed or released; its reason, and whom it is about, are commitments. */
export interface LegalHoldRecord {
  readonly action: 'place' | 'release';
  /** ULID of the hold. */
  readonly id: string;
  readonly scope: LegalHoldScope;
}

/** One run of retention over one class, or over the bundles in which entries are published. */
export interface RetentionRecord {
  /** The retention class; `bundles` where it tells of those. */
  readonly class: string;
  /** Bodies of entries before this instant are past their time, in milliseconds since 1970; so are the entries themselves, where it tells of bundles. */
  readonly before: number;
  /** Bodies, or bundles. */
  readonly destroyed: number;
  /** Bodies past their time that a legal hold keeps; of bundles, the entries past their time from the first on that one keeps. */
  readonly held: number;
  /** Entries below are served no longer; absent where it tells of bodies. Rows and tiles stay. */
  readonly minimumIndex?: number;
  /** What was archived, and verified there, before anything was destroyed: SHA-256 in hexadecimal of the archive, or of the bundles one after the other, and how many are in it. */
  readonly archive?: { readonly hash: string; readonly bodies: number };
}

/** Consent of a person to a purpose; whose it is, is a commitment. */
export interface ConsentRecord {
  readonly action: 'give' | 'withdraw';
  /** Id of the purpose in the register. */
  readonly purpose: string;
  /** SHA-256 in hexadecimal of the register that the person was shown. */
  readonly registerHash: string;
}

/** A register of purposes that came into force. */
export interface RegisterRecord {
  /** SHA-256 in hexadecimal of its canonical form. */
  readonly hash: string;
  readonly purposes: number;
  readonly notices: number;
}

/** A notice shown to a person; to whom is a commitment. */
export interface NoticeRecord {
  readonly id: string;
  readonly version: number;
  /** By which face, `mcp`, `hook` and so on. */
  readonly channel: string;
}

/** What a case is about: the rights of GDPR articles 15 to 21, and a breach of articles 33 and 34. */
export const CASE_TYPES = [
  'access',
  'rectification',
  'erasure',
  'portability',
  'restriction',
  'objection',
  'breach',
] as const;
export type CaseType = (typeof CASE_TYPES)[number];

/** A step of a case; whom it concerns and what was found are commitments. */
export interface CaseRecord {
  readonly action: 'open' | 'step' | 'extend' | 'close';
  /** ULID of the case. */
  readonly id: string;
  readonly type: CaseType;
  /** A code of what was done. */
  readonly step?: string;
  /** By when it must be closed, in milliseconds since 1970; of `open` and `extend`. */
  readonly due?: number;
  /** How it ended; of `close`. */
  readonly outcome?: string;
}

/** How far a destination of events is behind the log. */
export interface ExportRecord {
  /** Its name in the configuration. */
  readonly destination: string;
  readonly status: 'behind' | 'caught_up' | 'skipped';
  /** Entries that it has not got: indexes from `from` up to `to`, without `to`. */
  readonly from: number;
  readonly to: number;
  /** How long the oldest of them has waited, in milliseconds. */
  readonly lagMs: number;
}

/** What happened to a key under which the keys of bodies are wrapped. */
export interface BodyKeyRecord {
  /** `rotate`: new bodies are sealed under `keyId`, no longer under `previous`. `wrap`: it is wrapped by another key. `retire`: it is destroyed. */
  readonly action: 'rotate' | 'wrap' | 'retire';
  readonly keyId: string;
  /** Id of the key-encryption key that wraps it. */
  readonly wrappedBy: string;
  readonly previous?: string;
}

/** The kinds of entries about personal data, keys of bodies and where events go. */
export type PrivacyDetail =
  | { readonly kind: 'erasure'; readonly erasure: ErasureRecord }
  | { readonly kind: 'legal_hold'; readonly legalHold: LegalHoldRecord }
  | { readonly kind: 'retention'; readonly retention: RetentionRecord }
  | { readonly kind: 'consent'; readonly consent: ConsentRecord }
  | { readonly kind: 'register'; readonly register: RegisterRecord }
  | { readonly kind: 'notice'; readonly notice: NoticeRecord }
  | { readonly kind: 'case'; readonly case: CaseRecord }
  | { readonly kind: 'export'; readonly export: ExportRecord }
  | { readonly kind: 'body_key'; readonly bodyKey: BodyKeyRecord };
