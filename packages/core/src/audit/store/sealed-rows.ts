/** Writes rows of the state: every change goes through here, so that tags and totals follow it. */
import type { SQLOutputValue } from 'node:sqlite';
import { equalBytes, Fault } from '../../kernel/index.ts';
import { type RowValue, type StateSealer, StateTotals, TAG_BYTES } from '../seal/index.ts';
import type { LogDatabase, LogStatement } from './log-database.ts';
import { STATE_TABLES, type StateTable, type StateTableName } from './state-schema.ts';

interface Statements {
  readonly table: StateTable;
  readonly insert: LogStatement;
  readonly take: LogStatement;
}

/** The rows of one writing connection, with their totals. */
export class SealedRows {
  /** Of the transaction under way; set anew whenever another process wrote. */
  totals: StateTotals = new StateTotals();
  readonly #sealer: StateSealer;
  readonly #statements: ReadonlyMap<StateTableName, Statements>;

  constructor(database: LogDatabase, sealer: StateSealer) {
    this.#sealer = sealer;
    this.#statements = new Map(
      STATE_TABLES.map((table) => [
        table.name,
        {
          table,
          insert: database.prepare(
            `INSERT INTO ${table.name} (${table.columns.join(', ')}, seal) VALUES (${table.columns.map(() => '?').join(', ')}, ?)`,
          ),
          take: database.prepare(
            `DELETE FROM ${table.name} WHERE ${table.columns
              .slice(0, table.keyColumns)
              .map((column) => `${column} = ?`)
              .join(' AND ')} RETURNING *`,
          ),
        },
      ]),
    );
  }

  /** Adds a row that is not there yet. `values` are those of the table's columns in their order. */
  insert(name: StateTableName, values: readonly RowValue[]): void {
    const rowHash = this.#sealer.row(name, values);
    this.#of(name).insert.run(...values, rowHash.subarray(0, TAG_BYTES));
    this.totals.add(name, rowHash);
  }

  /** Puts a row in the place of the one with its key, if any. */
  replace(name: StateTableName, values: readonly RowValue[]): void {
    this.take(name, values.slice(0, this.#of(name).table.keyColumns));
    this.insert(name, values);
  }

  /** Removes the row with this key and answers its values. Throws `log.corrupt` where it was edited. */
  take(name: StateTableName, key: readonly RowValue[]): readonly RowValue[] | undefined {
    const { table, take } = this.#of(name);
    const row = take.get(...key);
    if (row === undefined) return undefined;
    const values = rowValues(table, row);
    const rowHash = this.#sealer.row(name, values);
    requireTag(table, row, rowHash);
    this.totals.remove(name, rowHash);
    return values;
  }

  #of(name: StateTableName): Statements {
    // Every name has its statements.
    return this.#statements.get(name) as Statements;
  }
}

/** The values of `row` in the order of the table's columns. */
export function rowValues(table: StateTable, row: Record<string, SQLOutputValue>): readonly RowValue[] {
  return table.columns.map((column) => {
    const value = row[column];
    return typeof value === 'bigint' ? Number(value) : (value ?? null);
  });
}

/** Throws `log.corrupt`, naming table and key, unless `row` carries the tag of `rowHash`. */
export function requireTag(
  table: StateTable,
  row: Record<string, SQLOutputValue>,
  rowHash: Uint8Array,
): void {
  const tag = row['seal'];
  if (tag instanceof Uint8Array && equalBytes(tag, rowHash.subarray(0, TAG_BYTES))) return;
  const key = rowKey(table, row);
  throw new Fault(
    'log.corrupt',
    `the row \`${key}\` of the table \`${table.name}\` was edited, or not written by Writ`,
    { table: table.name, key },
  );
}

function rowKey(table: StateTable, row: Record<string, SQLOutputValue>): string {
  return rowValues(table, row)
    .slice(0, table.keyColumns)
    .map((value) => String(value).slice(0, 120))
    .join('/');
}
