/** Compares the state tables with what was sealed: every row, every count, every index (decisions/0007). */
import { describeFault, Fault, isFault } from '../../kernel/index.ts';
import { type SealedAt, type StateSealer, StateTotals } from '../seal/index.ts';
import { damageOf } from './table-damage.ts';
import type { LogDatabase, LogStatement } from './log-database.ts';
import { requireTag, rowValues } from './sealed-rows.ts';
import {
  EARLIER_STATE_TABLE_NAMES,
  STATE_TABLE_NAMES,
  STATE_TABLES,
  type StateTableName,
  stateTable,
} from './state-schema.ts';

/** Checks on one connection. Each must run within one transaction, so that head and tables are of one moment. */
export class StateCheck {
  readonly #database: LogDatabase;
  readonly #sealer: StateSealer;
  readonly #selectHead: LogStatement;
  readonly #selectRows: ReadonlyMap<StateTableName, LogStatement>;

  constructor(database: LogDatabase, sealer: StateSealer) {
    this.#database = database;
    this.#sealer = sealer;
    this.#selectHead = database.prepare(
      'SELECT size, root, time_floor, kill_epoch, witnessed_size, state FROM head',
    );
    this.#selectRows = new Map(
      STATE_TABLE_NAMES.map((name) => [name, database.prepare(`SELECT * FROM ${name}`)]),
    );
  }

  /** The totals sealed in the head. Throws `log.corrupt` where it was edited. */
  totals(): StateTotals {
    const head = this.#selectHead.get();
    if (head === undefined || Number(head['size']) === 0) return new StateTotals();
    const sealed = head['state'] as Uint8Array;
    const at = {
      size: Number(head['size']),
      root: head['root'] as Uint8Array,
      timeFloor: Number(head['time_floor']),
      killEpoch: Number(head['kill_epoch']),
      witnessedSize: Number(head['witnessed_size']),
    };
    return openTotals(this.#sealer, sealed, at);
  }

  /** Throws `log.corrupt` unless the rows of the table are those in `totals`. */
  requireTable(name: StateTableName, totals: StateTotals): void {
    const fault = this.#tableProblem(name, totals);
    if (fault !== undefined) throw fault;
  }

  /** Throws the first of {@link problems}. */
  requireAll(totals: StateTotals): void {
    for (const fault of this.problems(totals)) throw fault;
  }

  /** What is wrong, one fault for each table, `log.corrupt` with `table` and, where it can be told, `key`. */
  *problems(totals: StateTotals): Generator<Fault> {
    for (const { name } of STATE_TABLES) {
      const fault = this.#tableProblem(name, totals) ?? this.#damage(name);
      if (fault !== undefined) yield fault;
    }
  }

  #tableProblem(name: StateTableName, totals: StateTotals): Fault | undefined {
    const table = stateTable(name);
    const found = new StateTotals();
    try {
      for (const row of this.#selectRows.get(name)?.iterate() ?? []) {
        const rowHash = this.#sealer.row(name, rowValues(table, row));
        requireTag(table, row, rowHash);
        found.add(name, rowHash);
      }
    } catch (cause) {
      if (isFault(cause, 'log.corrupt')) return cause;
      return corrupt(name, `cannot be read: ${describeFault(cause)}`, cause);
    }
    if (found.hasSameRows(totals, name)) return undefined;
    const [held, sealed] = [found.count(name), totals.count(name)];
    const change =
      held === sealed
        ? 'a row of an earlier time stands in place of a present one'
        : `rows were ${held < sealed ? 'removed' : 'added'}`;
    return corrupt(name, `holds ${held} rows where ${sealed} were written: ${change}`);
  }

  /** A row that a scan meets and a look-up does not, as in a tree whose keys are out of order, is as good as removed. */
  #damage(name: StateTableName): Fault | undefined {
    const found = damageOf(this.#database, stateTable(name));
    return found === undefined ? undefined : corrupt(name, `is damaged: ${found}`);
  }
}

/** The totals in `sealed`. Throws `log.corrupt` where they are not of the head `at`. */
export function openTotals(sealer: StateSealer, sealed: Uint8Array, at: SealedAt): StateTotals {
  try {
    return sealer.open(sealed, STATE_TABLE_NAMES, at);
  } catch (fault) {
    // Sealed before some tables were there. The seal names its tables, so none can be left out of a later one.
    for (const names of EARLIER_STATE_TABLE_NAMES) {
      try {
        return sealer.open(sealed, names, at);
      } catch {
        continue;
      }
    }
    throw fault;
  }
}

function corrupt(table: string, problem: string, cause?: unknown): Fault {
  const hint = '`writ log verify` names what differs; restore the data folder from a copy';
  return new Fault('log.corrupt', `the table \`${table}\` ${problem}`, { table, hint }, { cause });
}
