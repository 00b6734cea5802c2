/** What to verify of a log, and what was found. */
import type { Problem } from './problem.ts';
import type { LogSource } from './source.ts';
import type { Disclosed, Trust } from './trust.ts';

/** A check of the caller's: what is wrong with `entry` in one line, or nothing. Called once per entry, in order. The bytes are on loan. */
export type CheckEntry = (entry: Uint8Array, index: number) => string | undefined;

/** What to verify, and against what. */
export interface VerifyOptions {
  readonly source: LogSource;
  readonly trust: Trust;
  /** Signed checkpoints of this log that the verifier kept from earlier; default none. */
  readonly noted?: readonly Uint8Array[];
  /**
   * A signed checkpoint verified earlier: entries under it are not read again but for the last, begun bundle, and producers may go on from
   * before it. Default none: everything is read.
   */
  readonly from?: Uint8Array;
  /** Entries the log must have at least; default 0. Without it and `noted`, a log cut back to an older checkpoint verifies. */
  readonly minimumSize?: number;
  /** `ordered`: entries are those of Writ, and what they say of origin, time and producer is checked. Default `opaque`. */
  readonly entries?: 'opaque' | 'ordered';
  /** Disclosed bodies by the index of their entry; default none. Any make `entries` ordered. */
  readonly disclosed?: ReadonlyMap<number, Disclosed>;
  /** Only the root is recomputed from the entries; tiles are not compared. Default false. */
  readonly rootOnly?: boolean;
  /** A further check of every entry; default none. */
  readonly checkEntry?: CheckEntry;
  /** Called before each bundle with the number of entries before it; what it throws ends verification. */
  readonly progress?: (entries: number) => void;
}

/** How far independent witnesses vouch for a log. */
export interface Witnessed {
  /** The first entries of the log that enough witnesses cosigned: those under the present checkpoint, or under one noted earlier. */
  readonly entries: number;
  /** Names of the trusted witnesses that cosigned the present checkpoint. */
  readonly witnesses: readonly string[];
  /** Trusted witnesses that the verifier brought. */
  readonly of: number;
}

/** What was found. */
export interface LogReport {
  /** Whether a trusted key signed the root that the bytes of all entries lead to, and nothing else was wrong. */
  readonly ok: boolean;
  /** As the checkpoint says; absent where it cannot be read. Proven only where `ok`. */
  readonly origin?: string;
  readonly size?: number;
  /** The root recomputed from the entries, 32 bytes; absent where it could not be. */
  readonly root?: Uint8Array;
  /**
   * The first entries, where their bundles are gone: as many as `below`, with the index of the entry that tells of their pruning. Their leaf hashes are those of the tiles, which the
   * signed root proves; what they say was not looked at. Absent where every entry was read.
   */
  readonly pruned?: { readonly below: number; readonly entry: number };
  /** Entries the source holds beyond the checkpoint: covered by no signature, and not looked at. */
  readonly uncovered: number;
  /** Disclosed fields that were found to be what their entries committed to. */
  readonly opened: number;
  readonly witnessed: Witnessed;
  /** In the order found; at most 100, and the entries after the hundredth are not read. */
  readonly problems: readonly Problem[];
}
