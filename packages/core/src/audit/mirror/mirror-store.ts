/** What a mirror remembers of each log beside its files: which logs it copies, how far, and what spoke against one. */

/** A log that is, or was, mirrored. */
export interface EnrolledLog {
  readonly origin: string;
  /** Its verifier keys, `name+keyid+base64`; one of them signs each checkpoint. */
  readonly keys: readonly string[];
  /** When it was enrolled first, milliseconds since 1970. */
  readonly enrolledAt: number;
  /** When it was retired; absent while its entries are taken. */
  readonly retiredAt?: number;
}

/** How far a copy is. */
export interface MirrorPosition {
  /** Grows with each change. */
  readonly revision: number;
  /** Signed checkpoints that entries are taken for, by size: the last is the pending one. At most {@link MAX_PENDING}. */
  readonly pending: readonly string[];
  /** Entries held: from 0 up to, not including, this one. */
  readonly next: number;
  /** The partial tiles over those entries, one after another, highest level first. */
  readonly edge: Uint8Array;
  /** The checkpoint cosigned last, as a note with its cosignatures. */
  readonly cosigned?: string;
  /** What the last entry held says of time and witnesses; entries after it say no less. */
  readonly timeFloor: number;
  readonly witnessedSize: number;
}

/** Where a process of a log wrote last. */
export interface ProducerPlace {
  readonly counter: number;
  readonly index: number;
}

/** What changes at once. */
export interface MirrorChange extends Partial<Omit<MirrorPosition, 'revision'>> {
  /** Places by boot. */
  readonly producers?: ReadonlyMap<string, ProducerPlace>;
}

/**
 * `forked`: two checkpoints of one log that cannot both be true, proven. `unproven`: a larger checkpoint whose proof from what is held does not verify; a wrong proof
 * shows the same. `entry`: an entry that its log signed and that is not in its place.
 */
export type EvidenceKind = 'forked' | 'unproven' | 'entry';

/** What spoke against a log, for a person to look at. */
export interface MirrorEvidence {
  readonly kind: EvidenceKind;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What was found. */
  readonly message: string;
  /** The signed checkpoint held when it was found; empty for none. */
  readonly held: string;
  /** The signed checkpoint that came. */
  readonly offered: string;
}

/** Most pending checkpoints kept. */
export const MAX_PENDING = 8;
/**
 * Most pieces of evidence of one kind kept of one log, the first: more could be sent without end, those of one kind by anybody who reads the log. They take no room from
 * those of another kind.
 */
export const MAX_EVIDENCE = 100;

/**
 * Port: the state of a mirror. Each change is durable when it resolves, and all of it or none. Any number of processes may share one: {@link MirrorStore.advance} lets one of two win.
 * Faults are `log.unavailable`.
 */
export interface MirrorStore {
  /** All logs, by origin. */
  logs(): Promise<readonly EnrolledLog[]>;
  log(origin: string): Promise<EnrolledLog | undefined>;
  /** Adds `key` to the log of `origin`, which is made, or taken up again, where it has to be. */
  enrol(origin: string, key: string, time: number): Promise<void>;
  /** Takes no more entries of a log; what is held stays. */
  retire(origin: string, time: number): Promise<void>;
  /** How far the copy of an enrolled log is. */
  position(origin: string): Promise<MirrorPosition>;
  producer(origin: string, boot: string): Promise<ProducerPlace | undefined>;
  /** Makes `change` to the position with that `revision`. Throws `log.conflict` where it was changed since. */
  advance(origin: string, revision: number, change: MirrorChange): Promise<void>;
  /** Keeps `evidence` unless the same was kept, or {@link MAX_EVIDENCE} of its kind are. */
  keepEvidence(origin: string, evidence: MirrorEvidence): Promise<void>;
  evidence(origin: string): Promise<readonly MirrorEvidence[]>;
}
