/** Tables beside the log, over SQLite or PostgreSQL. */
export { migrate } from './migrations.ts';
export { openPostgresTables } from './postgres.ts';
export type { DeliveryRow, MirrorLogRow, ReceiptRow, SessionRow, Tables, StopEffectRow } from './schema.ts';
export type { TableStore } from './store.ts';
export { openSqliteTables } from './sqlite.ts';
