/** Changes whose end is not waited for on the disk, because a later one that is waited for stands for them, or because they are made again from what stands. */
import { type Kysely, PostgresAdapter, sql, type Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/**
 * All of `work`, or nothing. Over PostgreSQL it is durable once any change after it is that was waited for: commits are one sequence (`synchronous_commit`, which loses the last ones
 * of a server that crashed, and none in their midst). Over SQLite it is durable when it resolves.
 */
export function unsynced<Value>(
  tables: Kysely<Tables>,
  work: (within: Transaction<Tables>) => Promise<Value>,
): Promise<Value> {
  const isPostgres = tables.getExecutor().adapter instanceof PostgresAdapter;
  return tables.transaction().execute(async (within) => {
    if (isPostgres) await sql`set local synchronous_commit = off`.execute(within);
    return work(within);
  });
}
