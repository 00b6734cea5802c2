/** Writes batches into `writ.db`: one transaction each, signed checkpoint included, however many processes do the same. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { describeFault, Fault, isFault } from '../../kernel/index.ts';
import type { AppendRefusal } from '../../model/index.ts';
import { TILE_HEIGHT } from '../../proof/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import { type BodyKey, BodySealer, ConcernIndex, printBodyRef, type SealedBody } from '../seal/index.ts';
import { type Durability, openDatabase, SqliteTables } from '../store/index.ts';
import { type CheckpointKey, createCheckpointKey } from './checkpoint-key.ts';
import { type LogEnd, type ProducerEnd, type SequencedEntry, sequenceEntry } from './sequence.ts';
import { passSteps, type PassStep, type StepFault } from './steps.ts';
import { readSignedHead, verifySuffix } from './stored-head.ts';
import { createTextHasher } from './text-hasher.ts';

/** What a sequencer is made of; plain data, because it is started in a thread of its own. */
export interface SqliteSequencerOptions {
  readonly path: string;
  readonly origin: string;
  readonly tenant: string;
  readonly node: string;
  /** ULID of this process's run. */
  readonly boot: string;
  readonly seed: Uint8Array;
  readonly bodyKey: BodyKey;
  readonly durability: Durability;
  /** Entries below were published: they are not hashed again at the start. */
  readonly publishedSize: number;
  readonly faults: readonly StepFault[];
}

/** What became of one entry of a batch. */
export type BatchResult =
  | { readonly index: number; readonly timeFloor: number }
  | AppendRefusal
  | { readonly fault: Fault };

/** One connection, one producer. After a fault of unknown effect it reads everything anew before it writes again. */
export class SqliteSequencer {
  readonly #options: SqliteSequencerOptions;
  readonly #key: CheckpointKey;
  readonly #hasher = createTextHasher();
  readonly #sealer: BodySealer;
  readonly #concerns: ConcernIndex;
  readonly #pass: PassStep;
  readonly #producer: ProducerEnd;
  #connection: Connection | undefined;

  /** Opens and verifies the store. Throws `log.unavailable`, `log.version`, `log.conflict`, `log.unsigned-suffix`, `log.corrupt`. */
  constructor(options: SqliteSequencerOptions) {
    this.#options = options;
    this.#key = createCheckpointKey(options.origin, options.seed);
    this.#sealer = new BodySealer(options.origin, options.bodyKey);
    this.#concerns = new ConcernIndex(options.bodyKey, options.tenant);
    this.#pass = passSteps(options.faults);
    this.#producer = { id: options.node, boot: options.boot, counter: 0, previous: null };
    this.#connect(options.publishedSize);
  }

  /** Open decisions by the boot that made them, this one's left out. */
  openDecisions(): readonly { readonly index: number; readonly boot: string }[] {
    const rows = this.#connect().database.prepare('SELECT idx, boot FROM opens WHERE boot <> ? ORDER BY idx');
    return rows
      .all(this.#options.boot)
      .map((row) => ({ index: Number(row['idx']), boot: String(row['boot']) }));
  }

  /** Writes `entries` in order, each refused or faulted alone. Throws where nothing can be said of the whole batch: treat it as not written. */
  write(entries: readonly PreparedEntry[]): readonly BatchResult[] {
    const sealed = entries.map((entry) => this.#seal(entry));
    const connection = this.#connect();
    const before = { ...this.#producer };
    try {
      this.#pass('append/before-begin');
      connection.begin(this.#key);
      this.#pass('append/after-begin');
      const results = entries.map((entry, at) => this.#place(connection, entry, sealed[at]));
      this.#pass('append/after-insert');
      connection.advance(this.#key, this.#producer);
      this.#pass('append/before-commit');
      connection.commit();
      this.#pass('append/after-commit');
      return results;
    } catch (cause) {
      Object.assign(this.#producer, before);
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

  /** The connection; a new one is believed only after its head is. `verifyFrom`: entries from there on are hashed again. */
  #connect(verifyFrom?: number): Connection {
    if (this.#connection !== undefined) return this.#connection;
    const database = openDatabase(this.#options.path, this.#options.durability);
    try {
      // One snapshot: other processes append meanwhile.
      database.exec('BEGIN');
      const end = readSignedHead(database, this.#key, this.#hasher);
      if (verifyFrom !== undefined) verifySuffix(database, end, this.#hasher, verifyFrom);
      database.exec('COMMIT');
      const connection = new Connection(database, end, this.#hasher);
      connection.restoreProducer(this.#producer);
      this.#connection = connection;
      return connection;
    } catch (fault) {
      database.close();
      throw fault;
    }
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

/** One open connection with its statements and the end of the log that it last saw. */
class Connection {
  readonly database: DatabaseSync;
  readonly tables: SqliteTables;
  readonly #hasher: ReturnType<typeof createTextHasher>;
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;
  end: LogEnd;
  #root: string;
  /** Size of the log when the transaction began. */
  #from: number;

  constructor(database: DatabaseSync, end: LogEnd, hasher: ReturnType<typeof createTextHasher>) {
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
    readonly hasher: ReturnType<typeof createTextHasher>;
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
