/** What a process keeps of a log in PostgreSQL: its end and the state beside it, as last committed, followed from batch to batch. */
import { equalBytes, Fault } from '../../kernel/index.ts';
import { type Checkpoint, Frontier, HASH_BYTES } from '../../proof/index.ts';
import type { StateBox, StateSealer, StateTotals } from '../seal/index.ts';
import type { LogEnd } from '../sequencer/index.ts';
import { STATE_TABLE_NAMES } from '../store/index.ts';
import type { CheckpointKey, TextHasher } from '../tree/index.ts';
import type { SqlConnection } from './sql-database.ts';
import {
  type PresentBodies,
  type RowChange,
  StateChanges,
  StateReads,
  StateRows,
  TransactionTables,
} from './state/index.ts';
import {
  checkEntries,
  readState,
  parseChanges,
  type Statements,
  believeHead,
  parseHead,
  sealedTotals,
  type StoredHead,
} from './stored/index.ts';

/** Leaves of other processes that are read at once. */
const PAGE_LEAVES = 65_536;

/** What a copy works with. */
export interface LogCopyOptions {
  readonly statements: Statements;
  readonly key: CheckpointKey;
  readonly hasher: TextHasher;
  readonly sealer: StateSealer;
  readonly box: StateBox;
}

/** The end of the log as last committed. */
interface CommittedEnd {
  readonly frontier: Frontier<string>;
  readonly root: string;
  readonly timeFloor: number;
  readonly witnessedSize: number;
  readonly killEpoch: number;
  /** The sealed totals, as stored. */
  readonly state: Uint8Array;
  readonly note: string | undefined;
}

/** The end of a batch, ready to be stored. */
export interface NextEnd extends CommittedEnd {
  readonly totals: StateTotals;
}

/**
 * The copy. {@link load} once, then {@link catchUp} whenever the head has moved; batches between {@link begin} and {@link commit} or {@link rollback}.
 * INVARIANT: it only ever moves on to a head that the key signed, whose tree extends the one before, and whose state is the one sealed with it.
 */
export class LogCopy {
  readonly tables: TransactionTables;
  readonly reads: StateReads;
  readonly changes: StateChanges;
  readonly #rows = new StateRows();
  readonly #options: LogCopyOptions;
  #end: CommittedEnd;
  #version = 0;

  constructor(options: LogCopyOptions) {
    this.#options = options;
    this.changes = new StateChanges(this.#rows);
    this.tables = new TransactionTables(this.changes, options.box);
    this.reads = new StateReads(this.#rows, options.box);
    this.#end = emptyEnd(options.hasher);
  }

  get end(): CommittedEnd {
    return this.#end;
  }

  /** Another number whenever anything was committed. */
  get version(): number {
    return this.#version;
  }

  /** Open decisions by the boot that made them. */
  openDecisions(): readonly { readonly index: number; readonly boot: string }[] {
    return [...this.#rows.all('opens')]
      .map(([index, boot]) => ({ index: Number(index), boot: String(boot) }))
      .sort((left, right) => left.index - right.index);
  }

  /** Reads the whole state, and the newest entries again; without `noted` no entry. Throws `log.corrupt`, `log.conflict`, `log.unsigned-suffix`. */
  async load(connection: SqlConnection, noted?: readonly Checkpoint[]): Promise<void> {
    const { statements, key, hasher } = this.#options;
    await connection.script('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const stored = parseHead((await connection.query(statements.readHead)).rows[0], key.origin);
    const newest = (await connection.query(statements.newestNote)).rows[0];
    if (Number(newest?.['size'] ?? 0) > stored.size) throw putBack(stored.size, Number(newest?.['size']));
    const note = newest?.['size'] === stored.size ? newest['note'] : undefined;
    const frontier = believeHead(stored, note, key, hasher);
    if (noted !== undefined) await checkEntries(connection, frontier, { statements, hasher, noted });
    await this.#reload(connection, stored);
    await connection.script('COMMIT');
    this.#moveTo(stored, frontier, String(note));
  }

  /** Moves on to `stored`, read under the lock that `connection` holds, if it is another head. Throws `log.corrupt` where it does not extend the one known. */
  async catchUp(connection: SqlConnection, stored: StoredHead): Promise<void> {
    const { statements, key, hasher, sealer } = this.#options;
    const { size } = this.#end.frontier;
    if (stored.size === size && equalBytes(stored.state, this.#end.state)) {
      // The seal is over every other number of the head, so one look tells whether any was edited.
      sealedTotals(stored, sealer);
      return;
    }
    if (stored.size < size) throw notExtending(size, stored.size);
    const { rows } = await connection.query(statements.catchUp, [size, stored.size]);
    const note = rows[0]?.['note'];
    const frontier = believeHead(stored, note, key, hasher);
    const followed = await this.#followTree(connection, stored.size);
    if (followed.root() !== frontier.root()) throw notExtending(size, stored.size);
    const changes = contiguous(rows[0]?.['changes'], size, stored.size);
    if (changes === undefined) await this.#reload(connection, stored);
    else this.#follow(stored, changes);
    this.#moveTo(stored, followed, String(note));
  }

  /** The end to sequence a batch from. `present`: which of the bodies that it may erase are there. */
  begin(present: PresentBodies): LogEnd {
    this.tables.people.begin(present);
    this.tables.setKillEpoch(this.#end.killEpoch);
    const { frontier, timeFloor, witnessedSize } = this.#end;
    return { frontier: frontier.clone(), timeFloor, witnessedSize };
  }

  /** Signs and seals what the batch led to. */
  seal({ frontier, timeFloor, witnessedSize }: LogEnd): NextEnd {
    const { key, hasher, sealer } = this.#options;
    const root = frontier.root();
    const bytes = hasher.encode(root);
    const { size } = frontier;
    const killEpoch = this.tables.killEpoch();
    const totals = this.changes.totals(sealer);
    const at = { size, root: bytes, timeFloor, killEpoch, witnessedSize };
    const state = sealer.close(totals, STATE_TABLE_NAMES, at);
    return {
      frontier,
      root,
      timeFloor,
      witnessedSize,
      killEpoch,
      totals,
      state,
      note: key.sign(size, bytes),
    };
  }

  /** The batch is stored. */
  commit({ totals, ...end }: NextEnd): void {
    this.changes.commit(totals);
    this.#end = end;
    this.#version += 1;
  }

  /** The batch is not stored. */
  rollback(): void {
    this.changes.clear();
  }

  #moveTo(stored: StoredHead, frontier: Frontier<string>, note: string): void {
    const { timeFloor, witnessedSize, killEpoch, state } = stored;
    const root = frontier.root();
    const known = stored.size === 0 ? undefined : note;
    this.#end = { frontier, root, timeFloor, witnessedSize, killEpoch, state, note: known };
    this.#version += 1;
  }

  /** The tree at `size`, reached from the one known by the leaves between. */
  async #followTree(connection: SqlConnection, size: number): Promise<Frontier<string>> {
    const { statements, hasher } = this.#options;
    const frontier = this.#end.frontier.clone();
    while (frontier.size < size) {
      const to = Math.min(size, frontier.size + PAGE_LEAVES);
      const { rows } = await connection.query(statements.leaves, [frontier.size, to]);
      const leaves = rows[0]?.['leaves'];
      if (!(leaves instanceof Uint8Array) || leaves.length !== (to - frontier.size) * HASH_BYTES)
        throw new Fault('log.corrupt', `entries ${frontier.size} to ${to - 1} are not all stored`, {
          index: frontier.size,
        });
      for (let at = 0; at < leaves.length; at += HASH_BYTES)
        frontier.append(hasher.decode(leaves.subarray(at, at + HASH_BYTES)));
    }
    return frontier;
  }

  #follow(stored: StoredHead, changes: readonly RowChange[]): void {
    const { sealer } = this.#options;
    const sealed = sealedTotals(stored, sealer);
    for (const change of changes) this.changes.follow(change);
    const totals = this.changes.totals(sealer);
    const wrong = STATE_TABLE_NAMES.find((name) => !totals.hasSameRows(sealed, name));
    if (wrong === undefined) {
      this.changes.commit(totals);
      return;
    }
    this.changes.clear();
    const message = `the changes of the table \`${wrong}\` up to size ${stored.size} were edited, or not written by Writ`;
    throw new Fault('log.corrupt', message, { table: wrong, size: stored.size });
  }

  async #reload(connection: SqlConnection, stored: StoredHead): Promise<void> {
    const { statements, sealer } = this.#options;
    const totals = sealedTotals(stored, sealer);
    const rows = new StateRows();
    const changes = new StateChanges(rows);
    const [fault] = await readState(connection, {
      statement: statements.state,
      sealer,
      totals,
      take: (name, row) => changes.put(name, row),
    });
    if (fault !== undefined) throw fault;
    changes.commit(totals);
    this.#rows.replace(rows);
  }
}

function emptyEnd(hasher: TextHasher): CommittedEnd {
  const [timeFloor, witnessedSize, killEpoch] = [0, 0, 0];
  const frontier = new Frontier(hasher);
  const [root, state] = [frontier.root(), new Uint8Array()];
  return { frontier, root, timeFloor, witnessedSize, killEpoch, state, note: undefined };
}

/** The changes from `from` to `to` where they are all there; old ones are dropped, and then the state is read whole. */
function contiguous(text: unknown, from: number, to: number): readonly RowChange[] | undefined {
  if (typeof text !== 'string') return undefined;
  const changes: RowChange[] = [];
  let at = from;
  for (const [since, size, rows] of JSON.parse(text) as readonly (readonly [number, number, string])[]) {
    if (since !== at) return undefined;
    changes.push(...parseChanges(rows));
    at = size;
  }
  return at === to ? changes : undefined;
}

function putBack(size: number, signed: number): Fault {
  const message = `the head counts ${size} entries, a checkpoint of ${signed} is stored: it was put back to an earlier state`;
  return new Fault('log.corrupt', message, { table: 'head', size, signed });
}

function notExtending(known: number, size: number): Fault {
  return new Fault(
    'log.corrupt',
    `the log of ${size} entries does not extend the one of ${known} that this process has seen: it was put back, or written anew`,
    { known, size },
  );
}
