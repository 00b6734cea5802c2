/** Ends a log whose key can no longer be believed: it is kept for reading, and its place is free for the one that goes on. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../kernel/index.ts';
import { LOG_FOLDER } from '../publish/index.ts';
import { createFolder, DATABASE_FILE, openDatabase, requireUnused } from '../store/index.ts';

/** Folder of logs that ended, within a data folder. */
export const FORMER_FOLDER = 'former';

/**
 * Moves the log of the data folder into `folder`, published files first and the database last. Throws `log.conflict` where a process uses the data folder,
 * `log.unavailable` where something cannot be moved; called again it goes on.
 */
export function setLogAside(path: string, folder: string): void {
  requireUnused(path);
  try {
    createFolder(folder);
    gatherDatabase(path);
    for (const file of [LOG_FOLDER, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, DATABASE_FILE])
      if (existsSync(join(path, file))) renameSync(join(path, file), join(folder, file));
  } catch (cause) {
    throw new Fault(
      'log.unavailable',
      `the log at \`${path}\` could not be set aside`,
      { folder },
      { cause },
    );
  }
}

/** Puts everything into the one file of the database, so that it can be moved whole. Nobody else may have it open. */
export function gatherDatabase(path: string): void {
  if (!existsSync(join(path, DATABASE_FILE))) return;
  const database = openDatabase(path, 'commit');
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
