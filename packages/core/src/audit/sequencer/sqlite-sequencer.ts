/** Writes batches into `writ.db`: one transaction each, signed checkpoint included, however many processes do the same. */
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
import { type Durability, openDatabase, SpaceReserve } from '../store/index.ts';
import { type CheckpointKey, createCheckpointKey, createTextHasher } from '../tree/index.ts';
import { Connection } from './connection.ts';
import {
  type ProducerEnd,
  raiseEnd,
  type SequencedEntry,
  sequenceEntry,
  type Witnessed,
} from './sequence.ts';
import { passSteps, type PassStep, type StepFault } from './steps.ts';
import { type PublishedHead, readSignedHead, verifySuffix } from './stored-head.ts';

/** What a sequencer is made of; plain data, because it is started in a thread of its own. */
export interface SqliteSequencerOptions {
  readonly path: string;
  readonly origin: string;
  readonly tenant: string;
  readonly node: string;
  /** ULID of this process's run. */
  readonly boot: string;
  readonly seed: Uint8Array;
  /** Seeds of keys that sign beside it while keys change. */
  readonly overlapping: readonly Uint8Array[];
  readonly bodyKey: BodyKey;
  readonly formerBodyKeys: readonly BodyKey[];
  readonly durability: Durability;
  /** Entries below were published under this root: they are not hashed again at the start. */
  readonly published: PublishedHead;
  readonly faults: readonly StepFault[];
}

/** What became of one entry of a batch. */
export type BatchResult =
  | { readonly index: number; readonly timeFloor: number }
  | AppendRefusal
  | { readonly fault: Fault };

/** What may be written. `not_permitting`: no decision that something may be done, because there is no space kept for its outcome. */
type Writable = 'all' | 'not_permitting' | 'outcomes';

/** One connection, one producer. After a fault of unknown effect it reads everything anew before it writes again. */
export class SqliteSequencer {
  readonly #options: SqliteSequencerOptions;
  readonly #key: CheckpointKey;
  readonly #hasher = createTextHasher();
  readonly #sealer: BodySealer;
  readonly #concerns: ConcernIndex;
  readonly #stateSealer: StateSealer;
  readonly #box: StateBox;
  readonly #pass: PassStep;
  readonly #producer: ProducerEnd;
  readonly #reserve: SpaceReserve;
  #connection: Connection | undefined;
  #witnessed: Witnessed = { size: 0, time: 0 };
  /** Last index of this boot that was acknowledged before a write of unknown effect; absent where none was. */
  #inDoubtAfter: number | undefined;
  readonly #unacknowledged: number[] = [];

  /** Opens and verifies the store. Throws `log.unavailable`, `log.version`, `log.conflict`, `log.unsigned-suffix`, `log.corrupt`. */
  constructor(options: SqliteSequencerOptions) {
    this.#options = options;
    this.#key = createCheckpointKey(options.origin, options.seed, options.overlapping);
    this.#sealer = new BodySealer(options.origin, options.bodyKey);
    this.#concerns = new ConcernIndex(options.bodyKey, options.tenant);
    this.#stateSealer = new StateSealer(options.origin, options.seed);
    this.#box = new StateBox([options.bodyKey, ...options.formerBodyKeys]);
    this.#pass = passSteps(options.faults);
    this.#producer = { id: options.node, boot: options.boot, counter: 0, previous: null };
    this.#connect(options.published);
    this.#reserve = new SpaceReserve(options.path);
  }

  /** Takes over what witnesses vouch for; the next entry says so, and with it the head. */
  takeWitnessed({ size, time }: Witnessed): void {
    this.#witnessed = {
      size: Math.max(size, this.#witnessed.size),
      time: Math.max(time, this.#witnessed.time),
    };
  }

  /** Open decisions by the boot that made them, this one's left out. */
  openDecisions(): readonly { readonly index: number; readonly boot: string }[] {
    const rows = this.#connect().database.prepare('SELECT idx, boot FROM opens WHERE boot <> ? ORDER BY idx');
    return rows
      .all(this.#options.boot)
      .map((row) => ({ index: Number(row['idx']), boot: String(row['boot']) }));
  }

  /**
   * Writes `entries` in order, each refused or faulted alone. Throws where nothing can be said of the whole batch: treat it as not written.
   * On a full disk only outcomes are written, into the space kept for them; everything else is faulted until there is room again.
   */
  write(entries: readonly PreparedEntry[]): readonly BatchResult[] {
    const isReserved = this.#reserve.hold();
    try {
      return this.#writeBatch(entries, isReserved ? 'all' : 'not_permitting');
    } catch (fault) {
      if (!isDiskFull(fault) || !this.#reserve.release()) throw fault;
      return this.#writeBatch(entries, 'outcomes');
    }
  }

  /**
   * Decisions that were written although {@link write} threw, and stand open; each is answered once. Nobody acts on them. They are known
   * as soon as the store can be read again.
   */
  takeUnacknowledged(): readonly number[] {
    if (this.#inDoubtAfter !== undefined) {
      try {
        this.#connect();
      } catch {
        // Still out of reach: the next write asks again.
      }
    }
    return this.#unacknowledged.splice(0);
  }

  #writeBatch(entries: readonly PreparedEntry[], written: Writable): readonly BatchResult[] {
    const sealed = entries.map((entry) => this.#seal(entry));
    const connection = this.#connect();
    const before = { ...this.#producer };
    try {
      this.#pass('append/before-begin');
      connection.begin(this.#key);
      raiseEnd(connection.end, this.#witnessed);
      this.#pass('append/after-begin');
      const results = entries.map((entry, at) =>
        mayWrite(entry, written) ? this.#place(connection, entry, sealed[at]) : { fault: noSpace() },
      );
      this.#pass('append/after-insert');
      connection.advance(this.#key, this.#producer);
      this.#pass('append/before-commit');
      connection.commit();
      this.#pass('append/after-commit');
      return results;
    } catch (cause) {
      Object.assign(this.#producer, before);
      this.#inDoubtAfter ??= before.previous ?? -1;
      this.close();
      if (cause instanceof Fault) throw cause;
      throw new Fault(
        'log.unavailable',
        `the log could not be written: ${describeFault(cause)}`,
        {},
        { cause },
      );
    }
  }

  /** Closes the connection. Idempotent. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }

  /** The connection; a new one is believed only after its head and state are. `published`: entries from there on are hashed again. */
  #connect(published?: PublishedHead): Connection {
    if (this.#connection !== undefined) return this.#connection;
    const database = openDatabase(this.#options.path, this.#options.durability);
    try {
      // One snapshot: other processes append meanwhile.
      database.exec('BEGIN');
      const end = readSignedHead(database, this.#key, this.#hasher);
      if (published !== undefined) verifySuffix(database, end, this.#hasher, published);
      const connection = new Connection(database, end, {
        hasher: this.#hasher,
        sealer: this.#stateSealer,
        box: this.#box,
      });
      connection.restoreProducer(this.#producer);
      this.#collectUnacknowledged(database);
      database.exec('COMMIT');
      this.#connection = connection;
      return connection;
    } catch (fault) {
      database.close();
      throw fault;
    }
  }

  /** INVARIANT: before anything else of this boot is written, so that no decision is among them that somebody acts on. */
  #collectUnacknowledged(database: DatabaseSync): void {
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

  #place(connection: Connection, entry: PreparedEntry, sealed: SealedBody | undefined): BatchResult {
    const bodyRef = sealed === undefined ? undefined : printBodyRef(entry.id, sealed);
    let placed: SequencedEntry | AppendRefusal;
    try {
      placed = sequenceEntry({ ...connection.context, producer: this.#producer }, entry, bodyRef);
    } catch (fault) {
      // Thrown before anything of the entry was written; everything else ends the batch.
      if (isFault(fault, 'entry.too-large')) return { fault };
      throw fault;
    }
    if (typeof placed === 'string') return placed;
    connection.insert(placed, sealed);
    if (sealed !== undefined) {
      for (const concern of new Set(entry.concerns))
        connection.insertConcern(this.#concerns.tag(concern), placed.index);
    }
    return { index: placed.index, timeFloor: placed.timeFloor };
  }
}

function mayWrite(entry: PreparedEntry, written: Writable): boolean {
  switch (written) {
    case 'all':
      return true;
    case 'not_permitting':
      return !entry.effects.some(({ type }) => type === 'open');
    case 'outcomes':
      return entry.closes !== undefined;
    default:
      return written satisfies never;
  }
}

function noSpace(): Fault {
  return new Fault('log.unavailable', 'the disk is full: there is no space for an outcome', {
    hint: 'free some space; the log goes on by itself',
  });
}

/** SQLITE_FULL, as SQLite says where a write finds no space. */
const SQLITE_FULL = 13;

function isDiskFull(fault: unknown): boolean {
  for (let cause = fault; cause instanceof Error; cause = cause.cause)
    if ('errcode' in cause && cause.errcode === SQLITE_FULL) return true;
  return false;
}
