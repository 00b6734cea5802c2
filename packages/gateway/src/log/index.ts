/** The log of a data folder, wherever it is kept. */
export { type ConnectOptions, connectionString, openDatabase, type PostgresDriver } from './connect.ts';
export { type LogPlace, readLogPlace, settleLogPlace, writeLogPlace } from './log-place.ts';
export { readCredentials } from './bucket-credentials.ts';
export { loadS3, openBucket, type S3Driver } from './open-bucket.ts';
export {
  type DataConnecting,
  type DataLogOptions,
  type DataReadLog,
  openDataLog,
  openDataLogForReading,
} from './open-data-log.ts';
export { rewriteDataLog } from './rewrite-data-log.ts';
