/** Pages of what was erased: SQLite keeps older ones in its write-ahead log until that is moved into the database. */
import type { DatabaseSync } from 'node:sqlite';
import { BUSY_TIMEOUT_MS, openDatabase } from './open-database.ts';

/** Whatever is deleted or replaced is overwritten, in pages and in freed ones. Of the connection, and for good. */
export const OVERWRITE_DELETED = 'PRAGMA secure_delete = ON';

/** Empties the write-ahead log. False where somebody reads an older state: what was erased is still in it. Waits for nobody unless `waitMs` says so. */
export function emptyJournal(database: DatabaseSync, waitMs = 0): boolean {
  database.exec(`PRAGMA busy_timeout = ${waitMs}`);
  try {
    return Number(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy']) === 0;
  } finally {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/**
 * Makes sure that nothing erased is left in the write-ahead log of data folder `path`: false where a process that reads an older state keeps it, after waiting for
 * as long as for any other. Does not protect against file systems and disks that keep what a file no longer holds. Throws `log.unavailable`, `log.version`.
 */
export function purgeErased(path: string): boolean {
  const database = openDatabase(path, 'commit');
  try {
    return emptyJournal(database, BUSY_TIMEOUT_MS);
  } finally {
    database.close();
  }
}
