/** One process serves a data folder: what it keeps in memory of tables beside the log would be old in another. */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@writ/core';

/** Longest wait for one that is just ending, in milliseconds. */
const WAIT_MS = 2_000;

/** A folder that is held. */
export interface HeldFolder {
  /** Idempotent. */
  release(): void;
}

/** Holds `data` until it is released or the process ends, however it ends. Throws `log.conflict` where another process does. */
export function holdFolder(data: string, path: string): HeldFolder {
  closeSync(openSync(path, 'a', 0o600));
  const lock = new DatabaseSync(path, { timeout: WAIT_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new Fault(
      'log.conflict',
      `another control plane serves the data folder \`${data}\` already`,
      {
        hint: 'end that one, or name another folder with `--data`; several servers share a log in PostgreSQL',
      },
      { cause },
    );
  }
  return {
    release() {
      if (lock.isOpen) lock.close();
    },
  };
}
