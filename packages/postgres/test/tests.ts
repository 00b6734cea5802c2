/** What tests over a PostgreSQL server share. */
import { afterAll } from 'vitest';
import { openPostgres, type PostgresDatabase } from '@writ/postgres';
import {
  type TestServer,
  testServer,
  type TestServerOptions,
} from '../../../scripts/testing/postgres-server.ts';

/** A server for the tests of one file. */
export interface PostgresTests {
  /** Whether there is a server; where not, {@link database} fails. */
  readonly isThere: boolean;
  readonly url: string;
  readonly database: PostgresDatabase;
  /** Ends the server without a word and starts it again; absent where the server is not ours. */
  readonly crash: TestServer['crash'];
  /** A schema that no other test uses; dropped at the end. */
  newSchema(): string;
}

let schemas = 0;

/** Starts the server and ends it after the file's tests. */
export async function postgresTests(options: TestServerOptions = {}): Promise<PostgresTests> {
  const server = await testServer(options);
  const url = server?.url ?? 'postgres://127.0.0.1:1/none';
  const database = openPostgres({ url });
  const made: string[] = [];
  afterAll(async () => {
    if (server === undefined) return;
    const session = await database.connect();
    for (const schema of made) await session.script(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await session.close();
    await database.close();
    await server.stop();
  });
  return {
    isThere: server !== undefined,
    url,
    database,
    crash: server?.crash,
    newSchema() {
      schemas += 1;
      const schema = `writ_test_${process.pid}_${schemas}`;
      made.push(schema);
      return schema;
    },
  };
}
