/** Tables beside the log, over SQLite or PostgreSQL. */
export { migrate } from './migrations.ts';
export { openPostgresTables } from './postgres.ts';
export type {
  DeliveryRow,
  DeviceLoginRow,
  MirrorLogRow,
  ReceiptRow,
  SessionRow,
  StopEffectRow,
  Tables,
} from './schema.ts';
export type { TableStore } from './store.ts';
export { openSqliteTables } from './sqlite.ts';
export { unsynced } from './unsynced.ts';
