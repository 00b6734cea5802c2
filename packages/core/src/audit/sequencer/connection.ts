/** One log on a writing connection to `writ.db`: its statements, and the end of the log that it last saw. */
import { Fault } from '../../kernel/index.ts';
import { TILE_HEIGHT, TILE_WIDTH } from '../../proof/index.ts';
import type { SealedBody, StateBox, StateSealer } from '../seal/index.ts';
import {
  type ListStatement,
  type LogDatabase,
  type LogStatement,
  prepareList,
  SqliteTables,
  STATE_TABLE_NAMES,
  StateCheck,
} from '../store/index.ts';
import type { CheckpointKey, TextHasher } from '../tree/index.ts';
import type { LogEnd, ProducerEnd, SequencedEntry } from './sequence.ts';
import { readSignedHead } from './stored-head.ts';

/**
 * Rows of the state that each transaction of another process pays for: about 100 microseconds of checking. With a state that small every
 * such transaction is followed by a whole check, with a larger one every so many.
 */
const CHECKED_ROWS_PER_TRANSACTION = 64;

/** What a connection works with. */
export interface ConnectionOptions {
  readonly hasher: TextHasher;
  readonly sealer: StateSealer;
  readonly box: StateBox;
  /** Whether other logs lie in the same database: then that somebody wrote and appended nothing here means nothing yet. */
  readonly isShared: () => boolean;
}

/** Its part of one transaction after another, which its user begins and ends: {@link begin}, inserts, {@link advance}. After a fault it is never used again. */
export class Connection {
  readonly database: LogDatabase;
  readonly tables: SqliteTables;
  readonly #hasher: TextHasher;
  readonly #sealer: StateSealer;
  readonly #check: StateCheck;
  readonly #isShared: () => boolean;
  readonly #statements: Readonly<Record<keyof typeof SQL, LogStatement>>;
  readonly #head: ListStatement;
  end: LogEnd;
  #root: string;
  /** Size of the log when the transaction began. */
  #from: number;
  /** What SQLite says of the database: another number once another connection has written. */
  #dataVersion: number;
  /** Rows that other processes' transactions have paid for checking. */
  #credit = 0;

  /** Must be called within a transaction, which the caller ends. Throws `log.corrupt` where the state is not the one sealed with `end`. */
  constructor(database: LogDatabase, end: LogEnd, options: ConnectionOptions) {
    const { hasher, sealer, box, isShared } = options;
    this.database = database;
    this.tables = new SqliteTables(database, sealer, box);
    this.end = end;
    this.#hasher = hasher;
    this.#sealer = sealer;
    this.#isShared = isShared;
    this.#check = new StateCheck(database, sealer);
    this.#root = end.frontier.root();
    this.#from = end.frontier.size;
    this.#statements = Object.fromEntries(
      Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<keyof typeof SQL, LogStatement>;
    this.#head = prepareList(database, HEAD);
    this.#dataVersion = readDataVersion(database);
    this.#requireState();
  }

  get context(): {
    readonly tables: SqliteTables;
    readonly hasher: TextHasher;
    readonly end: LogEnd;
    readonly completed: (level: number, index: number, hash: string) => void;
  } {
    return { tables: this.tables, hasher: this.#hasher, end: this.end, completed: this.#completed };
  }

  /** Under the write lock, makes sure that the head is the one last seen, or one that the key signed. `dataVersion`: what SQLite says of the database under that lock. */
  begin(key: CheckpointKey, dataVersion: number): void {
    const head = this.#head.get();
    const [size, bytes, timeFloor, killEpoch] = head ?? [0, undefined, 0, 0];
    this.tables.begin(Number(killEpoch));
    const root = bytes === undefined ? this.#hasher.emptyRoot : this.#hasher.decode(bytes as Uint8Array);
    if (
      Number(size) !== this.end.frontier.size ||
      root !== this.#root ||
      Number(timeFloor) !== this.end.timeFloor
    ) {
      this.end = readSignedHead(this.database, key, this.#hasher);
      this.#root = this.end.frontier.root();
      this.#followState();
    } else if (dataVersion !== this.#dataVersion) {
      // Somebody wrote and appended nothing: no process of Writ does, except to another log.
      if (this.#isShared()) this.#followState();
      else this.#requireState();
    }
    this.#dataVersion = dataVersion;
    this.#from = this.end.frontier.size;
    if (head === undefined) {
      this.#statements.create.run(key.origin, this.#hasher.encode(this.#hasher.emptyRoot));
    }
  }

  /** Takes over the state that another process sealed, and checks all of it as soon as there were transactions enough to bear the cost. */
  #followState(): void {
    const totals = this.#check.totals();
    this.#credit += CHECKED_ROWS_PER_TRANSACTION;
    if (this.#credit >= totals.rows) {
      this.#check.requireAll(totals);
      this.#credit = 0;
    }
    this.tables.rows.totals = totals;
  }

  #requireState(): void {
    const totals = this.#check.totals();
    this.#check.requireAll(totals);
    this.tables.rows.totals = totals;
  }

  insert(placed: SequencedEntry, sealed: SealedBody | undefined): void {
    this.#statements.entry.run(placed.index, this.#hasher.encode(placed.leaf), placed.text);
    if (sealed !== undefined) {
      this.#statements.body.run(placed.index, sealed.keyId, sealed.wrapped, sealed.ciphertext);
    }
  }

  insertConcern(tag: Uint8Array, index: number): void {
    this.#statements.concern.run(tag, index);
  }

  /** Moves the head by compare-and-swap on size and signs it. INVARIANT: `checkpoints.size` is unique, so no size is signed twice. */
  advance(key: CheckpointKey, producer: ProducerEnd): void {
    const { frontier, timeFloor, witnessedSize } = this.end;
    const { size } = frontier;
    if (size === this.#from) return;
    this.#root = frontier.root();
    const root = this.#hasher.encode(this.#root);
    const { boot, id, counter, previous } = producer;
    this.tables.rows.replace('boots', [boot, id, counter, previous]);
    const at = { size, root, timeFloor, killEpoch: this.tables.killEpoch(), witnessedSize };
    const state = this.#sealer.close(this.tables.rows.totals, STATE_TABLE_NAMES, at);
    const moved = this.#statements.advance.run(
      size,
      root,
      frontier.toBytes(),
      timeFloor,
      witnessedSize,
      state,
      this.#from,
    );
    if (Number(moved.changes) !== 1) {
      throw new Fault('log.conflict', `the head is no longer at ${this.#from}`, { size: this.#from });
    }
    this.#statements.checkpoint.run(size, key.sign(size, root));
    // INVARIANT: the newest checkpoint stays, and a start refuses a head below it; so no size up to it is ever signed again.
    if (sameBundle(this.#from, size)) this.#statements.dropCheckpoint.run(this.#from);
  }

  /** Where this boot left off, as far as it was written. */
  restoreProducer(producer: ProducerEnd): void {
    const row = this.#statements.producer.get(producer.boot);
    if (row === undefined) return;
    producer.counter = Number(row['counter']);
    producer.previous = Number(row['previous']);
  }

  readonly #completed = (level: number, index: number, hash: string): void => {
    if (level >= TILE_HEIGHT) this.#statements.node.run(level, index, this.#hasher.encode(hash));
  };
}

/** Another number once another connection has written. */
export function readDataVersion(database: Pick<LogDatabase, 'prepare'>): number {
  return Number(database.prepare('PRAGMA data_version').get()?.['data_version']);
}

/** Whether entries up to `older` and up to `newer` end in one bundle: of the checkpoints in it only the last is kept. */
function sameBundle(older: number, newer: number): boolean {
  return Math.floor((older - 1) / TILE_WIDTH) === Math.floor((newer - 1) / TILE_WIDTH);
}

const HEAD = 'SELECT size, root, time_floor, kill_epoch FROM head';
const SQL = {
  create: `INSERT INTO head (id, origin, size, root, frontier, time_floor, witnessed_size, kill_epoch, state) VALUES (1, ?, 0, ?, x'', 0, 0, 0, x'')`,
  advance:
    'UPDATE head SET size = ?, root = ?, frontier = ?, time_floor = ?, witnessed_size = ?, state = ? WHERE size = ?',
  entry: 'INSERT INTO entries (idx, leaf, bytes) VALUES (?, ?, CAST(? AS BLOB))',
  node: 'INSERT INTO nodes (level, idx, hash) VALUES (?, ?, ?)',
  body: 'INSERT INTO bodies (idx, key_id, wrapped, ciphertext) VALUES (?, ?, ?, ?)',
  concern: 'INSERT INTO concerns (tag, idx) VALUES (?, ?)',
  checkpoint: 'INSERT INTO checkpoints (size, note) VALUES (?, ?)',
  dropCheckpoint: 'DELETE FROM checkpoints WHERE size = ?',
  producer: 'SELECT counter, previous FROM boots WHERE boot = ?',
} as const;
