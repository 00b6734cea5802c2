/** How logs in data folders are opened. */
import type { LogBucket } from './bucket-copy.ts';
import type { LogIdentity, Timer } from './log.ts';
import type { BodyKey, FindBodyKey } from './seal/index.ts';
import type { StepFault } from './sequencer/index.ts';
import type { Durability } from './store/index.ts';
import type { LogWitnesses } from './witness/index.ts';

/** What the logs of one data folder have in common in one process. */
export interface LogStoreOptions extends Omit<LogIdentity, 'origin' | 'tenant'> {
  /** The data folder, `.writ`; made where it is missing. */
  readonly path: string;
  /** Default `commit`. */
  readonly durability?: Durability;
  /** Publishes at intervals; absent: on demand and at the end. */
  readonly timer?: Timer;
  /** Told why publishing at an interval, or to a bucket at the end, failed; it is tried again at the next. Default: nobody. */
  readonly onPublishFault?: (fault: unknown) => void;
  /** Faults to happen at named steps; for tests of crashes. */
  readonly faults?: readonly StepFault[];
}

/** One log of a store. */
export interface StoredLogOptions extends Pick<LogIdentity, 'origin' | 'tenant'> {
  /** Name of the tenant whose log it is: at most 63 of a-z, 0-9 and inner hyphens. Absent: the data folder's own log. */
  readonly name?: string;
  /** Ed25519 seed, 32 bytes; the key's name is the origin. `overlapping` keys sign checkpoints beside it while keys change; the state is sealed with `seed`. */
  readonly signingKey: { readonly seed: Uint8Array; readonly overlapping?: readonly Uint8Array[] };
  /** Wraps the keys of new bodies. */
  readonly bodyKey: BodyKey;
  /** Earlier wrapping keys, for reading. */
  readonly formerBodyKeys?: readonly BodyKey[];
  /** Asked for a key that is neither: of a tenant's ring, which another process may change. */
  readonly findBodyKey?: FindBodyKey;
  /** While the log is open, an entry is written at least this often, in milliseconds; needs `timer`. Default {@link HEARTBEAT_MS}. */
  readonly heartbeatMs?: number;
  /**
   * Where the log is published as well, beside its folder; default nowhere. At the start the database must hold at least what is published there. One log lives in one
   * bucket, or under one prefix of it.
   */
  readonly bucket?: LogBucket;
  /** Asked to cosign each published checkpoint, and before the first entry whether they saw further; default none. */
  readonly witnesses?: LogWitnesses;
}

/** How to open the log of a data folder. */
export interface LogOptions extends LogIdentity, LogStoreOptions, Omit<StoredLogOptions, 'name'> {}
