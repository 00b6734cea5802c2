/** One process at a time makes or changes what is in a data folder. */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@writ/core';

/** Longest wait for another process, in milliseconds. */
const WAIT_MS = 30_000;

/**
 * Calls `use` while no other process does, with the file `path` as the lock: SQLite's own, which the system lets go of when a process is killed. Throws `log.conflict`
 * where another holds it for longer than anything should take.
 */
export async function withMigrationLock<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  closeSync(openSync(path, 'a', 0o600));
  const lock = new DatabaseSync(path, { timeout: WAIT_MS });
  try {
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      throw new Fault(
        'log.conflict',
        'another process is still bringing this data folder up to date',
        { hint: 'wait until it is through, or end it' },
        { cause },
      );
    }
    return await use();
  } finally {
    lock.close();
  }
}
