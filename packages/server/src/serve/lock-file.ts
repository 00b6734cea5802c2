/** A file that one process at a time holds: by SQLite, whose lock the system lets go of however a process ends. */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@writ/core';

/** SQLite’s primary result code where another holds the lock. */
const SQLITE_BUSY = 5;
/** Bits of a result code that say which it is; those above say more of it. */
const PRIMARY = 0xff;

/** A lock that is held. */
export interface HeldLock {
  /** Idempotent. */
  release(): void;
}

/** Holds the file at `path`, which is made. Throws what `taken` makes where another process holds it for longer than `waitMs`, `io.failed` where the file cannot be written. */
export function holdLock(path: string, waitMs: number, taken: (cause: unknown) => Fault): HeldLock {
  let lock: DatabaseSync | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    lock = new DatabaseSync(path, { timeout: waitMs });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    if (isBusy(cause)) throw taken(cause);
    const hint = 'look whether its disk is full or read-only, and start it again; nothing was lost';
    throw new Fault('io.failed', `the lock \`${path}\` cannot be taken`, { hint }, { cause });
  }
  const held = lock;
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & PRIMARY) === SQLITE_BUSY;
}
