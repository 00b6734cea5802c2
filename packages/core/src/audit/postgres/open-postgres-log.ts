/** Opens a log in PostgreSQL: a session that appends and listens, the state in memory, a blocking reader. */
import { createUlid, Fault, fromUtf8 } from '../../kernel/index.ts';
import type { AppendResult, EntryDraft, LogReader, StateReader } from '../../model/index.ts';
import { pooledRandom, type PreparedEntry, prepareEntry } from '../entry/index.ts';
import {
  HEARTBEAT_MS,
  type LogIdentity,
  notPerformed,
  type OpenLog,
  ownDraft,
  type Timer,
  unknownOutcome,
} from '../log.ts';
import type { LogBucket } from '../bucket-copy.ts';
import { downtimeBefore } from '../downtime.ts';
import {
  type BodyKey,
  BodySealer,
  ConcernIndex,
  type ConcernTags,
  concernTags,
  type FindBodyKey,
  StateBox,
  StateSealer,
} from '../seal/index.ts';
import { passSteps, type ProducerEnd, type StepFault } from '../sequencer/index.ts';
import { type CheckpointKey, createCheckpointKey, createTextHasher } from '../tree/index.ts';
import type { LogWitnesses } from '../witness/index.ts';
import type { BodyBucket } from './bodies/index.ts';
import { AppendQueue } from './append-queue.ts';
import type { SealedEntry } from './batch.ts';
import { LogCopy } from './log-copy.ts';
import { newestCheckpoint, postgresLogReader, postgresStateReader } from './log-reader.ts';
import { Publication, type PublicationOptions, type PublishPlace } from './publication.ts';
import { explainBrokenChange } from './sealed-with.ts';
import { Sequencer } from './sequencer.ts';
import { unavailable } from './server-faults.ts';
import type { SqlDatabase } from './sql-database.ts';
import { DEFAULT_SCHEMA, requireSchemaName, statementsOf } from './stored/index.ts';

const NS_PER_MS = 1_000_000n;
/** How often the head is looked at besides notifications, in milliseconds: they end with the session that listens. */
const POLL_INTERVAL_MS = 1_000;

/** How to open a log. */
export interface PostgresLogOptions extends LogIdentity {
  readonly database: SqlDatabase;
  /** One log lives in one schema; made where it is missing. Default `writ`. */
  readonly schema?: string;
  /**
   * Ed25519 seed, 32 bytes; the key's name is the origin. The same for every process of this log. `overlapping` keys sign checkpoints beside it while
   * keys change; the state is sealed with `seed`.
   */
  readonly signingKey: { readonly seed: Uint8Array; readonly overlapping?: readonly Uint8Array[] };
  /** Wraps the keys of new bodies. */
  readonly bodyKey: BodyKey;
  /** Earlier wrapping keys, for reading. */
  readonly formerBodyKeys?: readonly BodyKey[];
  /** Asked for a key that is neither: of a tenant's ring, which another process may change. */
  readonly findBodyKey?: FindBodyKey;
  /**
   * Signed checkpoints of this log that were kept outside the server. Without any, nobody can tell a server that was put back as a whole, to a state
   * that it genuinely had, from one that never went on.
   */
  readonly noted?: readonly Uint8Array[];
  /** Where the log is published; default nowhere. What is published there counts as `noted`. */
  readonly publishTo?: PublishPlace;
  /** Where it is published as well, beside `publishTo`, at its own pace; default nowhere. What is published there counts as `noted`. */
  readonly bucket?: LogBucket;
  /** How often it is published, in milliseconds; needs `timer`, else on demand and at the end. Default a second to a folder, a minute to a bucket. */
  readonly publishEveryMs?: number;
  /** Told why publishing at an interval, or to `bucket` at the end, failed; it is tried again at the next. Default: nobody. */
  readonly onPublishFault?: (fault: unknown) => void;
  /** Where sealed bodies are moved to, whenever the log is published; default they stay in the database. Every process of the log needs it, to read them. */
  readonly bodies?: BodyBucket;
  /** Asked to cosign each published checkpoint, and before the first entry whether they saw further; needs `publishTo`. Default none. */
  readonly witnesses?: LogWitnesses;
  /** Looks for other processes' batches at intervals, should notifications fail; absent: at notifications and at each batch. */
  readonly timer?: Timer;
  /** While the log is open, an entry is written at least this often, in milliseconds; needs `timer`. Default a minute. */
  readonly heartbeatMs?: number;
  /** Told why a sign of life could not be written; it is tried again at the next interval. Default: nobody. */
  readonly onFault?: (fault: unknown) => void;
  /** Faults to happen at named steps; for tests of crashes. */
  readonly faults?: readonly StepFault[];
}

/**
 * Opens and verifies the log, writes its `start` entry and closes what ended boots left open as `unknown`. Any number of processes may have it open.
 * The session must be one with the server itself: through a pooler that shares sessions between transactions, locks and notifications are lost.
 * Several processes may publish to one place at once. Where it is published already, the server must hold at least that. Without `publishTo`, `publish` does nothing and answers the size.
 * `database` stays open.
 * Throws `log.unavailable`, also where it cannot be read how far the log is published, `log.version`, `log.conflict`, `log.unsigned-suffix`, `log.corrupt`, `config.invalid`.
 */
export async function openPostgresLog(options: PostgresLogOptions): Promise<OpenLog> {
  const { clock, origin } = options;
  const random = pooledRandom(options.random);
  const prepare: Prepare = (draft) => prepareEntry(draft, { origin, clock, random });
  const parts = assemble(options, createUlid(clock, random), prepare);
  try {
    await parts.open();
    await parts.publication.witnesses?.check();
    refuseRevoked(parts.reader);
    await writeStart(options, parts, prepare);
  } catch (cause) {
    await parts.publication.close();
    await parts.sequencer.close();
    throw await explainBrokenChange(unavailable(cause, 'the log could not be opened'), options);
  }
  return new PostgresLog(options, parts, prepare);
}

/** Entries at the end of a log among which its last words are: who says them stops right afterwards. */
const LAST_WORDS = 3;

/** Throws `log.conflict` for a log that says itself that it has ended, whatever was done to the row that says where it goes on. */
function refuseRevoked(reader: LogReader): void {
  const size = reader.size();
  for (let index = Math.max(0, size - LAST_WORDS); index < size; index += 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'key' && entry.key.action === 'revoke')
      throw new Fault('log.conflict', `the log has ended and goes on as \`${entry.key.successor ?? ''}\``, {
        hint: 'run `writ key revoke` again where it was broken off, else take `keys` and `log.json` from where it was run',
      });
  }
}

type Prepare = (draft: EntryDraft) => PreparedEntry;

/** The `start` entry, what ended boots left open, and how long nobody wrote. */
async function writeStart(
  options: PostgresLogOptions,
  { sequencer, queue, reader }: Parts,
  prepare: Prepare,
): Promise<void> {
  const { softwareVersion, heartbeatMs = HEARTBEAT_MS } = options;
  const dead = await sequencer.decisionsOfEndedBoots();
  const record = { softwareVersion, durability: 'commit', closedUnknown: dead.length } as const;
  const start = prepare(ownDraft(options, { kind: 'start', start: record }));
  const outcomes = dead.map((index) => prepare(ownDraft(options, unknownOutcome(index))));
  const appended = [{ ...start, closing: dead }, ...outcomes].map((entry) => queue.append(entry));
  const [started] = await Promise.all(appended);
  if (started?.status !== 'committed') return;
  const gap = downtimeBefore(reader, started.index, heartbeatMs);
  if (gap !== undefined) await queue.append(prepare(ownDraft(options, { kind: 'downtime', downtime: gap })));
}

interface Parts {
  readonly key: CheckpointKey;
  readonly copy: LogCopy;
  readonly sequencer: Sequencer;
  readonly queue: AppendQueue;
  readonly reader: LogReader;
  readonly tags: ConcernTags;
  readonly publication: Publication;
  /** Opens the sequencer, which believes the log. */
  readonly open: () => Promise<void>;
}

function assemble(options: PostgresLogOptions, boot: string, prepare: Prepare): Parts {
  const { origin, bodyKey, formerBodyKeys = [], signingKey, noted = [] } = options;
  const schema = requireSchemaName(options.schema ?? DEFAULT_SCHEMA);
  const key = createCheckpointKey(origin, signingKey.seed, signingKey.overlapping);
  const statements = statementsOf(schema);
  const hasher = createTextHasher();
  const sealer = new StateSealer(origin, signingKey.seed);
  const box = new StateBox([bodyKey, ...formerBodyKeys]);
  const copy = new LogCopy({ statements, key, hasher, sealer, box });
  const producer: ProducerEnd = { id: options.node, boot, counter: 0, previous: null };
  const pass = passSteps(options.faults);
  const publication = publicationOf(options, { key, schema, statements, pass });
  const sequencer = new Sequencer({
    database: options.database,
    schema,
    statements,
    producer,
    copy,
    hasher,
    sealer,
    origin,
    witnessed: () => publication.witnessed(),
    pass,
    onNotification: () => queue.follow(),
    onLost: () => queue.follow(),
  });
  const queue: AppendQueue = new AppendQueue({
    origin,
    sequencer,
    seal: sealEntries(options),
    closeUnacknowledged: (decision) => prepare(ownDraft(options, notPerformed(decision))),
  });
  const keys = [bodyKey, ...formerBodyKeys];
  const tags = concernTags(keys, () => options.tenant);
  const reader = postgresLogReader({
    ...(options.bodies === undefined ? {} : { bodies: options.bodies }),
    origin,
    database: options.database,
    statements,
    keys,
    find: options.findBodyKey,
    tags,
    size: () => copy.end.frontier.size,
  });
  const open = async (): Promise<void> => {
    const kept = noted.map((note) => key.open(fromUtf8(note)));
    await sequencer.open([...kept, ...(await publication.published())]);
  };
  return { key, copy, sequencer, queue, reader, tags, publication, open };
}

function publicationOf(
  {
    database,
    clock,
    publishTo,
    publishEveryMs,
    witnesses,
    bodies,
    bucket,
    onPublishFault,
  }: PostgresLogOptions,
  parts: Pick<PublicationOptions, 'key' | 'schema' | 'statements' | 'pass'>,
): Publication {
  return new Publication({
    ...parts,
    database,
    clock,
    ...(publishTo === undefined ? {} : { place: publishTo }),
    ...(publishEveryMs === undefined ? {} : { intervalMs: publishEveryMs }),
    ...(witnesses === undefined ? {} : { witnesses }),
    ...(bodies === undefined ? {} : { bodies }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(onPublishFault === undefined ? {} : { onFault: onPublishFault }),
  });
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
  readonly #prepare: Prepare;
  readonly #stopTimers: readonly (() => void)[];
  #appended = 0;
  /** When this producer last wrote, on its monotonic time. */
  #wroteNs: bigint;
  #closing: Promise<void> | undefined;

  constructor(options: PostgresLogOptions, parts: Parts, prepare: Prepare) {
    this.#options = options;
    this.#parts = parts;
    this.#prepare = prepare;
    const { copy, queue, reader, tags } = parts;
    this.state = postgresStateReader(copy, tags, () => queue.requireReachable());
    this.reader = reader;
    this.writer = {
      origin: options.origin,
      append: (draft) => this.#append(draft),
      close: () => this.close(),
    };
    this.#wroteNs = options.clock.monotonicNs();
    this.#stopTimers = this.#startTimers();
  }

  get bundles(): OpenLog['bundles'] {
    return this.#parts.publication.bundles;
  }

  get verifierKey(): OpenLog['verifierKey'] {
    return this.#parts.key.verifierKey;
  }

  checkpoint(): Uint8Array {
    return newestCheckpoint(this.#parts.copy);
  }

  async publish(rebuild = false): Promise<number> {
    return (await this.#parts.publication.publish(rebuild)) ?? this.reader.size();
  }

  async awaitWitnesses(): Promise<void> {
    await this.#parts.publication.witnesses?.idle();
  }

  unwitnessedSeconds(): number | undefined {
    return this.#parts.publication.witnesses?.unwitnessedSeconds();
  }

  async isConsumed(key: string): Promise<boolean> {
    if (this.#closing !== undefined) throw new Fault('log.closed', 'the log is closed');
    const { queue, copy } = this.#parts;
    await queue.caughtUp();
    return copy.reads.isConsumed(key);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #append(draft: EntryDraft): Promise<AppendResult> {
    if (this.#closing !== undefined) throw new Fault('log.closed', 'the log is closed');
    const conflict = this.#parts.publication.witnesses?.conflict();
    if (conflict !== undefined) throw conflict;
    this.#appended += 1;
    this.#wroteNs = this.#options.clock.monotonicNs();
    return this.#parts.queue.append(this.#prepare(draft));
  }

  #startTimers(): readonly (() => void)[] {
    const { timer, onPublishFault } = this.#options;
    const { queue, publication } = this.#parts;
    if (timer === undefined) return [];
    const stopPolling = timer.every(POLL_INTERVAL_MS, () => {
      this.#beat();
      queue.follow();
    });
    if (publication.intervalMs === undefined) return [stopPolling];
    let isUnderWay = false;
    const stopPublishing = timer.every(publication.intervalMs, () => {
      if (isUnderWay) return;
      isUnderWay = true;
      publication
        .publishAtInterval()
        .catch((fault: unknown) => onPublishFault?.(fault))
        .finally(() => {
          isUnderWay = false;
        });
    });
    return [stopPolling, stopPublishing];
  }

  /** Writes a sign of life where nothing else was written for as long as one may be missing. */
  #beat(): void {
    const { clock, heartbeatMs = HEARTBEAT_MS, onFault } = this.#options;
    if (clock.monotonicNs() - this.#wroteNs < BigInt(heartbeatMs) * NS_PER_MS) return;
    const heartbeat = ownDraft(this.#options, { kind: 'heartbeat', heartbeat: { everyMs: heartbeatMs } });
    this.#append(heartbeat).catch((fault: unknown) => onFault?.(fault));
  }

  async #close(): Promise<void> {
    const { queue, sequencer, publication } = this.#parts;
    for (const stop of this.#stopTimers) stop();
    try {
      // Not a word more to a log of which a witness saw another.
      if (publication.witnesses?.conflict() !== undefined) return;
      const stop = { entries: this.#appended };
      await queue.append(this.#prepare(ownDraft(this.#options, { kind: 'stop', stop })));
      await publication.finish();
    } finally {
      await publication.close();
      await queue.settle();
      await sequencer.close();
    }
  }
}
