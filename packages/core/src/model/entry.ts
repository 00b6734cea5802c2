/** What stands in the log: the leaf's bytes are one entry in fixed field order, hashed as stored (architecture, section 5). */
import type { AdministrationDetail } from './administration.ts';
import type { Check, DecisionSource, PolicyRef } from './decision.ts';
import type { KillReason, KillScope } from './kill-scope.ts';
import type { PrivacyDetail } from './privacy-records.ts';
import type { Initiator, Phase } from './request.ts';
import type { AuthenticationMethod, Assurance } from './subject.ts';
import type { Mode, Verdict } from './verdict.ts';

/** Version of the {@link Entry} shape. */
export const ENTRY_VERSION = 1;

/** Every kind of entry. */
export const ENTRY_KINDS = [
  'start',
  'decision',
  'outcome',
  'answer',
  'kill',
  'policy',
  'pin',
  'refusals',
  'key',
  'heartbeat',
  'downtime',
  'mirror',
  'token',
  'issuer',
  'erasure',
  'legal_hold',
  'retention',
  'consent',
  'register',
  'notice',
  'case',
  'export',
  'body_key',
  'administration',
  'sign_in',
  'stop',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/**
 * What became of a permitted action. `not_performed`: it surely did not run. `unknown`: the node ended between recording and finishing.
 * `withheld`: performed, and its result was not delivered.
 */
export const OUTCOMES = ['performed', 'failed', 'not_performed', 'withheld', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A salted commitment to a value that the leaf does not show: `HMAC-SHA256(salt, JCS([origin, entry id, field, value]))`. */
export interface Commitment {
  /** Name of the top-level field. */
  readonly field: string;
  readonly alg: 'hmac-sha256';
  /** Standard base64, 32 bytes. The salt lies in the sealed body. */
  readonly value: string;
}

/** The sealed sidecar of an entry. */
export interface BodyRef {
  /** ULID. */
  readonly id: string;
  /** Id of the key that wraps the body's own key. */
  readonly keyId: string;
  /** SHA-256 in hexadecimal of the ciphertext. */
  readonly ciphertextHash: string;
}

/** Who wrote an entry, and that none of its entries is missing. */
export interface Producer {
  /** Node id. */
  readonly id: string;
  /** ULID, new with each process. */
  readonly boot: string;
  /** 0 for the first entry of a boot, then without gaps. */
  readonly counter: number;
  /** Index of this boot's preceding entry; `null` for its first. */
  readonly previous: number | null;
}

/** A list that a record holds only the beginning of. All of it is a committed field, `decision.held` and so on. */
export interface CutList {
  readonly list: 'determining' | 'errors' | 'obligations' | 'checks' | 'held';
  /** Items of the whole list. */
  readonly count: number;
}

/** What a candidate set answered beside the set in force. It decided nothing. */
export interface ShadowRecord {
  readonly policyHash: string;
  /** `failed`: the candidate broke, and says nothing. */
  readonly status: 'same' | 'differs' | 'failed';
  readonly verdict?: Verdict;
  readonly would?: Verdict;
  /** What determined the candidate's answer where it differs: the first 8. */
  readonly determining: readonly PolicyRef[];
}

/** What is measured on the way to a decision, in the order of the line. `wait`: for policy to be followed, or shares of a fleet's limits. */
export const DECISION_STEPS = ['identify', 'wait', 'admit', 'facts', 'decide'] as const;
export type DecisionStep = (typeof DECISION_STEPS)[number];
/** What is measured after it; recording the outcome itself cannot stand in its own entry. */
export const OUTCOME_STEPS = ['record', 'perform', 'inspect'] as const;
export type OutcomeStep = (typeof OUTCOME_STEPS)[number];

/** The part of a decision that may stand in the clear: codes, ids of policies, counts and hashes of public things. */
export interface DecisionRecord {
  readonly verdict: Verdict;
  readonly would?: Verdict;
  readonly mode: Mode;
  readonly source: DecisionSource;
  readonly code?: string;
  /** {@link RECORDED_METHODS} by name; any other is `other` and its name a commitment. */
  readonly method: string;
  readonly phase: Phase;
  readonly initiator: Initiator;
  readonly authentication: { readonly method: AuthenticationMethod; readonly assurance: Assurance };
  readonly determining: readonly PolicyRef[];
  readonly determiningCount: number;
  readonly errors: readonly { readonly policy: string; readonly code: string }[];
  readonly policyHash: string;
  readonly schemaHash: string;
  readonly entitiesHash: string;
  readonly engineVersion: string;
  readonly killEpoch: number;
  readonly policyEpoch: number;
  readonly labelsVersion: number;
  /** How many parts were judged, and how many with each verdict (absent is 0). */
  readonly parts: { readonly count: number; readonly verdicts: Readonly<Partial<Record<Verdict, number>>> };
  /** `redact`, `label`: types only, with the finding kinds they name. */
  readonly obligations: readonly { readonly type: string; readonly names: readonly string[] }[];
  readonly checks: readonly Check[];
  readonly approvals: readonly {
    readonly hold: string;
    readonly keyIds: readonly string[];
    readonly lifts: readonly string[];
  }[];
  readonly isolation: 'isolated' | 'unisolated';
  readonly held: readonly { readonly contentHash: string; readonly quorum: number }[];
  /** Lists that were too long for an entry; written by the log. Absent for none. */
  readonly cut?: readonly CutList[];
  /** Receipt of the decision this one resumes. */
  readonly parent?: string;
  /** Absent where no candidate set runs beside. */
  readonly shadow?: ShadowRecord;
  /** Time spent on the way to it by step, in whole microseconds of the producer's monotonic clock. Absent where nobody measured: never 0 for unknown. */
  readonly spentUs?: Readonly<Partial<Record<DecisionStep, number>>>;
}

/** A person's answer to a held decision. */
export interface AnswerRecord {
  readonly answer: 'approve' | 'deny';
  /** Key id of the approver. */
  readonly keyId: string;
  readonly policyHash: string;
  readonly lifts: readonly string[];
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** A kill switch thrown or taken back; what it names is a commitment. */
export interface KillRecord {
  readonly action: 'kill' | 'unkill';
  readonly scope: KillScope;
  readonly reason: KillReason;
  readonly killEpoch: number;
  /** Indexes of decisions that waited for people and wait no more: nobody may agree to what was stopped. Absent for none. */
  readonly withdrawn?: readonly number[];
}

/** A policy set that came into force. */
export interface PolicyRecord {
  readonly policyHash: string;
  readonly schemaHash: string;
  readonly mode: Mode;
  readonly policyEpoch: number;
}

/** A tool definition first seen, changed or accepted; its name is a commitment. */
export interface PinRecord {
  readonly status: 'accepted' | 'quarantined';
  /** Why: `trusted`, `first_seen`, `changed`, `operator`. */
  readonly cause: 'trusted' | 'first_seen' | 'changed' | 'operator';
  /** SHA-256 in hexadecimal of the canonical definition. */
  readonly definitionHash: string;
  /** Hash of the definition that was accepted until now, where another one was. */
  readonly previousHash?: string;
  /** Kinds of what a review of the definition found, sorted, unique; absent where nothing was. */
  readonly findings?: readonly string[];
}

/** A producer that came up. */
export interface StartRecord {
  readonly softwareVersion: string;
  readonly durability: 'commit' | 'interval';
  /** Open decisions of ended boots that this start closed as `unknown`. */
  readonly closedUnknown: number;
}

/** Refusals before authentication, counted and not recorded one by one. */
export interface RefusalsRecord {
  /** Count by fault code. */
  readonly counts: Readonly<Record<string, number>>;
  readonly since: number;
}

/** What happened to a key that signs checkpoints of the log. */
export interface KeyRecord {
  /**
   * `add`: it signs from now on, beside those before it. `retire`: it signs no more. `revoke`: nothing that it signs after this entry is this log's; the log ends
   * here. `succeed`: it signs this log, which goes on where `predecessor` ended.
   */
  readonly action: 'add' | 'retire' | 'revoke' | 'succeed';
  /** The key as a verifier is given it, `name+keyid+base64`. */
  readonly key: string;
  /** Origin of the log that goes on; for `revoke`, and there alone. */
  readonly successor?: string;
  /** The end of the log before; for `succeed`, and there alone. */
  readonly predecessor?: { readonly origin: string; readonly size: number; readonly root: string };
}

/** A sign of life of a producer that had nothing else to write. */
export interface HeartbeatRecord {
  /** Such a sign comes at least this often while the producer lives, in milliseconds; any other entry of it is one too. */
  readonly everyMs: number;
}

/** A time in which nobody wrote to the log, told by the producer that ended it. */
export interface DowntimeRecord {
  /** Index of the last entry before it. */
  readonly after: number;
  /** Time of that entry, milliseconds since 1970; it ends with the time of this one. */
  readonly since: number;
  /** Whether that entry says that its producer stopped in order; otherwise nobody knows how it ended. */
  readonly end: 'stopped' | 'unknown';
}

/** What a mirror does with a log that it copies, in its own log. */
export type MirrorRecord =
  /** Entries of the log are taken from now on where a checkpoint is signed by `key`, a verifier key `name+keyid+base64`. */
  | { readonly action: 'enrol'; readonly log: string; readonly key: string }
  /** No more are taken; what is held stays. */
  | { readonly action: 'retire'; readonly log: string }
  /** All entries of this checkpoint are held. Not every checkpoint is told of. `root` is standard base64. */
  | { readonly action: 'cosign'; readonly log: string; readonly size: number; readonly root: string };

/** An API token made or ended by an operator. Whose it is, is a commitment. */
export type TokenRecord =
  /** `id`: the first 16 hexadecimal digits of its SHA-256. `expires`: milliseconds since 1970. */
  | { readonly action: 'create'; readonly id: string; readonly expires: number }
  | { readonly action: 'revoke'; readonly id: string };

/** What a node does with the keys of an issuer of access tokens that is out of reach. */
export type IssuerRecord =
  /** Tokens are verified with keys that are not fresh, until `until` at the latest, milliseconds since 1970. `issuer`: the operator's name for it. */
  | { readonly action: 'keys_kept'; readonly issuer: string; readonly until: number }
  /** Its keys were fetched again. */
  | { readonly action: 'keys_fetched'; readonly issuer: string }
  /** Its keys are too old: none of its tokens counts. */
  | { readonly action: 'keys_ended'; readonly issuer: string };

/** The kind and its own record, under one name. */
export type EntryDetail =
  | { readonly kind: 'start'; readonly start: StartRecord }
  | { readonly kind: 'decision'; readonly decision: DecisionRecord }
  | {
      readonly kind: 'outcome';
      readonly outcome: Outcome;
      readonly decisionOf: number;
      readonly code?: string;
      /** The decision on the result (`results/deliver`), where there was a result to judge. */
      readonly delivery?: DecisionRecord;
      /** Redactions made in the delivered result, count by finding kind. */
      readonly redactions?: Readonly<Record<string, number>>;
      /** What the call cost in millionths of the currency unit, as the face's meter said once it had the result. Absent where nothing said so: never 0 for unknown. */
      readonly costMicros?: number;
      /** Time spent since the decision by step, as {@link DecisionRecord.spentUs}. */
      readonly spentUs?: Readonly<Partial<Record<OutcomeStep, number>>>;
    }
  | { readonly kind: 'answer'; readonly answer: AnswerRecord; readonly decisionOf: number }
  | { readonly kind: 'kill'; readonly kill: KillRecord }
  | { readonly kind: 'policy'; readonly policy: PolicyRecord }
  | { readonly kind: 'pin'; readonly pin: PinRecord }
  | { readonly kind: 'refusals'; readonly refusals: RefusalsRecord }
  | { readonly kind: 'key'; readonly key: KeyRecord }
  | { readonly kind: 'heartbeat'; readonly heartbeat: HeartbeatRecord }
  | { readonly kind: 'downtime'; readonly downtime: DowntimeRecord }
  | { readonly kind: 'mirror'; readonly mirror: MirrorRecord }
  | { readonly kind: 'token'; readonly token: TokenRecord }
  | { readonly kind: 'issuer'; readonly issuer: IssuerRecord }
  | PrivacyDetail
  | AdministrationDetail
  | { readonly kind: 'stop'; readonly stop: { readonly entries: number } };

/** An entry as parsed from its bytes. */
export type Entry = EntryDetail & {
  readonly version: typeof ENTRY_VERSION;
  /** ULID. */
  readonly id: string;
  readonly origin: string;
  readonly tenant: string;
  /** Wall clock of the producer, milliseconds since 1970. */
  readonly time: number;
  readonly monotonicNs: string;
  /** Commitment to the whole decision input; absent for kinds without one. */
  readonly inputCommitment?: string;
  readonly commitments: readonly Commitment[];
  readonly body?: BodyRef;
  readonly retentionClass: string;
  /** Unique keys that this entry used up. */
  readonly consumes?: readonly string[];
  // Added by the sequencer, inside the transaction, after everything above:
  readonly producer: Producer;
  /** The greatest of all recorded times so far, this one included; never falls from one index to the next. */
  readonly timeFloor: number;
  /** Largest size a witness has cosigned; 0 without witnesses. */
  readonly witnessedSize: number;
};
