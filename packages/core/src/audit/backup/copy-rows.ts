/** Copies rows of tables between databases of one schema, in batches. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** Tables that grow with the log and never change, with the column that is the entry's index. */
export const GROWING = ['entries', 'checkpoints', 'bodies', 'concerns'] as const;
type GrowingTable = (typeof GROWING)[number];
const INDEX_COLUMN: Readonly<Record<GrowingTable, string>> = {
  entries: 'idx',
  checkpoints: 'size - 1',
  bodies: 'idx',
  concerns: 'idx',
};

/** Copies the rows of entries `from` up to `to`, without `to`. `onRow` is told of each. */
export function copyGrown(
  source: DatabaseSync,
  target: DatabaseSync,
  { from, to }: { readonly from: number; readonly to: number },
  onRow: () => void = () => undefined,
): void {
  for (const table of GROWING) {
    const where = `${INDEX_COLUMN[table]} >= ? AND ${INDEX_COLUMN[table]} < ?`;
    copy(source, target, { table, where, values: [from, to] }, onRow);
  }
}

/** Copies every other table that both have as it is. */
export function copyState(source: DatabaseSync, target: DatabaseSync): void {
  const present = new Set(tablesOf(source));
  // Names come from the database that this process made: those of a backup may say anything, and stand in statements.
  for (const table of tablesOf(target))
    if (present.has(table) && !(GROWING as readonly string[]).includes(table))
      copy(source, target, { table, where: '1', values: [] });
}

/** Names of all tables. */
function tablesOf(database: DatabaseSync): readonly string[] {
  const rows = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all();
  return rows.map((row) => String(row['name']));
}

function copy(
  source: DatabaseSync,
  target: DatabaseSync,
  {
    table,
    where,
    values,
  }: { readonly table: string; readonly where: string; readonly values: readonly number[] },
  onRow: () => void = () => undefined,
): void {
  const present = new Set(columnsOf(source, table));
  const columns = columnsOf(target, table).filter((column) => present.has(column));
  const places = columns.map(() => '?').join(', ');
  const insert = target.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
  const select = source.prepare(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${where}`);
  select.setReadBigInts(true);
  for (const row of select.iterate(...values)) {
    insert.run(...columns.map((column) => row[column] as SQLInputValue));
    onRow();
  }
}

function columnsOf(database: DatabaseSync, table: string): readonly string[] {
  return database
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map((row) => String(row['name']));
}
