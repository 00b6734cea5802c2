/** Writes batches into PostgreSQL: one transaction each, under the lock of one row, however many processes do the same. */
import { equalBytes, Fault } from '../../kernel/index.ts';
import type { Checkpoint } from '../../proof/index.ts';
import { mayWrite, type PassStep, type ProducerEnd } from '../sequencer/index.ts';
import {
  type BatchResult,
  type PlaceContext,
  type PlacedBatch,
  placeBatch,
  type SealedEntry,
} from './batch.ts';
import { presentBodies, storeErasure } from './erase/index.ts';
import { bootLock, holdUse } from './session-locks.ts';
import { isServerFull, unavailable } from './server-faults.ts';
import type { SqlConnection, SqlDatabase } from './sql-database.ts';
import { installSchema, type Statements, parseHead } from './stored/index.ts';

/** Times a batch is tried: a second time on a new session, where the first certainly wrote nothing. */
const MAX_ATTEMPTS = 2;

/** What a sequencer is made of. */
export interface SequencerOptions extends PlaceContext {
  readonly database: SqlDatabase;
  readonly schema: string;
  readonly statements: Statements;
  readonly producer: ProducerEnd;
  readonly pass: PassStep;
  /** Called when another process has committed. */
  readonly onNotification: () => void;
  /** Called when the session has ended without {@link Sequencer.close}. */
  readonly onLost: () => void;
}

/** A batch whose COMMIT was sent and not answered. */
interface InDoubt {
  readonly placed: PlacedBatch;
  readonly leaf: Uint8Array;
  /** The producer's end once it is stored. */
  readonly after: Pick<ProducerEnd, 'counter' | 'previous'>;
}

/** One session, one producer, one batch at a time: callers see to that. */
export class Sequencer {
  readonly #options: SequencerOptions;
  #connection: SqlConnection | undefined;
  #isLoaded = false;
  #noted: readonly Checkpoint[] = [];
  #isClosed = false;
  #inDoubt: InDoubt | undefined;
  readonly #unacknowledged: number[] = [];

  constructor(options: SequencerOptions) {
    this.#options = options;
  }

  /** Opens the session and believes the log, which must hold what the checkpoints `noted` say, or throws. */
  async open(noted: readonly Checkpoint[]): Promise<void> {
    this.#noted = noted;
    await this.#connect();
  }

  /** Open decisions of boots that hold no session any more. */
  async decisionsOfEndedBoots(): Promise<readonly number[]> {
    const { copy, producer, origin } = this.#options;
    const open = copy.openDecisions().filter(({ boot }) => boot !== producer.boot);
    const boots = [...new Set(open.map(({ boot }) => boot))];
    const connection = await this.#connect();
    // In one statement, which is its own transaction: what it locks it lets go.
    const { rows } = await connection.query(
      'SELECT pg_try_advisory_xact_lock(key) AS ended FROM unnest($1::bigint[]) WITH ORDINALITY AS t(key, i) ORDER BY i',
      [boots.map((boot) => bootLock(origin, boot))],
    );
    const ended = new Set(boots.filter((_, at) => rows[at]?.['ended'] === true));
    return open.filter(({ boot }) => ended.has(boot)).map(({ index }) => index);
  }

  /** Takes over what other processes committed. Throws as {@link write} does. */
  async follow(): Promise<void> {
    try {
      const connection = await this.#connect();
      await this.#lockHead(connection);
      await connection.script('ROLLBACK');
    } catch (cause) {
      throw await this.#lose(cause);
    }
  }

  /**
   * Writes `entries` in order, each refused or faulted alone. Throws where nothing of them was written, or where that is not known: treat it as
   * not written. A COMMIT that was not answered is looked up first, under the lock that the lost session held.
   */
  async write(entries: readonly SealedEntry[]): Promise<readonly BatchResult[]> {
    try {
      return await this.#writeSurely(entries, 'all');
    } catch (fault) {
      const hasOutcome = entries.some(({ entry }) => mayWrite(entry, 'outcomes'));
      if (!isServerFull(fault) || !hasOutcome || !(await this.#freeReserve())) throw fault;
      return this.#writeSurely(entries, 'outcomes');
    }
  }

  async #writeSurely(
    entries: readonly SealedEntry[],
    writable: 'all' | 'outcomes',
  ): Promise<readonly BatchResult[]> {
    for (let attempt = 1; ; attempt += 1) {
      const earlier = this.#inDoubt;
      let fault: Fault;
      try {
        return await this.#writeOnce(entries, writable);
      } catch (cause) {
        fault = await this.#lose(cause);
      }
      const doubted = this.#inDoubt;
      if (doubted !== undefined && doubted !== earlier) {
        try {
          if (await this.#resolve(doubted)) return doubted.placed.results;
        } catch {
          throw fault;
        }
      }
      if (fault.code !== 'log.unavailable' || attempt === MAX_ATTEMPTS || isServerFull(fault)) throw fault;
    }
  }

  /** Gives up the space that is kept for outcomes, for all processes of the log. Whether there was any. */
  async #freeReserve(): Promise<boolean> {
    const { statements } = this.#options;
    try {
      const connection = await this.#connect();
      const { isReserved } = await this.#lockHead(connection);
      if (isReserved) await connection.script(statements.freeReserve);
      await connection.script(isReserved ? 'COMMIT' : 'ROLLBACK');
      return isReserved;
    } catch (cause) {
      await this.#lose(cause);
      return false;
    }
  }

  /** Makes the reserve within the transaction, if there is room. Whether there is one. */
  async #makeReserve(connection: SqlConnection): Promise<boolean> {
    await connection.script('SAVEPOINT reserve');
    try {
      await connection.script(this.#options.statements.makeReserve);
      return true;
    } catch (cause) {
      if (!isServerFull(unavailable(cause))) throw cause;
      await connection.script('ROLLBACK TO SAVEPOINT reserve');
      return false;
    }
  }

  /** Decisions that were written although {@link write} threw, and stand open; each is answered once. Nobody acts on them. */
  takeUnacknowledged(): readonly number[] {
    return this.#unacknowledged.splice(0);
  }

  /** Ends the session; there is no other one afterwards. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  async #writeOnce(
    entries: readonly SealedEntry[],
    writable: 'all' | 'outcomes',
  ): Promise<readonly BatchResult[]> {
    const { copy, producer, statements, pass } = this.#options;
    const connection = await this.#connect();
    const before = { counter: producer.counter, previous: producer.previous };
    let placed: PlacedBatch;
    try {
      pass('append/before-begin');
      const { isReserved } = await this.#lockHead(connection);
      pass('append/after-begin');
      // INVARIANT: nothing is permitted without space kept for its outcome.
      const isKept = isReserved || (writable === 'all' && (await this.#makeReserve(connection)));
      const present = await presentBodies(connection, statements, entries);
      placed = placeBatch(this.#options, entries, {
        writable: writable === 'all' && !isKept ? 'not_permitting' : writable,
        present,
      });
      if (placed.first === undefined) {
        await connection.script('ROLLBACK');
        copy.rollback();
        return placed.results;
      }
      const { changed } = await connection.query(statements.write, placed.values);
      if (changed !== 1)
        throw new Fault('log.conflict', `the head is no longer at ${placed.from}`, { size: placed.from });
      if (present !== undefined) await storeErasure(connection, statements, placed);
      pass('append/after-insert');
      pass('append/before-commit');
    } catch (cause) {
      // COMMIT was not sent: whatever the server did it undoes.
      Object.assign(producer, before);
      copy.rollback();
      throw cause;
    }
    const after = { counter: producer.counter, previous: producer.previous };
    try {
      await connection.script('COMMIT');
      pass('append/after-commit');
    } catch (cause) {
      Object.assign(producer, before);
      copy.rollback();
      this.#inDoubt = { placed, leaf: leafOf(this.#options, placed), after };
      throw cause;
    }
    copy.commit(placed.next);
    return placed.results;
  }

  /** Begins a transaction, waits for the head, and moves on to it. Throws `log.conflict` where the log has ended. */
  async #lockHead(connection: SqlConnection): Promise<{ readonly isReserved: boolean }> {
    const { copy, statements, origin, schema } = this.#options;
    const [, head, beside] = await connection.script(statements.lockHead);
    const successor = beside?.rows[0]?.['successor'] ?? null;
    if (successor !== null)
      throw new Fault(
        'log.conflict',
        `the log in \`${schema}\` has ended and goes on as \`${String(successor)}\``,
        {
          hint: 'take the data folder’s `keys` and `log.json` from where `writ key revoke` was run',
        },
      );
    await copy.catchUp(connection, parseHead(head?.rows[0], origin));
    return { isReserved: beside?.rows[0]?.['reserved'] === true };
  }

  /** The session; a new one waits until the lost one has ended on the server, and knows then what became of its COMMIT. */
  async #connect(): Promise<SqlConnection> {
    if (this.#connection !== undefined) return this.#connection;
    if (this.#isClosed) throw new Fault('log.closed', 'the log is closed');
    const { database, schema, statements, origin, producer, copy } = this.#options;
    const connection = await database.connect();
    try {
      await installSchema(connection, schema);
      await connection.script(statements.session);
      await holdUse(connection, schema, origin, producer.boot);
      if (!this.#isLoaded) {
        await copy.load(connection, this.#noted);
        this.#isLoaded = true;
      }
      this.#listen(connection);
      this.#connection = connection;
      await this.#settle(connection);
      return connection;
    } catch (fault) {
      this.#connection = undefined;
      await connection.close();
      throw fault;
    }
  }

  #listen(connection: SqlConnection): void {
    connection.onNotification((payload) => {
      if (Number(payload) > this.#options.copy.end.frontier.size) this.#options.onNotification();
    });
    connection.onEnd(() => {
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      this.#options.onLost();
    });
  }

  /** Settles a batch in doubt on a new session; those of its decisions that stand are nobody's. */
  async #settle(connection: SqlConnection): Promise<void> {
    const doubted = this.#inDoubt;
    if (doubted === undefined) return;
    await this.#lockHead(connection);
    if (await this.#isStored(connection, doubted)) {
      Object.assign(this.#options.producer, doubted.after);
      this.#unacknowledged.push(...doubted.placed.opened);
    }
    await connection.script('ROLLBACK');
    this.#inDoubt = undefined;
  }

  /** Whether the batch in doubt is stored; its decisions are then acknowledged after all. Throws while that is not known. */
  async #resolve({ placed, after }: InDoubt): Promise<boolean> {
    const before = this.#unacknowledged.length;
    await this.#connect();
    this.#unacknowledged.splice(before, placed.opened.length);
    return this.#options.producer.counter === after.counter;
  }

  async #isStored(connection: SqlConnection, { placed, leaf }: InDoubt): Promise<boolean> {
    const { rows } = await connection.query(this.#options.statements.entry, [placed.from]);
    const stored = rows[0]?.['leaf'];
    return stored instanceof Uint8Array && equalBytes(stored, leaf);
  }

  /** The session is not trusted any more. Answers the fault to throw. */
  async #lose(cause: unknown): Promise<Fault> {
    await this.#drop();
    return unavailable(cause);
  }
}

function leafOf({ hasher }: SequencerOptions, { first }: PlacedBatch): Uint8Array {
  return first === undefined ? new Uint8Array() : hasher.encode(first.leaf);
}
