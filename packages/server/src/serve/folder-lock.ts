/** One process serves a data folder: what it keeps in memory of tables beside the log would be old in another. */
import { Fault } from '@writ/core';
import { type HeldLock, holdLock } from './lock-file.ts';

/** Longest wait for one that is just ending, in milliseconds. */
const WAIT_MS = 2_000;

/** Holds `data` until it is released or the process ends, however it ends. Throws `log.conflict` where another process does, `io.failed` where nothing can be written. */
export function holdFolder(data: string, path: string): HeldLock {
  return holdLock(path, WAIT_MS, (cause) => {
    const hint =
      'end that one, or name another folder with `--data`; several servers share a log in PostgreSQL';
    return new Fault(
      'log.conflict',
      `another control plane serves the data folder \`${data}\` already`,
      { hint },
      { cause },
    );
  });
}
