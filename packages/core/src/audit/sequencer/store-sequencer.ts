/** Writes batches into `writ.db`: one transaction each for all logs that have something waiting, signed checkpoints included, however many processes do the same. */
import { describeFault, Fault } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import {
  type Durability,
  emptyJournal,
  openDatabase,
  OVERWRITE_DELETED,
  prepareList,
  registerTenants,
  requireSchema,
  sharedStatements,
  SpaceReserve,
} from '../store/index.ts';
import { createTextHasher } from '../tree/index.ts';
import {
  type BatchResult,
  type LogBatch,
  LogSequencer,
  type LogSequencerOptions,
  type StoreConnection,
  type WriteTurn,
} from './log-sequencer.ts';
import { passSteps, type PassStep, type StepFault } from './steps.ts';
import type { Writable } from './writable.ts';

/** What a store is made of; plain data, because it is started in a thread of its own. */
export interface StoreSequencerOptions {
  /** The data folder. */
  readonly path: string;
  readonly durability: Durability;
  readonly faults: readonly StepFault[];
}

/** Entries that wait, by the number that the callers' thread gave their log. */
export type Batch = ReadonlyMap<number, readonly PreparedEntry[]>;

/** What became of a log's part of a batch: of each entry, or of none where nothing can be said of the whole part; treat it as not written. */
export type BatchAnswer = readonly BatchResult[] | Fault;

/**
 * Page cache of the connection once a tenant is open, in KiB: a batch of a thousand logs changes several thousand pages, and those that do not fit are written twice.
 * It grows with use only.
 */
const CACHE_KIB = 65_536;

interface Part extends LogBatch {
  readonly id: number;
  readonly log: LogSequencer;
}

/** One connection, and any number of logs on it. */
export class StoreSequencer {
  readonly #options: StoreSequencerOptions;
  readonly #pass: PassStep;
  readonly #hasher = createTextHasher();
  readonly #reserve: SpaceReserve;
  readonly #logs = new Map<number, LogSequencer>();
  readonly #inDoubt = new Set<number>();
  #store: StoreConnection | undefined;
  /** Whether the write-ahead log may still hold what was erased. */
  #owesPurge = false;
  /** SQLite's number of the schema that was found to be ours; absent on a new connection. */
  #schemaVersion: number | undefined;

  constructor(options: StoreSequencerOptions) {
    this.#options = options;
    this.#pass = passSteps(options.faults);
    this.#reserve = new SpaceReserve(options.path);
  }

  /** Makes room for those of `logs` that are new tenants, in one transaction and one sync for all. What fails here is told where the log is opened. */
  prepare(logs: readonly LogSequencerOptions[]): void {
    const tenants = logs.flatMap(({ name, origin }) => (name === undefined ? [] : [{ name, origin }]));
    if (tenants.length < 2) return;
    try {
      registerTenants(this.#open().database, tenants);
    } catch {
      this.#letGo();
    }
  }

  /** Opens and verifies a log; `id` names it from here on. Throws `log.unavailable`, `log.version`, `log.conflict`, `log.unsigned-suffix`, `log.corrupt`. */
  open(id: number, options: LogSequencerOptions): LogSequencer {
    const log = new LogSequencer(options, this.#hasher);
    const store = this.#open();
    if (options.name !== undefined)
      store.database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`);
    try {
      log.connect(store, true);
    } catch (fault) {
      if (!(fault instanceof Fault)) this.#letGo();
      throw fault;
    }
    this.#logs.set(id, log);
    return log;
  }

  /** The log `id`, where it is open. */
  log(id: number): LogSequencer | undefined {
    return this.#logs.get(id);
  }

  /** Closes one log and leaves the others. Idempotent. */
  closeLog(id: number): void {
    this.#logs.get(id)?.drop();
    this.#logs.delete(id);
    this.#inDoubt.delete(id);
  }

  /**
   * Writes the entries of each log in order. What is one log's own fault is its answer alone, and leaves no trace of its part; anything else is everybody's.
   * On a full disk only outcomes are written, into the space kept for them; everything else is faulted until there is room again.
   */
  write(batch: Batch): ReadonlyMap<number, BatchAnswer> {
    const isReserved = this.#reserve.hold();
    try {
      try {
        return this.#writeBatch(batch, isReserved ? 'all' : 'not_permitting');
      } catch (fault) {
        if (!isDiskFull(fault) || !this.#reserve.release()) throw fault;
        return this.#writeBatch(batch, 'outcomes');
      }
    } catch (cause) {
      const fault = asFault(cause);
      return new Map([...batch.keys()].map((id) => [id, fault]));
    }
  }

  /**
   * Decisions that were written although {@link write} answered with a fault, and stand open; each is answered once. They are known as soon as the store can be
   * read again.
   */
  takeUnacknowledged(): ReadonlyMap<number, readonly number[]> {
    const found = new Map<number, readonly number[]>();
    for (const id of this.#inDoubt) {
      const log = this.#logs.get(id);
      try {
        log?.connect(this.#open());
      } catch {
        // Still out of reach: the next write asks again.
      }
      if (log?.isInDoubt === true) continue;
      this.#inDoubt.delete(id);
      const decisions = log?.takeUnacknowledged() ?? [];
      if (decisions.length > 0) found.set(id, decisions);
    }
    return found;
  }

  /** Closes everything. Idempotent. */
  close(): void {
    for (const id of this.#logs.keys()) this.closeLog(id);
    this.#letGo();
  }

  #writeBatch(batch: Batch, written: Writable): ReadonlyMap<number, BatchAnswer> {
    const store = this.#open();
    const { shared, versions } = store;
    const answers = new Map<number, BatchAnswer>();
    const parts: Part[] = [];
    for (const [id, entries] of batch) {
      const part = this.#prepare(id, entries, store);
      if (part instanceof Fault) answers.set(id, part);
      else parts.push(part);
    }
    if (parts.length === 0) return answers;
    try {
      this.#pass('append/before-begin');
      shared.prepare('BEGIN IMMEDIATE').run();
      this.#pass('append/after-begin');
      this.#requireSchema(store);
      const write = parts.length === 1 ? writeAlone : writeBesideOthers;
      // Nobody else commits under the write lock, so one look serves every log.
      const turn = { written, dataVersion: Number(versions.data.get()?.[0]), pass: this.#pass };
      for (const part of parts) answers.set(part.id, write(store, part, turn));
      this.#pass('append/before-commit');
      shared.prepare('COMMIT').run();
      this.#pass('append/after-commit');
      this.#purge(store, parts);
      return answers;
    } catch (cause) {
      for (const { id, log } of parts) {
        log.undo(false);
        this.#inDoubt.add(id);
      }
      this.#letGo();
      throw asFault(cause);
    }
  }

  /** Once something was erased, tried after each batch until nobody reads an older state; never waited for. */
  #purge({ database }: StoreConnection, parts: readonly Part[]): void {
    this.#owesPurge ||= parts.some(({ entries }) => entries.some(erases));
    if (!this.#owesPurge) return;
    try {
      this.#owesPurge = !emptyJournal(database);
    } catch {
      // What was written stands, whatever becomes of the write-ahead log; it is tried again.
    }
  }

  /** A log's part, ready to be written, or why there is none. Throws what is not this log's own fault. */
  #prepare(id: number, entries: readonly PreparedEntry[], store: StoreConnection): Part | Fault {
    const log = this.#logs.get(id);
    if (log === undefined) return new Fault('log.closed', 'the log is closed');
    try {
      log.connect(store);
      return { id, log, ...log.seal(entries) };
    } catch (cause) {
      if (cause instanceof Fault) return cause;
      this.#letGo();
      throw cause;
    }
  }

  /** INVARIANT: nothing is acknowledged that a trigger, put there while this process runs, kept from being stored. */
  #requireSchema({ database, versions }: StoreConnection): void {
    const version = Number(versions.schema.get()?.[0]);
    if (version === this.#schemaVersion) return;
    requireSchema(database);
    this.#schemaVersion = version;
  }

  #open(): StoreConnection {
    if (this.#store !== undefined) return this.#store;
    const database = openDatabase(this.#options.path, this.#options.durability);
    database.exec(OVERWRITE_DELETED);
    const versions = {
      schema: prepareList(database, 'PRAGMA schema_version'),
      data: prepareList(database, 'PRAGMA data_version'),
    };
    this.#store = { database, shared: sharedStatements(database), versions };
    return this.#store;
  }

  /** Closing rolls back what is open. Every log reads anew before it writes again. */
  #letGo(): void {
    const store = this.#store;
    this.#store = undefined;
    this.#schemaVersion = undefined;
    if (store?.database.isOpen === true) store.database.close();
  }
}

function erases({ effects }: PreparedEntry): boolean {
  return effects.some(({ type }) => type === 'erase' || type === 'delete_record');
}

function writeAlone(_store: StoreConnection, part: Part, turn: WriteTurn): BatchAnswer {
  return part.log.write(part, turn);
}

/** INVARIANT: what one log's rows, keys or head are guilty of takes back its own part alone. */
function writeBesideOthers({ database, shared }: StoreConnection, part: Part, turn: WriteTurn): BatchAnswer {
  shared.prepare('SAVEPOINT part').run();
  try {
    const results = part.log.write(part, turn);
    shared.prepare('RELEASE part').run();
    return results;
  } catch (cause) {
    // A disk that fails is everybody's, and SQLite may have ended the transaction already.
    if (!isOwnFault(cause) || !database.isTransaction) throw cause;
    database.exec('ROLLBACK TO part; RELEASE part');
    part.log.undo(true);
    return asFault(cause);
  }
}

/** SQLITE_CONSTRAINT: a row stands where the log was to write one. */
const SQLITE_CONSTRAINT = 19;
/** SQLITE_FULL, as SQLite says where a write finds no space. */
const SQLITE_FULL = 13;

function isOwnFault(cause: unknown): boolean {
  return cause instanceof Fault || errcodeOf(cause) === SQLITE_CONSTRAINT;
}

function isDiskFull(fault: unknown): boolean {
  for (let cause = fault; cause instanceof Error; cause = cause.cause)
    if (errcodeOf(cause) === SQLITE_FULL) return true;
  return false;
}

/** SQLite's code without what it adds to it. */
function errcodeOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number')) return undefined;
  return cause.errcode & 0xff;
}

function asFault(cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault('log.unavailable', `the log could not be written: ${describeFault(cause)}`, {}, { cause });
}
