/** Where entries and the state beside them are kept. */
export { type MemoryBodies, memoryTag } from './memory-people.ts';
export { MemoryTables } from './memory-tables.ts';
export {
  DATABASE_FILE,
  type Durability,
  openDatabase,
  openDatabaseForReading,
  requireSchema,
  syncDatabase,
} from './open-database.ts';
export { LOG_TABLES, type LogTableName } from './log-tables.ts';
export {
  type ListStatement,
  type LogDatabase,
  type LogStatement,
  prepareList,
  type Preparing,
  sharedStatements,
  tenantDatabase,
} from './log-database.ts';
export {
  hasTenants,
  listTenants,
  logDatabase,
  logFolder,
  OWN_LOG,
  registerTenant,
  registerTenants,
  requireOneLog,
  requireOwnOrigin,
  type Tenant,
  TENANTS_FOLDER,
  tenantsOf,
} from './tenants.ts';
export { MIGRATIONS } from './migrations.ts';
export { createFolder } from './create-folder.ts';
export { isReserveHeld, SpaceReserve } from './space-reserve.ts';
export { isLockHeld, type ProcessLock, removeLock, requireUnused, takeLock } from './process-lock.ts';
export { readRegularFile, readRegularFileInto, readRegularFileLater, requireFile } from './regular-file.ts';
export { isConsumedIn, sqliteLogReader, sqliteStateReader, sqliteTags } from './sqlite-readers.ts';
export { SqliteTables } from './sqlite-tables.ts';
export { rowValues } from './sealed-rows.ts';
export { openTotals, StateCheck } from './state-check.ts';
export { OpenedRecords, type SealedRecord } from './opened-records.ts';
export { closeRecord, DETAILS_COLUMN, REQUESTERS_COLUMN } from './sqlite-people.ts';
export { answerPlace, holdPlace, killPlace } from './sealed-places.ts';
export {
  STATE_TABLE_NAMES,
  STATE_TABLES,
  type StateTable,
  type StateTableName,
  stateTable,
} from './state-schema.ts';
export type { ActivePolicy, PeopleTables, StateTables, StoredReservation } from './tables.ts';
export { emptyJournal, OVERWRITE_DELETED, purgeErased } from './purge.ts';
