/** What a log is to its owner, wherever it is kept. */
import type { Clock, Random } from '../kernel/index.ts';
import type { VerifierKey } from '../proof/index.ts';
import type { PublishedBundles } from './publish/index.ts';
import type { EntryDetail, EntryDraft, LogReader, LogWriter, Outcome, StateReader } from '../model/index.ts';

/** How often a producer shows that it lives, in milliseconds. */
export const HEARTBEAT_MS = 60_000;

/** Calls something again and again; the L0–L2 form of a timer. */
export interface Timer {
  /** Calls `run` every `milliseconds` until the answer is called. Must not keep the process alive. */
  every(milliseconds: number, run: () => void): () => void;
}

/** A log, opened. */
export interface OpenLog {
  readonly writer: LogWriter;
  readonly state: StateReader;
  readonly reader: LogReader;
  /** What a verifier needs to trust this log; hand it over by another way than the log itself. */
  readonly verifierKey: VerifierKey;
  /** The newest signed checkpoint, as a signed note (c2sp.org/tlog-checkpoint). Throws `log.missing` for an empty log. */
  checkpoint(): Uint8Array;
  /**
   * Publishes tiles, bundles and checkpoint now and answers the published size; does nothing where there is no folder. Files that are missing or cut short
   * are written again at the first call, all of them where `rebuild` says so. Throws `log.corrupt`.
   */
  publish(rebuild?: boolean): Promise<number>;
  /**
   * Whether an entry used `key` up: of all that this producer appended before, and of all that were durable when it was asked, whichever process wrote them. Writes
   * nothing. Throws `log.unavailable` where that cannot be known, `log.closed`.
   */
  isConsumed(key: string): Promise<boolean>;
  /** Bundles of the log where it is published; absent where it is not. */
  readonly bundles?: PublishedBundles | undefined;
  /** Seconds since witnesses that are enough last cosigned, since 1970 where they have not yet; `undefined` for a log that has none. */
  unwitnessedSeconds?(): number | undefined;
  /** Resolves when no witness is being asked: what {@link publish} began is cosigned by then, or was refused. */
  awaitWitnesses?(): Promise<void>;
  /** Ends the log: a `stop` entry, everything written, published. Idempotent; the same as the writer's. */
  close(): Promise<void>;
}

/** What every log needs from outside. */
export interface LogIdentity {
  /** Identity of the log, and name of its key: a schema-less URL is usual. */
  readonly origin: string;
  /** Of the log's own entries. */
  readonly tenant: string;
  /** Id of this node. */
  readonly node: string;
  readonly softwareVersion: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Retention class of entries that the log writes about itself. */
const OWN_RETENTION_CLASS = 'log';

/** A draft of an entry that the log writes about itself: nothing committed, nobody concerned. */
export function ownDraft(identity: LogIdentity, detail: EntryDetail): EntryDraft {
  return {
    detail,
    tenant: identity.tenant,
    time: identity.clock.now(),
    monotonicNs: identity.clock.monotonicNs(),
    retentionClass: OWN_RETENTION_CLASS,
    committed: {},
    concerns: [],
  };
}

/** The outcome of a decision whose node ended before it could say. */
export function unknownOutcome(decisionOf: number): EntryDetail {
  return { kind: 'outcome', outcome: 'unknown' satisfies Outcome, decisionOf, code: 'node.ended' };
}

/** The outcome of a decision that was written although its caller was told that this was not known: then nobody acted on it. */
export function notPerformed(decisionOf: number): EntryDetail {
  return {
    kind: 'outcome',
    outcome: 'not_performed' satisfies Outcome,
    decisionOf,
    code: 'log.unacknowledged',
  };
}
