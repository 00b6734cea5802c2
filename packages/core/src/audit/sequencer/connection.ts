/** A writing connection to `writ.db` with its statements, and the end of the log that it last saw. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Fault } from '../../kernel/index.ts';
import { TILE_HEIGHT } from '../../proof/index.ts';
import type { SealedBody } from '../seal/index.ts';
import { SqliteTables } from '../store/index.ts';
import type { CheckpointKey, TextHasher } from '../tree/index.ts';
import type { LogEnd, ProducerEnd, SequencedEntry } from './sequence.ts';
import { readSignedHead } from './stored-head.ts';

/** One transaction after another: {@link begin}, inserts, {@link advance}, {@link commit}. After a fault it is closed, never used again. */
export class Connection {
  readonly database: DatabaseSync;
  readonly tables: SqliteTables;
  readonly #hasher: TextHasher;
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;
  end: LogEnd;
  #root: string;
  /** Size of the log when the transaction began. */
  #from: number;

  constructor(database: DatabaseSync, end: LogEnd, hasher: TextHasher) {
    this.database = database;
    this.tables = new SqliteTables(database);
    this.end = end;
    this.#hasher = hasher;
    this.#root = end.frontier.root();
    this.#from = end.frontier.size;
    this.#statements = Object.fromEntries(
      Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<keyof typeof SQL, StatementSync>;
  }

  get context(): {
    readonly tables: SqliteTables;
    readonly hasher: TextHasher;
    readonly end: LogEnd;
    readonly completed: (level: number, index: number, hash: string) => void;
  } {
    return { tables: this.tables, hasher: this.#hasher, end: this.end, completed: this.#completed };
  }

  /** Takes the write lock and makes sure that the head is the one last seen, or one that the key signed. */
  begin(key: CheckpointKey): void {
    this.database.exec('BEGIN IMMEDIATE');
    this.tables.forget();
    const head = this.#statements.head.get();
    const size = Number(head?.['size'] ?? 0);
    const root =
      head === undefined ? this.#hasher.emptyRoot : this.#hasher.decode(head['root'] as Uint8Array);
    if (
      size !== this.end.frontier.size ||
      root !== this.#root ||
      Number(head?.['time_floor'] ?? 0) < this.end.timeFloor
    ) {
      this.end = readSignedHead(this.database, key, this.#hasher);
    }
    this.#from = this.end.frontier.size;
    if (head === undefined) {
      this.#statements.create.run(key.origin, this.#hasher.encode(this.#hasher.emptyRoot));
    }
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
    const { frontier, timeFloor } = this.end;
    if (frontier.size === this.#from) return;
    this.#root = frontier.root();
    const root = this.#hasher.encode(this.#root);
    const moved = this.#statements.advance.run(
      frontier.size,
      root,
      frontier.toBytes(),
      timeFloor,
      this.#from,
    );
    if (Number(moved.changes) !== 1) {
      throw new Fault('log.conflict', `the head is no longer at ${this.#from}`, { size: this.#from });
    }
    this.#statements.checkpoint.run(frontier.size, key.sign(frontier.size, root));
    this.#statements.boot.run(producer.boot, producer.id, producer.counter, producer.previous);
  }

  commit(): void {
    this.database.exec('COMMIT');
  }

  /** Where this boot left off, as far as it was written. */
  restoreProducer(producer: ProducerEnd): void {
    const row = this.#statements.producer.get(producer.boot);
    if (row === undefined) return;
    producer.counter = Number(row['counter']);
    producer.previous = Number(row['previous']);
  }

  close(): void {
    // Closing rolls back what is open.
    if (this.database.isOpen) this.database.close();
  }

  readonly #completed = (level: number, index: number, hash: string): void => {
    if (level >= TILE_HEIGHT) this.#statements.node.run(level, index, this.#hasher.encode(hash));
  };
}

const SQL = {
  head: 'SELECT size, root, time_floor FROM head',
  create: `INSERT INTO head (id, origin, size, root, frontier, time_floor, witnessed_size, kill_epoch) VALUES (1, ?, 0, ?, x'', 0, 0, 0)`,
  advance: 'UPDATE head SET size = ?, root = ?, frontier = ?, time_floor = ? WHERE size = ?',
  entry: 'INSERT INTO entries (idx, leaf, bytes) VALUES (?, ?, CAST(? AS BLOB))',
  node: 'INSERT INTO nodes (level, idx, hash) VALUES (?, ?, ?)',
  body: 'INSERT INTO bodies (idx, key_id, wrapped, ciphertext) VALUES (?, ?, ?, ?)',
  concern: 'INSERT INTO concerns (tag, idx) VALUES (?, ?)',
  checkpoint: 'INSERT INTO checkpoints (size, note) VALUES (?, ?)',
  boot: `INSERT INTO boots (boot, node, counter, previous) VALUES (?, ?, ?, ?)
    ON CONFLICT (boot) DO UPDATE SET counter = excluded.counter, previous = excluded.previous`,
  producer: 'SELECT counter, previous FROM boots WHERE boot = ?',
} as const;
