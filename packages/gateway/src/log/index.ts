/** The log of a data folder, wherever it is kept. */
export { type ConnectOptions, openDatabase, type PostgresDriver } from './connect.ts';
export { type LogPlace, readLogPlace, settleLogPlace, writeLogPlace } from './log-place.ts';
export { type DataReadLog, openDataLog, openDataLogForReading } from './open-data-log.ts';
