/** Tables beside the log, over SQLite or PostgreSQL. */
export { migrate } from './migrations.ts';
export { openPostgresTables } from './postgres.ts';
export type {
  ActivityRow,
  ArrivalRow,
  DeliveryRow,
  DeviceLoginRow,
  FactsRow,
  MirrorLogRow,
  ReceiptPolicyRow,
  ReceiptRow,
  SessionRow,
  StopEffectRow,
  Tables,
  ToolPinRow,
} from './schema.ts';
export type { TableStore } from './store.ts';
export { openSqliteTables } from './sqlite.ts';
export { unsynced } from './unsynced.ts';
export { isOutOfReach } from './out-of-reach.ts';
