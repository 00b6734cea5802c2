/** Confines a statement that was written for one log to the rows of one tenant among many (decisions/0015). */
import { LOG_TABLES, TENANT_PREFIX, type LogTableName } from './log-tables.ts';

const TABLES: ReadonlySet<string> = new Set(LOG_TABLES);
const SELECT = /^SELECT .+? FROM (\w+)(?: (?:WHERE|ORDER BY|LIMIT) .+)?$/s;
const INSERT = /^INSERT INTO (\w+) \(([^()]+)\) VALUES \((.+)\)$/s;
const UPDATE = /^UPDATE (\w+) SET (.+?)(?: WHERE (.+))?$/s;
const DELETE = /^DELETE FROM (\w+) WHERE (.+?)( RETURNING \*)?$/s;
/** What any log may ask of the connection. */
const CONNECTION: ReadonlySet<string> = new Set(['PRAGMA data_version', 'BEGIN', 'COMMIT', 'ROLLBACK']);

/**
 * `sql` over the tables that tenants share, with `:log` for the number of the tenant's log; its other parameters are as they were. A SELECT of one table finds, under its name,
 * the rows of that log and nothing else; INSERT, UPDATE and DELETE name it in what they write and where. Everything that is none of these
 * forms throws, so that a statement written later is confined or not run at all.
 */
export function scopeStatement(sql: string): string {
  if (CONNECTION.has(sql)) return sql;
  const select = SELECT.exec(sql);
  if (select !== null) return scopeSelect(sql, select[1] ?? '');
  const insert = INSERT.exec(sql);
  if (insert !== null) {
    const [, table = '', columns = '', values = ''] = insert;
    return `INSERT INTO ${shared(table, sql)} (log, ${columns}) VALUES (:log, ${values})`;
  }
  const update = UPDATE.exec(sql);
  if (update !== null) {
    const [, table = '', changes = '', where = '1'] = update;
    return `UPDATE ${shared(table, sql)} SET ${changes} WHERE log = :log AND (${where})`;
  }
  const remove = DELETE.exec(sql);
  if (remove !== null) {
    const [, table = '', where = '', returning = ''] = remove;
    return `DELETE FROM ${shared(table, sql)} WHERE log = :log AND (${where})${returning}`;
  }
  throw unconfined(sql);
}

/** A name in `WITH` stands before a table's own; SQLite folds both into one search of the shared table (sqlite.org/optoverview.html, section 9). */
function scopeSelect(sql: string, table: string): string {
  // One table and no other: neither a second in a list, nor one in a question within the question.
  if (!isLogTable(table) || (sql.match(/\b(?:FROM|JOIN|SELECT)\b/gi) ?? []).length !== 2 || sql.includes(';'))
    throw unconfined(sql);
  return `WITH ${table} AS (SELECT * FROM ${TENANT_PREFIX}${table} WHERE log = :log) ${sql}`;
}

function shared(table: string, sql: string): string {
  if (!isLogTable(table) || sql.includes(';')) throw unconfined(sql);
  return `${TENANT_PREFIX}${table}`;
}

function isLogTable(name: string): name is LogTableName {
  return TABLES.has(name);
}

function unconfined(sql: string): Error {
  return new Error(`this statement is not known to stay within one log: ${sql}`);
}
