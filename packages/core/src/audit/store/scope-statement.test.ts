/** A statement of one log, run for a tenant, reaches that tenant's rows and no others, and searches as it does alone. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { LOG_TABLES } from './log-tables.ts';
import { sharedStatements, tenantDatabase } from './log-database.ts';
import { MIGRATIONS } from './migrations.ts';
import { scopeStatement } from './scope-statement.ts';

function database(): DatabaseSync {
  const made = new DatabaseSync(':memory:');
  for (const { sql } of MIGRATIONS) made.exec(sql);
  return made;
}

test('every table of a log has its counterpart among those that tenants share, with the same columns and keys', () => {
  const made = database();
  const columns = (table: string) =>
    made
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(({ name, type, notnull }) => `${String(name)} ${String(type)} ${String(notnull)}`)
      // A key of SQLite's own kind is not null without saying so.
      .map((text) => text.replace(/^(idx|size|id) INTEGER 0$/, '$1 INTEGER 1'));
  for (const table of LOG_TABLES) {
    const own = columns(table);
    const shared = columns(`tenant_${table}`).filter((column) => !column.startsWith('log INTEGER'));
    expect(shared, table).toEqual(own);
  }
});

test('what one tenant reads, changes and removes is its own', () => {
  const shared = sharedStatements(database());
  const [one, two] = [tenantDatabase(shared, 1), tenantDatabase(shared, 2)];
  for (const log of [one, two])
    for (let index = 0; index < 3; index += 1)
      log
        .prepare('INSERT INTO opens (idx, boot, digest, seal) VALUES (?, ?, ?, ?)')
        .run(index, 'b', `log ${log.log}`, new Uint8Array());
  expect(one.prepare('UPDATE opens SET boot = ?').run('changed').changes).toBe(3);
  expect(one.prepare('DELETE FROM opens WHERE idx = ? OR idx = ? RETURNING *').all(0, 1)).toHaveLength(2);
  const rows = (log: typeof one) =>
    log
      .prepare('SELECT idx, boot, digest FROM opens ORDER BY idx')
      .all()
      .map((row) => Object.values(row));
  expect(rows(one)).toEqual([[2, 'changed', 'log 1']]);
  expect(rows(two)).toEqual([0, 1, 2].map((index) => [index, 'b', 'log 2']));
  expect(two.prepare('SELECT count(*) AS count FROM opens').get()?.['count']).toBe(3);
  expect(two.prepare('SELECT max(idx) AS idx FROM opens').get()?.['idx']).toBe(2);
});

test.each([
  ['a table that is none of a log', 'SELECT name FROM tenants'],
  ['the shared table itself', 'SELECT idx FROM tenant_entries'],
  ['the schema', 'SELECT sql FROM sqlite_schema'],
  ['a quoted name', 'SELECT idx FROM "tenant_entries"'],
  ['one table behind another', 'SELECT 1 FROM entries, tenant_entries'],
  ['a table within a condition', 'SELECT 1 FROM entries WHERE idx IN (SELECT idx FROM tenant_entries)'],
  ['one table behind another with a name', 'SELECT 1 FROM entries AS e, tenant_entries'],
  ['a second statement', 'SELECT idx FROM entries; DELETE FROM tenant_entries'],
  ['a second statement after a change', 'DELETE FROM opens WHERE 1; DELETE FROM tenants WHERE 1'],
  ['rows from elsewhere', 'INSERT INTO entries SELECT * FROM tenant_entries'],
  ['a removal without a place', 'DELETE FROM opens'],
  ['a change to another table', 'UPDATE tenants SET name = ?'],
  ['a change of the schema', 'DROP TABLE tenant_entries'],
  ['a pragma', 'PRAGMA integrity_check(entries)'],
  ['a file', "ATTACH 'x' AS y"],
])('%s is not run for a tenant', (_what, sql) => {
  expect(() => scopeStatement(sql)).toThrow(/not known to stay within one log/);
});

test.each([
  [
    'SELECT bytes FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
    'tenant_entries_by_idx (log=? AND idx>? AND idx<?)',
  ],
  ['SELECT max(idx) AS idx FROM entries', 'tenant_entries_by_idx (log=?)'],
  ['SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1', 'PRIMARY KEY (log=?)'],
  ['SELECT 1 FROM kills WHERE scope = ? AND id = ?', 'PRIMARY KEY (log=? AND scope=? AND id=?)'],
  [
    `SELECT * FROM holds WHERE digest = ? AND status IN ('waiting', 'denied') AND expires >= ? ORDER BY idx DESC LIMIT 1`,
    'tenant_holds_by_digest (log=? AND digest=?)',
  ],
  ['SELECT key FROM limits WHERE ends <= ? LIMIT ?', 'tenant_limits_by_end (log=? AND ends<?)'],
  ['SELECT 1 FROM holds WHERE digest = ? AND +idx = ?', 'tenant_holds_by_digest (log=? AND digest=?)'],
  ['UPDATE head SET kill_epoch = ?', 'INTEGER PRIMARY KEY (rowid=?)'],
])('`%s` is one search of the shared table, with the number of the tenant in it', (sql, search) => {
  const plan = database()
    .prepare(`EXPLAIN QUERY PLAN ${scopeStatement(sql)}`)
    .all({ log: 1 })
    .map(({ detail }) => String(detail));
  // One step: nothing is sorted, no table is made in between.
  expect(plan).toHaveLength(1);
  expect(plan[0]).toContain(search);
});
