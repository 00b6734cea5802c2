/** The state that changes with the log, as the sequencer sees it inside one transaction. Two stores implement it; the rules are written once, over it. */
import type { JsonValue } from '../../kernel/index.ts';
import type {
  Hold,
  HoldAnswer,
  KillScope,
  LimitAccount,
  LimitMeasure,
  LimitUse,
  Pin,
  RecordCollection,
  StateRecord,
} from '../../model/index.ts';
import type { StoredBody } from '../seal/index.ts';

/** A policy set in force. */
export interface ActivePolicy {
  readonly epoch: number;
  readonly policyHash: string;
}

/** Units that an open decision took from one key. */
export interface StoredReservation {
  readonly key: string;
  readonly measure: LimitMeasure;
  readonly account: LimitAccount;
  readonly amount: number;
  /** When, as the account counts it. */
  readonly at: number;
}

/** What erasure and people's rights change. */
export interface PeopleTables {
  record(collection: RecordCollection, key: string): StateRecord | undefined;
  /** In the order of their keys. */
  records(collection: RecordCollection): readonly StateRecord[];
  putRecord(collection: RecordCollection, key: string, value: JsonValue, index: number): void;
  deleteRecord(collection: RecordCollection, key: string): void;
  /** The wrapped key of the entry's body; none where it has no body, or it was destroyed. Empty where the body is not sealed. */
  wrapping(index: number): Uint8Array | undefined;
  /** Destroys key and ciphertext; that there was a body stays known. */
  destroyBody(index: number): void;
  /** Puts another sealed body in the place of the one there. */
  replaceBody(index: number, body: StoredBody): void;
  /** The body is no longer found under the tag. */
  dropConcern(tag: Uint8Array, index: number): void;
  /** Leaves these as those who asked for a held decision. */
  putRequesters(hold: number, requesters: readonly string[]): void;
  /** Leaves of an answer that it was given, and by which key. */
  forgetAnswer(hold: number, keyId: string): void;
}

/** Reads and writes of one transaction; synchronous. Reads see the transaction's own writes. */
export interface StateTables {
  readonly people: PeopleTables;
  killEpoch(): number;
  setKillEpoch(epoch: number): void;
  hasKill(scope: KillScope, id: string): boolean;
  putKill(scope: KillScope, id: string, reason: string): void;
  deleteKill(scope: KillScope, id: string): void;
  policy(scope: string): ActivePolicy | undefined;
  putPolicy(scope: string, policy: ActivePolicy): void;
  isConsumed(key: string): boolean;
  consume(key: string, index: number): void;
  /** Digest of an open decision; absent where it is not open. */
  openDigest(index: number): string | undefined;
  putOpen(index: number, boot: string, digest: string): void;
  /** Answers the digest. */
  deleteOpen(index: number): string | undefined;
  putUnresolved(digest: string, index: number): void;
  deleteUnresolved(digest: string): void;
  hold(index: number): Hold | undefined;
  putHold(hold: Omit<Hold, 'answers' | 'status'>): void;
  setHoldStatus(index: number, status: Hold['status']): void;
  putAnswer(hold: number, answer: HoldAnswer): void;
  pin(server: string, tool: string): Pin | undefined;
  putPin(pin: Pin): void;
  labels(session: string): { readonly labels: readonly string[]; readonly version: number };
  putLabels(session: string, labels: readonly string[], version: number): void;
  limitUse(key: string): LimitUse | undefined;
  /** `end`: from when it may be dropped. */
  putLimit(key: string, use: LimitUse, end: number): void;
  deleteLimit(key: string): void;
  limitCount(): number;
  /** At most `most` keys whose end has come by `now`. */
  endedLimits(now: number, most: number): readonly string[];
  /** Whether any decision has any: cheap, for those that have none. */
  hasReservations(): boolean;
  reservations(index: number): readonly StoredReservation[];
  putReservation(index: number, reservation: StoredReservation): void;
  deleteReservation(index: number, key: string): void;
}
