/** The log over PostgreSQL; entry point `@writ/core/postgres`. The server comes in as a port, which `@writ/postgres` implements. */
export { openPostgresLog, type PostgresLogOptions } from './open-postgres-log.ts';
export type { BodyBucket } from './bodies/index.ts';
export {
  MAX_REWRITTEN_BYTES,
  type LeftTable,
  type RewriteOptions,
  type RewriteReport,
  rewritePostgresTables,
} from './erase/index.ts';
export type { PublishPlace } from './publication.ts';
export {
  openPostgresLogForReading,
  type PostgresReadingOptions,
  type PostgresReadLog,
} from './open-for-reading.ts';
export {
  endPostgresLog,
  type PostgresSuccession,
  postgresBodiesByKey,
  type PostgresBodyKeysOptions,
  resealPostgresState,
  rewrapPostgresBodies,
  type RewrapPostgresOptions,
  type ResealPostgresOptions,
  succeedPostgresLog,
  type SucceedPostgresOptions,
  successorSchema,
} from './rotate/index.ts';
export { isPostgresStateSealed } from './sealed-with.ts';
export { requireUnusedPostgresLog } from './session-locks.ts';
export type { SqlConnection, SqlDatabase, SqlResult, SqlRow, SqlValue } from './sql-database.ts';
export { verifyPostgresLog, type VerifyPostgresOptions } from './verify/index.ts';
