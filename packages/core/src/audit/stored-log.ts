/** A log in a store, once its sequencer has opened it: readers, publisher, witnesses, its own entries. */
import { Fault, utf8 } from '../kernel/index.ts';
import type { EntryDraft, LogReader, StateReader } from '../model/index.ts';
import { type PreparedEntry, prepareEntry } from './entry/index.ts';
import { downtimeBefore } from './downtime.ts';
import { HEARTBEAT_MS, notPerformed, type OpenLog, ownDraft, unknownOutcome } from './log.ts';
import type { LogOptions } from './log-options.ts';
import { BucketCopy } from './bucket-copy.ts';
import type { PublishTurns } from './publish-turns.ts';
import {
  folderTarget,
  type PublishedBundles,
  publishedBundles,
  Publisher,
  readFolderCheckpoint,
  type SqliteSource,
  sqliteSource,
} from './publish/index.ts';
import { StateBox, StateSealer } from './seal/index.ts';
import type { LogClient, PassStep } from './sequencer/index.ts';
import {
  isConsumedIn,
  type LogDatabase,
  sqliteLogReader,
  sqliteStateReader,
  sqliteTags,
  syncDatabase,
} from './store/index.ts';
import type { CheckpointKey } from './tree/index.ts';
import { linkWitnesses, type WitnessLink } from './witness/index.ts';

const NS_PER_MS = 1_000_000n;

/** What a log is made of. */
export interface LogParts {
  readonly options: LogOptions;
  readonly key: CheckpointKey;
  readonly client: LogClient;
  /** Open decisions of ended boots. */
  readonly dead: readonly number[];
  /** Where the log keeps its files. */
  readonly folder: string;
  /** Over a reading connection, which is the store's. */
  readonly database: LogDatabase;
  readonly pass: PassStep;
  readonly turns: PublishTurns;
  /** Ends what was begun for the log; called once. */
  readonly release: () => Promise<void>;
}

/** What is made of {@link LogParts}. */
interface Linked extends LogParts {
  readonly prepare: (draft: EntryDraft) => PreparedEntry;
  readonly source: SqliteSource;
  readonly publisher: Publisher;
  readonly bundles: PublishedBundles | undefined;
  readonly bucket: BucketCopy | undefined;
  readonly witnesses?: WitnessLink;
}

/** The log, with its `start` entry written. Throws what a witness knows against it, and what writing throws; then nothing of it runs any more. */
export async function openStoredLog(parts: LogParts): Promise<OpenLog> {
  const linked = link(parts);
  try {
    await linked.bucket?.check();
    await linked.witnesses?.check();
    await writeStart(linked);
    return new StoredLog(linked);
  } catch (fault) {
    linked.witnesses?.close();
    throw fault;
  }
}

/** What reads and publishes the log beside the sequencer that has opened it. */
function link(parts: LogParts): Linked {
  const { options, client, key, folder, database, pass } = parts;
  const { path, origin, clock, random, durability = 'commit', witnesses } = options;
  const prepare = (draft: EntryDraft): PreparedEntry => prepareEntry(draft, { origin, clock, random });
  client.onUnacknowledged((index) => prepare(ownDraft(options, notPerformed(index))));
  const source = sqliteSource(database, durability === 'interval' ? () => syncDatabase(path) : undefined);
  const target = folderTarget(folder);
  const publisher = new Publisher({ source, target, key, pass });
  const bucket = bucketOf(parts, source);
  const bundles = publishedBundles([target, ...(bucket === undefined ? [] : [bucket.target])], key);
  const linked = { ...parts, prepare, source, publisher, bundles, bucket };
  if (witnesses === undefined) return linked;
  const size = (): number => {
    const note = source.checkpoint();
    return note === undefined ? 0 : key.open(note).size;
  };
  const takeWitnessed: LogClient['takeWitnessed'] = (covered, time) => client.takeWitnessed(covered, time);
  return {
    ...linked,
    witnesses: linkWitnesses({ target, key, clock, publisher, size, takeWitnessed, witnesses }),
  };
}

function bucketOf({ options, key, folder, pass }: LogParts, source: SqliteSource): BucketCopy | undefined {
  const { bucket, clock, onPublishFault } = options;
  if (bucket === undefined) return undefined;
  const onFault = onPublishFault === undefined ? {} : { onFault: onPublishFault };
  const cosigned = (): Uint8Array | undefined => readFolderCheckpoint(folder);
  return new BucketCopy({ ...bucket, source, cosigned, key, clock, pass, ...onFault });
}

/** The `start` entry, what ended boots left open, and how long nobody wrote. */
async function writeStart({ options, client, prepare, database, dead }: Linked): Promise<void> {
  const { softwareVersion, durability = 'commit', origin, heartbeatMs = HEARTBEAT_MS } = options;
  const record = { softwareVersion, durability, closedUnknown: dead.length };
  const start = prepare(ownDraft(options, { kind: 'start', start: record }));
  const outcomes = dead.map((index) => prepare(ownDraft(options, unknownOutcome(index))));
  const [started] = await client.appendTogether([{ ...start, closing: dead }, ...outcomes]);
  if (started?.status !== 'committed') return;
  const gap = downtimeBefore(sqliteLogReader(database, { origin, keys: [] }), started.index, heartbeatMs);
  if (gap !== undefined) await client.append(prepare(ownDraft(options, { kind: 'downtime', downtime: gap })));
}

class StoredLog implements OpenLog {
  readonly state: StateReader;
  readonly reader: LogReader;
  readonly writer: OpenLog['writer'];
  readonly verifierKey: OpenLog['verifierKey'];
  readonly bundles: OpenLog['bundles'];
  readonly #parts: Linked;
  readonly #leaveTurns: () => void;
  #appended = 0;
  #hasNews = true;
  /** When this producer last wrote, on its monotonic time. */
  #wroteNs: bigint;
  #closing: Promise<void> | undefined;

  constructor(parts: Linked) {
    this.#parts = parts;
    const { options, database, key } = parts;
    this.verifierKey = key.verifierKey;
    this.bundles = parts.bundles;
    const { origin, bodyKey, formerBodyKeys = [], findBodyKey, signingKey } = options;
    const keys = [bodyKey, ...formerBodyKeys];
    this.state = sqliteStateReader(database, {
      box: new StateBox(keys),
      sealer: new StateSealer(origin, signingKey.seed),
      tags: sqliteTags(database, keys),
    });
    this.reader = sqliteLogReader(database, { origin, keys, find: findBodyKey });
    this.writer = { origin, append: (draft) => this.#append(draft), close: () => this.close() };
    this.#wroteNs = options.clock.monotonicNs();
    this.#leaveTurns = parts.turns.add({
      beat: () => this.#beat(),
      hasNews: () => this.#hasNews,
      publish: async () => {
        await this.#publishFolder();
        parts.bucket?.offer();
      },
    });
  }

  checkpoint(): Uint8Array {
    const note = this.#parts.source.checkpoint();
    if (note === undefined) throw new Fault('log.missing', 'the log has no checkpoint yet');
    return utf8(note);
  }

  async publish(rebuild = false): Promise<number> {
    const size = await this.#publishFolder(rebuild);
    await this.#parts.bucket?.publish(rebuild);
    return size;
  }

  async #publishFolder(rebuild = false): Promise<number> {
    const { publisher, witnesses } = this.#parts;
    this.#hasNews = false;
    try {
      const size = await publisher.publish(rebuild);
      witnesses?.offer();
      return size;
    } catch (fault) {
      this.#hasNews = true;
      throw fault;
    }
  }

  async awaitWitnesses(): Promise<void> {
    await this.#parts.witnesses?.idle();
  }

  unwitnessedSeconds(): number | undefined {
    return this.#parts.witnesses?.unwitnessedSeconds();
  }

  async isConsumed(key: string): Promise<boolean> {
    if (this.#closing !== undefined) throw new Fault('log.closed', 'the log is closed');
    const { client, database } = this.#parts;
    await client.settled();
    return isConsumedIn(database, key);
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
    this.#wroteNs = this.#parts.options.clock.monotonicNs();
    const result = await this.#parts.client.append(this.#parts.prepare(draft));
    // Not before it is there to be published.
    this.#hasNews = true;
    return result;
  }

  /** Writes a sign of life where nothing else was written for as long as one may be missing. */
  #beat(): void {
    const { options } = this.#parts;
    const { clock, heartbeatMs = HEARTBEAT_MS, onPublishFault } = options;
    if (clock.monotonicNs() - this.#wroteNs < BigInt(heartbeatMs) * NS_PER_MS) return;
    const heartbeat = ownDraft(options, { kind: 'heartbeat', heartbeat: { everyMs: heartbeatMs } });
    this.#append(heartbeat).catch((fault: unknown) => onPublishFault?.(fault));
  }

  async #close(): Promise<void> {
    const { options, client, prepare, publisher, bucket, witnesses, release } = this.#parts;
    this.#leaveTurns();
    try {
      // Not a word more to a log of which a witness saw another.
      if (witnesses?.conflict() !== undefined) return;
      const stop = ownDraft(options, { kind: 'stop', stop: { entries: this.#appended } });
      await client.append(prepare(stop));
      await publisher.publish();
      await witnesses?.finish();
      await bucket?.finish();
    } finally {
      witnesses?.close();
      await release();
    }
  }
}
