/** One process at a time makes or changes what is in a data folder. */
import { Fault } from '@writ/core';
import { holdLock } from './lock-file.ts';

/** Longest wait for another process, in milliseconds. */
const WAIT_MS = 30_000;

/**
 * Calls `use` while no other process does, with the file `path` as the lock: one that the system lets go of when a process is killed. Throws `log.conflict`
 * where another holds it for longer than anything should take, `io.failed` where nothing can be written.
 */
export async function withMigrationLock<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  const lock = holdLock(path, WAIT_MS, (cause) => {
    const hint = 'wait until it is through, or end it';
    return new Fault(
      'log.conflict',
      'another process is still bringing this data folder up to date',
      { hint },
      { cause },
    );
  });
  try {
    return await use();
  } finally {
    lock.release();
  }
}
