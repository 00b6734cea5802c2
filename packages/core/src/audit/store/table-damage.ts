/** Whether rows of a table are found where they stand: a tree whose keys are out of order holds rows that a scan meets and a look-up does not. */
import type { LogDatabase } from './log-database.ts';
import { rowValues } from './sealed-rows.ts';
import type { StateTable, StateTableName } from './state-schema.ts';

/** Columns by which rows of a table are looked up besides its key, through an index of their own. */
const INDEXED: Partial<Record<StateTableName, string>> = { holds: 'digest', limits: 'ends' };

/** What is wrong with `table`, or nothing. A tenant's rows alone are looked at: what happened to the others' is not its business, nor is their number. */
export function damageOf(database: LogDatabase, table: StateTable): string | undefined {
  if (database.log !== undefined) return lostRow(database, table);
  const row = database.prepare(`PRAGMA integrity_check(${table.name})`).get();
  const found = String(Object.values(row ?? {})[0]);
  return found === 'ok' ? undefined : found;
}

function lostRow(database: LogDatabase, table: StateTable): string | undefined {
  const keys = table.columns.slice(0, table.keyColumns);
  const byKey = database.prepare(
    `SELECT 1 FROM ${table.name} WHERE ${keys.map((column) => `${column} = ?`).join(' AND ')}`,
  );
  const column = INDEXED[table.name];
  // The plus keeps SQLite from looking under the key again (sqlite.org/optoverview.html, section 6.1).
  const byColumn =
    column === undefined
      ? undefined
      : database.prepare(
          `SELECT 1 FROM ${table.name} WHERE ${column} = ? AND ${keys.map((key) => `+${key} = ?`).join(' AND ')}`,
        );
  for (const row of database.prepare(`SELECT * FROM ${table.name}`).all()) {
    const values = rowValues(table, row);
    const key = values.slice(0, table.keyColumns);
    if (byKey.get(...key) === undefined) return `the row \`${key.join('/')}\` is not found by its key`;
    if (column === undefined) continue;
    const value = values[table.columns.indexOf(column)] ?? null;
    if (byColumn?.get(value, ...key) === undefined)
      return `the row \`${key.join('/')}\` is not found by its \`${column}\``;
  }
  return undefined;
}
