/** Statements of several logs on one connection. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { prepareList, sharedStatements, tenantDatabase } from './log-database.ts';
import { TENANT_PREFIX } from './log-tables.ts';

const SQL = 'SELECT epoch, hash FROM policies WHERE scope = ?';

test('who asks for lists gets lists, and whoever shares the statement still gets objects, each of the own log', () => {
  const connection = new DatabaseSync(':memory:');
  connection.exec(`CREATE TABLE ${TENANT_PREFIX}policies (log, scope, epoch, hash)`);
  const insert = connection.prepare(`INSERT INTO ${TENANT_PREFIX}policies VALUES (?, 's', ?, 'h')`);
  for (const log of [1, 2]) insert.run(log, 10 * log);
  const shared = sharedStatements(connection);
  const [first, second] = [tenantDatabase(shared, 1), tenantDatabase(shared, 2)];
  const asObject = first.prepare(SQL);
  const asList = prepareList(second, SQL);
  expect([asList.get('s'), asList.get('other')]).toEqual([[20, 'h'], undefined]);
  expect({ ...asObject.get('s') }).toEqual({ epoch: 10, hash: 'h' });
  expect({ ...second.prepare(SQL).get('s') }).toEqual({ epoch: 20, hash: 'h' });
  expect(prepareList(first, SQL).get('s')).toEqual([10, 'h']);
  connection.close();
});
