/** Verification of a log in PostgreSQL. */
export { verifyPostgresLog, type VerifyPostgresOptions } from './verify-postgres-log.ts';
