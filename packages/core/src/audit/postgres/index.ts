/** The log over PostgreSQL; entry point `@writ/core/postgres`. The server comes in as a port, which `@writ/postgres` implements. */
export { openPostgresLog, type PostgresLogOptions } from './open-postgres-log.ts';
export type { SqlConnection, SqlDatabase, SqlResult, SqlRow, SqlValue } from './sql-database.ts';
export { verifyPostgresLog, type VerifyPostgresOptions } from './verify/index.ts';
