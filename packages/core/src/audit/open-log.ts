/** Opens the log of a data folder: `writ.db` behind a sequencer's thread, readers, publisher. */
import type { DatabaseSync } from 'node:sqlite';
import { createUlid, Fault, utf8 } from '../kernel/index.ts';
import type { EntryDraft, LogReader, StateReader } from '../model/index.ts';
import { pooledRandom, type PreparedEntry, prepareEntry } from './entry/index.ts';
import { refuseRestored } from './backup/index.ts';
import { refuseUnfinished } from './successor-mark.ts';
import { downtimeBefore } from './downtime.ts';
import { type LogIdentity, notPerformed, type OpenLog, ownDraft, type Timer, unknownOutcome } from './log.ts';
import {
  folderTarget,
  ownCheckpoint,
  Publisher,
  readFolderCheckpoint,
  type SqliteSource,
  sqliteSource,
} from './publish/index.ts';
import { type BodyKey, StateBox, StateSealer } from './seal/index.ts';
import { passSteps, SequencerClient, type StepFault } from './sequencer/index.ts';
import {
  type Durability,
  openDatabaseForReading,
  sqliteLogReader,
  sqliteStateReader,
  syncDatabase,
} from './store/index.ts';
import { type CheckpointKey, createCheckpointKey } from './tree/index.ts';
import { explainBrokenChange } from './state-seal.ts';
import { linkWitnesses, type LogWitnesses, type WitnessLink } from './witness/index.ts';

/** How often the log is published, in milliseconds (architecture, section 5: about once a second). */
const PUBLISH_INTERVAL_MS = 1_000;
/** How often a producer shows that it lives, in milliseconds. */
export const HEARTBEAT_MS = 60_000;

const NS_PER_MS = 1_000_000n;

/** How to open a log. */
export interface LogOptions extends LogIdentity {
  /** The data folder, `.writ`; made where it is missing. */
  readonly path: string;
  /** Ed25519 seed, 32 bytes; the key's name is the origin. `overlapping` keys sign checkpoints beside it while keys change; the state is sealed with `seed`. */
  readonly signingKey: { readonly seed: Uint8Array; readonly overlapping?: readonly Uint8Array[] };
  /** Wraps the keys of new bodies. */
  readonly bodyKey: BodyKey;
  /** Earlier wrapping keys, for reading. */
  readonly formerBodyKeys?: readonly BodyKey[];
  /** Default `commit`. */
  readonly durability?: Durability;
  /** Publishes at intervals; absent: on demand and at the end. */
  readonly timer?: Timer;
  /** While the log is open, an entry is written at least this often, in milliseconds; needs `timer`. Default {@link HEARTBEAT_MS}. */
  readonly heartbeatMs?: number;
  /** Asked to cosign each published checkpoint, and before the first entry whether they saw further; default none. */
  readonly witnesses?: LogWitnesses;
  /** Told why publishing at an interval failed; it is tried again at the next. Default: nobody. */
  readonly onPublishFault?: (fault: unknown) => void;
  /** Faults to happen at named steps; for tests of crashes. */
  readonly faults?: readonly StepFault[];
}

/**
 * Opens and verifies the log, writes its `start` entry and closes what ended boots left open as `unknown`.
 * Throws `log.unavailable`, `log.version`, `log.conflict`, `log.unsigned-suffix`, `log.corrupt`, `log.restored`.
 */
export async function openLog(options: LogOptions): Promise<OpenLog> {
  const { path, origin, clock, durability = 'commit', faults = [] } = options;
  refuseRestored(path);
  refuseUnfinished(path);
  const random = pooledRandom(options.random);
  const { seed, overlapping = [] } = options.signingKey;
  const key = createCheckpointKey(origin, seed, overlapping);
  const client = new SequencerClient({
    path,
    origin,
    tenant: options.tenant,
    node: options.node,
    boot: createUlid(clock, random),
    seed,
    overlapping,
    bodyKey: options.bodyKey,
    durability,
    formerBodyKeys: options.formerBodyKeys ?? [],
    published: ownCheckpoint(readFolderCheckpoint(path), key) ?? { size: 0, root: new Uint8Array() },
    faults,
  });
  const prepare = (draft: EntryDraft): PreparedEntry => prepareEntry(draft, { origin, clock, random });
  client.onUnacknowledged((index) => prepare(ownDraft(options, notPerformed(index))));
  const dead = await client.ready.catch((fault: unknown) => {
    throw explainBrokenChange(fault, { path, origin }, overlapping);
  });
  const opened: OpenedParts = { client, prepare, verifierKey: key.verifierKey };
  let parts: SqliteLogParts | undefined;
  try {
    // Once more now that this process is seen to use the folder: a succession that began meanwhile has not seen it before.
    refuseUnfinished(path);
    parts = connect(options, key, opened);
    await parts.witnesses?.check();
    await writeStart(options, parts, dead);
    return new SqliteLog(options, parts);
  } catch (fault) {
    parts?.witnesses?.close();
    parts?.database.close();
    await client.close();
    throw fault;
  }
}

type OpenedParts = Pick<SqliteLogParts, 'client' | 'prepare' | 'verifierKey'>;

/** What reads and publishes the log beside the sequencer that has opened it. */
function connect(options: LogOptions, key: CheckpointKey, opened: OpenedParts): SqliteLogParts {
  const { path, clock, durability = 'commit', faults = [], witnesses } = options;
  const database = openDatabaseForReading(path);
  try {
    const source = sqliteSource(database, durability === 'interval' ? () => syncDatabase(path) : undefined);
    const target = folderTarget(path);
    const publisher = new Publisher({ source, target, key, pass: passSteps(faults) });
    const parts = { ...opened, database, source, publisher };
    if (witnesses === undefined) return parts;
    const size = (): number => {
      const note = source.checkpoint();
      return note === undefined ? 0 : key.open(note).size;
    };
    const takeWitnessed: SequencerClient['takeWitnessed'] = (covered, time) =>
      opened.client.takeWitnessed(covered, time);
    const linked = { target, key, clock, publisher, size, takeWitnessed, witnesses };
    return { ...parts, witnesses: linkWitnesses(linked) };
  } catch (fault) {
    database.close();
    throw fault;
  }
}

/** The `start` entry, what ended boots left open, and how long nobody wrote. */
async function writeStart(
  options: LogOptions,
  { client, prepare, database }: SqliteLogParts,
  dead: readonly number[],
): Promise<void> {
  const { softwareVersion, durability = 'commit', origin, heartbeatMs = HEARTBEAT_MS } = options;
  const record = { softwareVersion, durability, closedUnknown: dead.length };
  const start = prepare(ownDraft(options, { kind: 'start', start: record }));
  const outcomes = dead.map((index) => prepare(ownDraft(options, unknownOutcome(index))));
  const [started] = await client.appendTogether([{ ...start, closing: dead }, ...outcomes]);
  if (started?.status !== 'committed') return;
  const gap = downtimeBefore(sqliteLogReader(database, origin, []), started.index, heartbeatMs);
  if (gap !== undefined) await client.append(prepare(ownDraft(options, { kind: 'downtime', downtime: gap })));
}

interface SqliteLogParts {
  readonly verifierKey: OpenLog['verifierKey'];
  readonly client: SequencerClient;
  readonly database: DatabaseSync;
  readonly prepare: (draft: EntryDraft) => PreparedEntry;
  readonly source: SqliteSource;
  readonly publisher: Publisher;
  readonly witnesses?: WitnessLink;
}

class SqliteLog implements OpenLog {
  readonly state: StateReader;
  readonly reader: LogReader;
  readonly writer: OpenLog['writer'];
  readonly verifierKey: OpenLog['verifierKey'];
  readonly #options: LogOptions;
  readonly #parts: SqliteLogParts;
  readonly #stopTimer: () => void;
  #appended = 0;
  /** When this producer last wrote, on its monotonic time. */
  #wroteNs: bigint;
  #closing: Promise<void> | undefined;

  constructor(options: LogOptions, parts: SqliteLogParts) {
    this.#options = options;
    this.#parts = parts;
    this.verifierKey = parts.verifierKey;
    const { origin, bodyKey, formerBodyKeys = [], signingKey } = options;
    this.state = sqliteStateReader(parts.database, {
      box: new StateBox([bodyKey, ...formerBodyKeys]),
      sealer: new StateSealer(origin, signingKey.seed),
    });
    this.reader = sqliteLogReader(parts.database, origin, [bodyKey, ...formerBodyKeys]);
    this.writer = {
      origin: options.origin,
      append: (draft) => this.#append(draft),
      close: () => this.close(),
    };
    this.#wroteNs = options.clock.monotonicNs();
    this.#stopTimer =
      options.timer?.every(PUBLISH_INTERVAL_MS, () => {
        this.#beat();
        parts.publisher.publish().then(
          () => parts.witnesses?.offer(),
          (fault: unknown) => options.onPublishFault?.(fault),
        );
      }) ?? (() => {});
  }

  checkpoint(): Uint8Array {
    const note = this.#parts.source.checkpoint();
    if (note === undefined) throw new Fault('log.missing', 'the log has no checkpoint yet');
    return utf8(note);
  }

  async publish(rebuild = false): Promise<number> {
    const { publisher, witnesses } = this.#parts;
    const size = await publisher.publish(rebuild);
    witnesses?.offer();
    return size;
  }

  async awaitWitnesses(): Promise<void> {
    await this.#parts.witnesses?.idle();
  }

  unwitnessedSeconds(): number | undefined {
    return this.#parts.witnesses?.unwitnessedSeconds();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #append(draft: EntryDraft): ReturnType<OpenLog['writer']['append']> {
    if (this.#closing !== undefined) throw new Fault('log.closed', 'the log is closed');
    const conflict = this.#parts.witnesses?.conflict();
    if (conflict !== undefined) throw conflict;
    this.#appended += 1;
    this.#wroteNs = this.#options.clock.monotonicNs();
    return this.#parts.client.append(this.#parts.prepare(draft));
  }

  /** Writes a sign of life where nothing else was written for as long as one may be missing. */
  #beat(): void {
    const { clock, heartbeatMs = HEARTBEAT_MS, onPublishFault } = this.#options;
    if (clock.monotonicNs() - this.#wroteNs < BigInt(heartbeatMs) * NS_PER_MS) return;
    const heartbeat = ownDraft(this.#options, { kind: 'heartbeat', heartbeat: { everyMs: heartbeatMs } });
    this.#append(heartbeat).catch((fault: unknown) => onPublishFault?.(fault));
  }

  async #close(): Promise<void> {
    const { client, database, prepare, publisher, witnesses } = this.#parts;
    this.#stopTimer();
    try {
      // Not a word more to a log of which a witness saw another.
      if (witnesses?.conflict() !== undefined) return;
      await client.append(
        prepare(ownDraft(this.#options, { kind: 'stop', stop: { entries: this.#appended } })),
      );
      await publisher.publish();
      await witnesses?.finish();
    } finally {
      witnesses?.close();
      await client.close();
      database.close();
    }
  }
}
