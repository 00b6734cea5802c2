/** Locks that the operating system lets go of when a process ends, however it ends; so a process id that is used again deceives nobody. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../kernel/index.ts';
import { createFolder } from './create-folder.ts';
import { makeFile, requireFile } from './regular-file.ts';

/** Folder of the locks within a data folder. They hold no data: only whether they are locked counts. */
const LOCK_FOLDER = 'locks';
/** SQLite leaves a journal beside the lock of a process that was killed. */
const JOURNAL_ENDING = '-journal';

/** A lock that is held until released or until the process is gone. */
export interface ProcessLock {
  /** Lets go and removes the file. Idempotent. */
  release(): void;
}

/**
 * Takes the lock `name` in data folder `path`, waiting at most `waitMs`. SQLite's own file locking is used, over an empty file,
 * because Node has no other. Throws what SQLite throws where it is held.
 */
export function takeLock(path: string, name: string, waitMs = 0): ProcessLock {
  const file = lockFile(path, name);
  createFolder(join(path, LOCK_FOLDER));
  makeFile(file);
  const database = new DatabaseSync(file, { timeout: waitMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw cause;
  }
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

/** Whether some process holds the lock `name`. A lock that was never taken, or whose file is gone, is not held. */
export function isLockHeld(path: string, name: string): boolean {
  const file = lockFile(path, name);
  if (!existsSync(file)) return false;
  requireFile(file);
  const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch {
    // Any refusal counts as held: closing a live process's decisions would be worse than waiting for the next start.
    return true;
  } finally {
    database.close();
  }
}

/** Throws `log.conflict` where some process uses the data folder at `path`: also one that has opened its log and not written yet. */
export function requireUnused(path: string): void {
  const folder = join(path, LOCK_FOLDER);
  if (!existsSync(folder)) return;
  const locks = readdirSync(folder).filter((name) => !name.endsWith(JOURNAL_ENDING));
  if (!locks.some((name) => isLockHeld(path, name))) return;
  throw new Fault('log.conflict', `a process uses the data folder \`${path}\``, {
    hint: 'stop the gateways of this folder first',
  });
}

/** Removes the file of a lock that nobody will take again. */
export function removeLock(path: string, name: string): void {
  rmSync(lockFile(path, name), { force: true });
}

function lockFile(path: string, name: string): string {
  return join(path, LOCK_FOLDER, name);
}
