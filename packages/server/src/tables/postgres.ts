/** Kysely over PostgreSQL, in a schema of its own. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Pool } from 'pg';
import type { Tables } from './schema.ts';
import type { TableStore } from './store.ts';

const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,50}$/;

/** The tables in `schema` of the server behind `pool`, which the caller ends; 64-bit integers must come from it as numbers. */
export async function openPostgresTables(pool: Pool, schema: string): Promise<TableStore> {
  if (!SCHEMA_NAME.test(schema)) throw new TypeError(`\`${schema}\` is no name of a schema`);
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  await database.transaction().execute(async (alone) => {
    // Two that look at once both find none; `if not exists` is no lock.
    await sql`select pg_advisory_xact_lock(hashtext(${schema}))`.execute(alone);
    const { rows } = await sql<{
      found: boolean;
    }>`select to_regnamespace(${schema}) is not null as found`.execute(alone);
    // Not `if not exists`: that needs the right to make schemas also where there is one.
    if (rows[0]?.found !== true) await sql`create schema ${sql.id(schema)}`.execute(alone);
  });
  return { database, dialect: 'postgres', schema };
}
