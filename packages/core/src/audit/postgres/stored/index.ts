/** What stands in the tables of a log in PostgreSQL: how it is said, read and believed. */
export { checkEntries } from './check-entries.ts';
export { pack } from './packed.ts';
export { readState, readUnsealed } from './read-state.ts';
export { keyHash, parseChanges, printChanges, type SealedChange } from './row-text.ts';
export { DEFAULT_SCHEMA, installSchema, requireLog, requireSchemaName } from './schema.ts';
export { type Statements, statementsOf } from './statements.ts';
export { believeHead, parseHead, sealedTotals, type StoredHead } from './stored-head.ts';
