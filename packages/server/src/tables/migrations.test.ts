import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, openSqliteTables } from './index.ts';

test('a step that fails stops the server, and leaves nothing half made', async () => {
  const tables = openSqliteTables(':memory:');
  // The name is taken: the step fails at its last table but one.
  await sql`create table deliveries (wrong text)`.execute(tables.database);
  await expect(migrate(tables)).rejects.toMatchObject({ code: 'io.failed' });
  const { rows } = await sql<{
    name: string;
  }>`select name from sqlite_master where name = 'sessions'`.execute(tables.database);
  expect(rows).toEqual([]);
});

test('tables of a newer version are refused', async () => {
  const tables = openSqliteTables(':memory:');
  await migrate(tables);
  await sql`insert into kysely_migration (name, timestamp) values ('9999_later', '2030')`.execute(
    tables.database,
  );
  await expect(migrate(tables)).rejects.toMatchObject({ code: 'log.version' });
});

test('a second start finds nothing to do', async () => {
  const tables = openSqliteTables(':memory:');
  await migrate(tables);
  await migrate(tables);
});
