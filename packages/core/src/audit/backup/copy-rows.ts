/** Copies rows of tables between databases of one schema, in batches. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { LOG_TABLES, type LogDatabase, logDatabase, type LogTableName } from '../store/index.ts';

/** Tables that grow with the log and never change, with the column that is the entry's index. */
export const GROWING = ['entries', 'checkpoints', 'bodies', 'concerns'] as const;
type GrowingTable = (typeof GROWING)[number];
const INDEX_COLUMN: Readonly<Record<GrowingTable, string>> = {
  entries: 'idx',
  checkpoints: 'size - 1',
  bodies: 'idx',
  concerns: 'idx',
};

/** One log in a database: its rows, and the database in whose own tables the columns are looked up. */
export interface CopySide {
  readonly database: DatabaseSync;
  readonly log: LogDatabase;
}

/** The log of tenant `name` in `database`, or its own. Throws `log.missing`. */
export function copySide(database: DatabaseSync, name?: string): CopySide {
  return { database, log: logDatabase(database, name) };
}

/** Copies the rows of entries `from` up to `to`, without `to`. `onRow` is told of each. */
export function copyGrown(
  source: CopySide,
  target: CopySide,
  { from, to }: { readonly from: number; readonly to: number },
  onRow: () => void = () => undefined,
): void {
  for (const table of GROWING) {
    const where = `${INDEX_COLUMN[table]} >= ? AND ${INDEX_COLUMN[table]} < ?`;
    copy(source, target, { table, where, values: [from, to] }, onRow);
  }
}

/** Copies every other table of the log that both have as it is. */
export function copyState(source: CopySide, target: CopySide): void {
  const present = tablesOf(source.database);
  for (const table of LOG_TABLES)
    if (present.has(table) && !(GROWING as readonly string[]).includes(table))
      copy(source, target, { table, where: '1', values: [] });
}

/** Names of all tables. */
function tablesOf(database: DatabaseSync): ReadonlySet<string> {
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return new Set(rows.map((row) => String(row['name'])));
}

function copy(
  source: CopySide,
  target: CopySide,
  {
    table,
    where,
    values,
  }: { readonly table: LogTableName; readonly where: string; readonly values: readonly number[] },
  onRow: () => void = () => undefined,
): void {
  const present = new Set(columnsOf(source.database, table));
  const columns = columnsOf(target.database, table).filter((column) => present.has(column));
  const places = columns.map(() => '?').join(', ');
  const insert = target.log.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
  const select = source.log.prepare(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${where}`);
  select.setReadBigInts(true);
  for (const row of select.iterate(...values)) {
    insert.run(...columns.map((column) => row[column] as SQLInputValue));
    onRow();
  }
}

function columnsOf(database: DatabaseSync, table: LogTableName): readonly string[] {
  return database
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map((row) => String(row['name']));
}
