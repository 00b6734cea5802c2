/** One log of a store: its keys, its producer, and its part of each batch. */
import type { DatabaseSync } from 'node:sqlite';
import { describeFault, Fault, isFault } from '../../kernel/index.ts';
import type { AppendRefusal } from '../../model/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import {
  type BodyKey,
  BodySealer,
  ConcernIndex,
  printBodyRef,
  type SealedBody,
  StateBox,
  StateSealer,
} from '../seal/index.ts';
import {
  hasTenants,
  type ListStatement,
  type LogDatabase,
  registerTenant,
  requireOwnOrigin,
  tenantDatabase,
} from '../store/index.ts';
import { type CheckpointKey, createCheckpointKey, type TextHasher } from '../tree/index.ts';
import { Connection } from './connection.ts';
import {
  type ProducerEnd,
  raiseEnd,
  type SequenceContext,
  type SequencedEntry,
  sequenceEntry,
  type Witnessed,
} from './sequence.ts';
import type { PassStep } from './steps.ts';
import { type PublishedHead, readSignedHead, verifySuffix } from './stored-head.ts';
import { mayWrite, noSpace, type Writable } from './writable.ts';

/** What a log in a store is; plain data, because it crosses to the store's thread. */
export interface LogSequencerOptions {
  /** The tenant whose log it is; absent for the data folder's own. */
  readonly name?: string;
  readonly origin: string;
  /** Of the log's own entries. */
  readonly tenant: string;
  readonly node: string;
  /** ULID of this opening; its lock says that it lives. */
  readonly boot: string;
  /** Boots of earlier openings in this process that were closed: they have ended, whatever their locks say. */
  readonly endedBoots: readonly string[];
  readonly seed: Uint8Array;
  /** Seeds of keys that sign beside it while keys change. */
  readonly overlapping: readonly Uint8Array[];
  readonly bodyKey: BodyKey;
  readonly formerBodyKeys: readonly BodyKey[];
  /** Entries below were published under this root: they are not hashed again at the start. */
  readonly published: PublishedHead;
}

/** The writing connection that all logs of a store share. */
export interface StoreConnection {
  readonly database: DatabaseSync;
  /** The same, with statements that tenants share. */
  readonly shared: Pick<DatabaseSync, 'prepare'>;
  /** SQLite's numbers of the schema, and of what other connections committed. */
  readonly versions: Readonly<Record<'schema' | 'data', ListStatement>>;
}

/** What became of one entry of a batch. */
export type BatchResult =
  | { readonly index: number; readonly timeFloor: number }
  | AppendRefusal
  | { readonly fault: Fault };

/** What all parts of a transaction have in common. */
export interface WriteTurn {
  /** What may be written. */
  readonly written: Writable;
  /** What SQLite says of the database under the write lock; see {@link Connection.begin}. */
  readonly dataVersion: number;
  readonly pass: PassStep;
}

/** A log's part of a batch. */
export interface LogBatch {
  readonly entries: readonly PreparedEntry[];
  /** What {@link LogSequencer.seal} made of them. */
  readonly sealed: readonly (SealedBody | undefined)[];
}

/** What the entries of a part are placed with. */
interface PlaceContext extends SequenceContext {
  readonly connection: Connection;
}

/** One producer on a connection that is the store's. After a fault it reads everything anew before it writes again. */
export class LogSequencer {
  readonly #options: LogSequencerOptions;
  readonly #key: CheckpointKey;
  readonly #hasher: TextHasher;
  readonly #sealer: BodySealer;
  readonly #concerns: ConcernIndex;
  readonly #stateSealer: StateSealer;
  readonly #box: StateBox;
  readonly #producer: ProducerEnd;
  #connection: Connection | undefined;
  /** That of the connection. */
  #store: StoreConnection | undefined;
  #before: ProducerEnd;
  #witnessed: Witnessed = { size: 0, time: 0 };
  /** Last index of this boot that was acknowledged before a write of unknown effect; absent where none was. */
  #inDoubtAfter: number | undefined;
  readonly #unacknowledged: number[] = [];

  constructor(options: LogSequencerOptions, hasher: TextHasher) {
    this.#options = options;
    this.#hasher = hasher;
    this.#key = createCheckpointKey(options.origin, options.seed, options.overlapping);
    this.#sealer = new BodySealer(options.origin, options.bodyKey);
    this.#concerns = new ConcernIndex(options.bodyKey, options.tenant);
    this.#stateSealer = new StateSealer(options.origin, options.seed);
    this.#box = new StateBox([options.bodyKey, ...options.formerBodyKeys]);
    this.#producer = { id: options.node, boot: options.boot, counter: 0, previous: null };
    this.#before = { ...this.#producer };
  }

  /** Number of the tenant's log, once connected; `undefined` for the data folder's own. */
  get log(): number | undefined {
    return this.#connection?.database.log;
  }

  /** Takes over what witnesses vouch for; the next entry says so, and with it the head. */
  takeWitnessed({ size, time }: Witnessed): void {
    this.#witnessed = {
      size: Math.max(size, this.#witnessed.size),
      time: Math.max(time, this.#witnessed.time),
    };
  }

  /**
   * Makes sure of a connection over `store`; a new one is believed only after its head and state are. `verify`: entries that were not published are hashed again.
   * Throws `log.conflict`, `log.unsigned-suffix`, `log.corrupt`; what SQLite throws where the fault is not this log's alone.
   */
  connect(store: StoreConnection, verify = false): void {
    if (this.#connection !== undefined && this.#store === store) return;
    this.drop();
    const { database } = store;
    try {
      const own = this.#find(store);
      // One snapshot: other processes append meanwhile.
      database.exec('BEGIN');
      const end = readSignedHead(own, this.#key, this.#hasher);
      if (verify) verifySuffix(own, end, this.#hasher, this.#options.published);
      const connection = new Connection(own, end, {
        hasher: this.#hasher,
        sealer: this.#stateSealer,
        box: this.#box,
        isShared: () => own.log !== undefined || hasTenants(store.shared),
      });
      connection.restoreProducer(this.#producer);
      this.#collectUnacknowledged(own);
      database.exec('COMMIT');
      this.#connection = connection;
      this.#store = store;
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw isDamage(cause) ? damaged(cause) : cause;
    }
  }

  /** Open decisions by the boot that made them, this one's left out. */
  openDecisions(): readonly { readonly index: number; readonly boot: string }[] {
    const rows = this.#connected().database.prepare(
      'SELECT idx, boot FROM opens WHERE boot <> ? ORDER BY idx',
    );
    return rows
      .all(this.#options.boot)
      .map((row) => ({ index: Number(row['idx']), boot: String(row['boot']) }));
  }

  /** The sealed bodies of `entries`: before the transaction, so that nobody waits for them. */
  seal(entries: readonly PreparedEntry[]): LogBatch {
    return { entries, sealed: entries.map((entry) => this.#seal(entry)) };
  }

  /** Writes its part of the transaction under way, each entry refused or faulted alone, and the signed checkpoint of it. Whatever is thrown ends the part. */
  write({ entries, sealed }: LogBatch, { written, dataVersion, pass }: WriteTurn): readonly BatchResult[] {
    const connection = this.#connected();
    this.#before = { ...this.#producer };
    connection.begin(this.#key, dataVersion);
    raiseEnd(connection.end, this.#witnessed);
    const context = { ...connection.context, producer: this.#producer, connection };
    const results = entries.map((entry, at) =>
      mayWrite(entry, written) ? this.#place(context, entry, sealed[at]) : { fault: noSpace() },
    );
    pass('append/after-insert');
    connection.advance(this.#key, this.#producer);
    return results;
  }

  /** Forgets what {@link write} did. `isKnown`: it is certain that nothing of it was written. */
  undo(isKnown: boolean): void {
    Object.assign(this.#producer, this.#before);
    if (!isKnown) this.#inDoubtAfter ??= this.#before.previous ?? -1;
    this.drop();
  }

  /** Whether decisions may have been written that nobody was told of. */
  get isInDoubt(): boolean {
    return this.#inDoubtAfter !== undefined;
  }

  /** Decisions that were written although their callers were told otherwise, and stand open; each is answered once. Nobody acts on them. */
  takeUnacknowledged(): readonly number[] {
    return this.#unacknowledged.splice(0);
  }

  /** Lets go of the connection: the next is read anew. Idempotent. */
  drop(): void {
    this.#connection = undefined;
    this.#store = undefined;
  }

  #connected(): Connection {
    if (this.#connection === undefined) throw new Fault('log.unavailable', 'the log is not connected');
    return this.#connection;
  }

  #find({ database, shared }: StoreConnection): LogDatabase {
    const { name, origin } = this.#options;
    if (name !== undefined) return tenantDatabase(shared, registerTenant(database, { name, origin }));
    requireOwnOrigin(database, origin);
    return database;
  }

  /** INVARIANT: before anything else of this boot is written, so that no decision is among them that somebody acts on. */
  #collectUnacknowledged(database: LogDatabase): void {
    if (this.#inDoubtAfter === undefined) return;
    const rows = database
      .prepare('SELECT idx FROM opens WHERE boot = ? AND idx > ? ORDER BY idx')
      .all(this.#options.boot, this.#inDoubtAfter);
    this.#unacknowledged.push(...rows.map((row) => Number(row['idx'])));
    this.#inDoubtAfter = undefined;
  }

  #seal(entry: PreparedEntry): SealedBody | undefined {
    if (entry.body === undefined || entry.sealRandom === undefined) return undefined;
    return this.#sealer.seal(entry.body, entry.id, entry.sealRandom);
  }

  #place(context: PlaceContext, entry: PreparedEntry, sealed: SealedBody | undefined): BatchResult {
    const bodyRef = sealed === undefined ? undefined : printBodyRef(entry.id, sealed);
    let placed: SequencedEntry | AppendRefusal;
    try {
      placed = sequenceEntry(context, entry, bodyRef);
    } catch (fault) {
      // Thrown before anything of the entry was written; everything else ends the batch.
      if (isFault(fault, 'entry.too-large')) return { fault };
      throw fault;
    }
    if (typeof placed === 'string') return placed;
    const { connection } = context;
    connection.insert(placed, sealed);
    if (sealed !== undefined) {
      for (const concern of new Set(entry.concerns))
        connection.insertConcern(this.#concerns.tag(concern), placed.index);
    }
    return { index: placed.index, timeFloor: placed.timeFloor };
  }
}

/** SQLITE_CORRUPT, where SQLite meets pages that are not what they should be. */
const SQLITE_CORRUPT = 11;

function isDamage(cause: unknown): cause is Error {
  return (
    cause instanceof Error &&
    'errcode' in cause &&
    typeof cause.errcode === 'number' &&
    (cause.errcode & 0xff) === SQLITE_CORRUPT
  );
}

function damaged(cause: Error): Fault {
  return new Fault('log.corrupt', `the database is damaged: ${describeFault(cause)}`, {}, { cause });
}
