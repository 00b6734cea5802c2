/** Port of the log and of the state that changes with it in one transaction. */
import type { JsonObject, JsonValue } from '../kernel/index.ts';
import type { Entry, EntryDetail } from './entry.ts';
import type { HeldForbid } from './decision.ts';
import type { KillScope } from './kill-scope.ts';
import type { EraseEffect, RecordCollection, RecordEffect, StateRecord } from './record-port.ts';
import type { LimitReservation, LimitUsage, LimitUse } from './limit-account.ts';

/** A change of state that commits with the entry that records it, or not at all. */
export type StateEffect =
  /** A permitting decision that must be closed by one outcome. */
  | { readonly type: 'open'; readonly digest: string }
  /** A `step_up` decision that waits for people. */
  | {
      readonly type: 'hold';
      readonly digest: string;
      readonly policyHash: string;
      readonly forbids: readonly HeldForbid[];
      /** Ids of the agents and the person that asked; none of them counts toward a quorum. */
      readonly requesters: readonly string[];
      readonly expires: number;
    }
  /** A verified answer; refused as `final` once the hold is denied, approved to its quorum, used or expired. */
  | {
      readonly type: 'answer';
      readonly hold: number;
      readonly answer: 'approve' | 'deny';
      readonly keyId: string;
      readonly approver: string;
      /** The signed statement and its signature, as given. */
      readonly statement: string;
      readonly signature: string;
    }
  /** Takes a hold back: its client is gone. */
  | { readonly type: 'withdraw'; readonly hold: number }
  | { readonly type: 'kill'; readonly scope: KillScope; readonly id: string; readonly reason: string }
  | { readonly type: 'unkill'; readonly scope: KillScope; readonly id: string }
  /** Puts a policy set in force for `scope`; a new hash raises the policy epoch. */
  | { readonly type: 'activate_policy'; readonly scope: string; readonly policyHash: string }
  | {
      readonly type: 'pin';
      readonly server: string;
      readonly tool: string;
      readonly definitionHash: string;
      readonly status: 'accepted' | 'quarantined';
      /** The whole definition, so that a person can compare; operator data, stored in the clear beside the log. */
      readonly definition: JsonObject;
    }
  | { readonly type: 'join_labels'; readonly session: string; readonly labels: readonly string[] }
  /**
   * Takes from limits, all of them or, refused as `limit_exceeded` or `limit_keys`, none. Given back by the outcome that closes this entry: all where it is
   * `not_performed`, what is held at once in any case, nothing else where it is `unknown`.
   */
  | { readonly type: 'reserve_limits'; readonly reservations: readonly LimitReservation[] }
  /** What the closed decision's action used, in place of what was reserved. A measure that is absent keeps what was. */
  | { readonly type: 'settle_limits'; readonly usage: LimitUsage }
  /** A log that goes on takes over what one before left to a person: this digest ended `unknown` there. */
  | { readonly type: 'inherit_unresolved'; readonly digest: string }
  /** A log that goes on takes over the account of `key` as it stood; one that is counted already stays as it is. `end`: from when it may be dropped. */
  | { readonly type: 'inherit_limit'; readonly key: string; readonly use: LimitUse; readonly end: number }
  | RecordEffect
  | EraseEffect;

/** What must still be true inside the transaction for an entry to be written. */
export interface RecordConditions {
  /** Instant, on the log's time floor, after which the entry may no longer be written (an approval's expiry). */
  readonly notAfter?: number;
  /** Records that it rests on, each by the index of the entry that wrote it, `null` for none: one that is another by now refuses, as `conflict`. */
  readonly records?: readonly {
    readonly collection: RecordCollection;
    readonly key: string;
    readonly index: number | null;
  }[];
}

/** What must still be true for a permitting entry. */
export interface AppendConditions extends RecordConditions {
  readonly killEpoch: number;
  readonly policyScope: string;
  readonly policyEpoch: number;
}

/** An entry before it is sequenced. The log adds id, commitments, sealed body, producer, floor and witnessed size. */
export interface EntryDraft {
  readonly detail: EntryDetail;
  readonly tenant: string;
  readonly time: number;
  readonly monotonicNs: bigint;
  readonly retentionClass: string;
  /** Fields that stand in the leaf as commitments and in the sealed body in full. */
  readonly committed: Readonly<Record<string, JsonValue>>;
  /** The complete decision input, committed as `inputCommitment` and sealed; absent where there is none. */
  readonly input?: JsonValue;
  /** Whom the body concerns: keys of the erasure index. */
  readonly concerns: readonly string[];
  /** Keys used up by this entry; an append whose key is already used is refused. */
  readonly consumes?: readonly string[];
  /** A permitting decision has the whole of it; the log does not know which entry should. */
  readonly conditions?: AppendConditions | RecordConditions;
  readonly effects?: readonly StateEffect[];
}

/** Why a well-formed append was not written. Nothing of it was: no entry, no effect. */
export type AppendRefusal =
  | 'kill_epoch'
  | 'policy_epoch'
  | 'conflict'
  | 'consumed'
  | 'expired'
  | 'final'
  | 'legal_hold'
  | 'limit_exceeded'
  | 'limit_keys'
  | 'not_open'
  | 'unknown_hold'
  | 'unknown_target';

/** The answer to an append, given after it is durable. */
export type AppendResult =
  | {
      readonly status: 'committed';
      readonly index: number;
      readonly receipt: string;
      readonly timeFloor: number;
    }
  | { readonly status: 'refused'; readonly refusal: AppendRefusal };

/** Appends entries, many callers at once. */
export interface LogWriter {
  readonly origin: string;
  /**
   * Resolves once the entry and its effects are durable. Rejects with `log.unavailable` or `log.corrupt` where that is not known:
   * the caller must treat the entry as not written and must not act.
   * Rejects with `guard.overloaded` where too many wait, and with `entry.invalid` or `entry.too-large` for what no entry can hold: nothing was written.
   * The epochs in a `kill` or `policy` record and `closedUnknown` are those of the transaction, whatever the draft says.
   */
  append(draft: EntryDraft): Promise<AppendResult>;
  /** Waits for what is under way, publishes, and lets go of the store. Idempotent. */
  close(): Promise<void>;
}

/** A held decision and the answers to it. */
export interface Hold {
  /** Index of the decision entry; the reference people see is `origin#index`. */
  readonly index: number;
  readonly digest: string;
  readonly policyHash: string;
  readonly forbids: readonly HeldForbid[];
  readonly requesters: readonly string[];
  readonly created: number;
  readonly expires: number;
  /** `approved` says only that nobody denied and some approved; quorum and signatures are checked by the reader. */
  readonly status: 'waiting' | 'denied' | 'used' | 'withdrawn';
  readonly answers: readonly HoldAnswer[];
}

/** Why a node does not take an answer that a control plane took: a closed list, so that neither puts words into the other's mouth. */
export const ANSWER_REFUSALS = ['unknown_key', 'invalid', 'expired', 'not_entitled'] as const;
export type AnswerRefusal = (typeof ANSWER_REFUSALS)[number];

/** One person's signed answer. */
export interface HoldAnswer {
  readonly answer: 'approve' | 'deny';
  readonly keyId: string;
  readonly approver: string;
  readonly statement: string;
  readonly signature: string;
  readonly index: number;
}

/** A pinned tool definition. */
export interface Pin {
  readonly server: string;
  readonly tool: string;
  readonly definitionHash: string;
  readonly status: 'accepted' | 'quarantined';
  readonly definition: JsonObject;
  /** The last accepted definition, where the present one is quarantined as changed. */
  readonly accepted?: { readonly definitionHash: string; readonly definition: JsonObject };
}

/** Which definition of a tool was pinned last, and whether it is accepted. */
export type PinStanding = Pick<Pin, 'status' | 'definitionHash'>;

/** Reads the state beside the log: synchronous, cheap, always the last committed. Faults with `log.unavailable`. */
export interface StateReader {
  epochs(policyScope: string): {
    readonly killEpoch: number;
    readonly policyEpoch: number;
    readonly policyHash?: string;
  };
  kills(): readonly { readonly scope: KillScope; readonly id: string; readonly reason: string }[];
  hold(index: number): Hold | undefined;
  /** The youngest hold for this digest that is neither used, withdrawn nor past its expiry. */
  holdFor(digest: string): Hold | undefined;
  holds(): readonly Hold[];
  pins(server?: string): readonly Pin[];
  /** What stands of one tool, without its definitions: asked at each call. */
  pinStanding(server: string, tool: string): PinStanding | undefined;
  labels(session: string): { readonly labels: readonly string[]; readonly version: number };
  /** Whether an earlier run of this digest ended `unknown` and no later one was permitted that names an approval for it; an answer alone does not settle it. */
  isUnresolved(digest: string): boolean;
  /** What stands to the account of `key`; absent where nothing was taken. */
  limitUse(key: string): LimitUse | undefined;
  /** The record `key` of a collection; absent where there is none. */
  record(collection: RecordCollection, key: string): StateRecord | undefined;
  /** All records of a collection, in the order of their keys. */
  records(collection: RecordCollection): readonly StateRecord[];
  /** The tags under which `concern` is found, in hexadecimal: that of the present key first, then of former ones. */
  tags(concern: string): readonly string[];
  /** The greatest time recorded, milliseconds since 1970; 0 in an empty log. */
  timeFloor(): number;
  /** A number that changes whenever another process committed; for cheap polling. */
  version(): number;
  /**
   * The state as of now: a reader whose answers are those of this instant or later ones, and which reads nothing twice. Good until the event loop turns:
   * whoever waited looks again. Absent where each answer costs nothing. Faults with `log.unavailable`.
   */
  look?(): StateReader;
}

/** Reads entries and opens their sealed bodies. */
export interface LogReader {
  readonly origin: string;
  size(): number;
  /** Exact bytes and parsed form; faults `log.missing` outside the log. */
  entry(index: number): { readonly bytes: Uint8Array; readonly entry: Entry };
  /** Indexes of the entries whose bodies concern `concern` and were not destroyed, rising. */
  concerning(concern: string): readonly number[];
  /** The sealed body in full, or what an erasure left of it; faults `log.body-erased` where it was destroyed. */
  body(index: number): JsonObject;
  /** What stands for the body as it is now, and is another once the body is: its wrapped key in standard base64, empty where there is none. */
  wrapping(index: number): string;
}
