/** Tables beside the log, over SQLite or PostgreSQL. */
export { migrate } from './migrations.ts';
export { openPostgresTables } from './postgres.ts';
export type {
  BlobRow,
  CeremonyRow,
  DeliveryRow,
  HeartbeatRow,
  IdempotencyRow,
  MirrorLogRow,
  NonceRow,
  PasskeyCounterRow,
  ReceiptRow,
  SessionRow,
  Tables,
  StopEffectRow,
} from './schema.ts';
export type { Dialect, TableStore } from './store.ts';
export { openSqliteTables } from './sqlite.ts';
