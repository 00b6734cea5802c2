/** Opens a log in PostgreSQL: a session that appends and listens, the state in memory, a blocking reader. */
import { createUlid, Fault, fromUtf8 } from '../../kernel/index.ts';
import type { AppendResult, EntryDraft, LogReader, StateReader } from '../../model/index.ts';
import { pooledRandom, type PreparedEntry, prepareEntry } from '../entry/index.ts';
import {
  type LogIdentity,
  notPerformed,
  type OpenLog,
  ownDraft,
  type Timer,
  unknownOutcome,
} from '../log.ts';
import { type BodyKey, BodySealer, ConcernIndex, StateBox, StateSealer } from '../seal/index.ts';
import { passSteps, type ProducerEnd, type StepFault } from '../sequencer/index.ts';
import { type CheckpointKey, createCheckpointKey, createTextHasher } from '../tree/index.ts';
import { AppendQueue } from './append-queue.ts';
import type { SealedEntry } from './batch.ts';
import { LogCopy } from './log-copy.ts';
import { newestCheckpoint, postgresLogReader, postgresStateReader } from './log-reader.ts';
import { Sequencer } from './sequencer.ts';
import type { SqlDatabase } from './sql-database.ts';
import { DEFAULT_SCHEMA, requireSchemaName, statementsOf } from './stored/index.ts';

/** How often the head is looked at besides notifications, in milliseconds: they end with the session that listens. */
const POLL_INTERVAL_MS = 1_000;

/** How to open a log. */
export interface PostgresLogOptions extends LogIdentity {
  readonly database: SqlDatabase;
  /** One log lives in one schema; made where it is missing. Default `writ`. */
  readonly schema?: string;
  /** Ed25519 seed, 32 bytes; the key's name is the origin. The same for every process of this log. */
  readonly signingKey: { readonly seed: Uint8Array };
  /** Wraps the keys of new bodies. */
  readonly bodyKey: BodyKey;
  /** Earlier wrapping keys, for reading. */
  readonly formerBodyKeys?: readonly BodyKey[];
  /**
   * Signed checkpoints of this log that were kept outside the server. Without any, nobody can tell a server that was put back as a whole, to a state
   * that it genuinely had, from one that never went on.
   */
  readonly noted?: readonly Uint8Array[];
  /** Looks for other processes' batches at intervals, should notifications fail; absent: at notifications and at each batch. */
  readonly timer?: Timer;
  /** Faults to happen at named steps; for tests of crashes. */
  readonly faults?: readonly StepFault[];
}

/**
 * Opens and verifies the log, writes its `start` entry and closes what ended boots left open as `unknown`. Any number of processes may have it open.
 * The session must be one with the server itself: through a pooler that shares sessions between transactions, locks and notifications are lost.
 * `publish` publishes nothing yet and answers the size. `database` stays open.
 * Throws `log.unavailable`, `log.version`, `log.conflict`, `log.unsigned-suffix`, `log.corrupt`.
 */
export async function openPostgresLog(options: PostgresLogOptions): Promise<OpenLog> {
  const { clock, origin } = options;
  const random = pooledRandom(options.random);
  const prepare = (draft: EntryDraft): PreparedEntry => prepareEntry(draft, { origin, clock, random });
  const parts = assemble(options, createUlid(clock, random), prepare);
  const { sequencer, queue } = parts;
  try {
    await sequencer.open();
    const dead = await sequencer.decisionsOfEndedBoots();
    const start = {
      softwareVersion: options.softwareVersion,
      durability: 'commit',
      closedUnknown: dead.length,
    } as const;
    const started = prepare(ownDraft(options, { kind: 'start', start }));
    const outcomes = dead.map((index) => prepare(ownDraft(options, unknownOutcome(index))));
    await Promise.all([{ ...started, closing: dead }, ...outcomes].map((entry) => queue.append(entry)));
  } catch (cause) {
    await sequencer.close();
    if (cause instanceof Fault) throw cause;
    throw new Fault('log.unavailable', `the log could not be opened: ${String(cause)}`, {}, { cause });
  }
  return new PostgresLog(options, parts, prepare);
}

interface Parts {
  readonly key: CheckpointKey;
  readonly copy: LogCopy;
  readonly sequencer: Sequencer;
  readonly queue: AppendQueue;
  readonly reader: LogReader;
}

function assemble(
  options: PostgresLogOptions,
  boot: string,
  prepare: (draft: EntryDraft) => PreparedEntry,
): Parts {
  const { origin, bodyKey, formerBodyKeys = [], signingKey, noted = [] } = options;
  const schema = requireSchemaName(options.schema ?? DEFAULT_SCHEMA);
  const key = createCheckpointKey(origin, signingKey.seed);
  const statements = statementsOf(schema);
  const hasher = createTextHasher();
  const sealer = new StateSealer(origin, signingKey.seed);
  const box = new StateBox([bodyKey, ...formerBodyKeys]);
  const copy = new LogCopy({ statements, key, hasher, sealer, box });
  const producer: ProducerEnd = { id: options.node, boot, counter: 0, previous: null };
  const sequencer = new Sequencer({
    database: options.database,
    schema,
    statements,
    producer,
    copy,
    hasher,
    sealer,
    origin,
    noted: noted.map((note) => key.open(fromUtf8(note))),
    pass: passSteps(options.faults),
    onNotification: () => queue.follow(),
    onLost: () => queue.follow(),
  });
  const queue: AppendQueue = new AppendQueue({
    origin,
    sequencer,
    seal: sealEntries(options),
    closeUnacknowledged: (decision) => prepare(ownDraft(options, notPerformed(decision))),
  });
  const reader = postgresLogReader({
    origin,
    database: options.database,
    statements,
    keys: [bodyKey, ...formerBodyKeys],
    size: () => copy.end.frontier.size,
  });
  return { key, copy, sequencer, queue, reader };
}

function sealEntries({ origin, bodyKey, tenant }: PostgresLogOptions): (entry: PreparedEntry) => SealedEntry {
  const sealer = new BodySealer(origin, bodyKey);
  const index = new ConcernIndex(bodyKey, tenant);
  return (entry) => {
    const { body, id, sealRandom } = entry;
    if (body === undefined || sealRandom === undefined) return { entry, sealed: undefined, concerns: [] };
    const concerns = [...new Set(entry.concerns)].map((concern) => index.tag(concern));
    return { entry, sealed: sealer.seal(body, id, sealRandom), concerns };
  };
}

class PostgresLog implements OpenLog {
  readonly state: StateReader;
  readonly reader: LogReader;
  readonly writer: OpenLog['writer'];
  readonly #options: PostgresLogOptions;
  readonly #parts: Parts;
  readonly #prepare: (draft: EntryDraft) => PreparedEntry;
  readonly #stopTimer: () => void;
  #appended = 0;
  #closing: Promise<void> | undefined;

  constructor(options: PostgresLogOptions, parts: Parts, prepare: (draft: EntryDraft) => PreparedEntry) {
    this.#options = options;
    this.#parts = parts;
    this.#prepare = prepare;
    const { copy, queue, reader } = parts;
    this.state = postgresStateReader(copy, () => queue.requireReachable());
    this.reader = reader;
    this.writer = {
      origin: options.origin,
      append: (draft) => this.#append(draft),
      close: () => this.close(),
    };
    this.#stopTimer = options.timer?.every(POLL_INTERVAL_MS, () => queue.follow()) ?? (() => {});
  }

  get verifierKey(): OpenLog['verifierKey'] {
    return this.#parts.key.verifierKey;
  }

  checkpoint(): Uint8Array {
    return newestCheckpoint(this.#parts.copy);
  }

  publish(): Promise<number> {
    return Promise.resolve(this.reader.size());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #append(draft: EntryDraft): Promise<AppendResult> {
    if (this.#closing !== undefined) throw new Fault('log.closed', 'the log is closed');
    this.#appended += 1;
    return this.#parts.queue.append(this.#prepare(draft));
  }

  async #close(): Promise<void> {
    const { queue, sequencer } = this.#parts;
    this.#stopTimer();
    try {
      const stop = { entries: this.#appended };
      await queue.append(this.#prepare(ownDraft(this.#options, { kind: 'stop', stop })));
    } finally {
      await queue.settle();
      await sequencer.close();
    }
  }
}
