/** Starts the daemon where none answers; of many hooks at once, one. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync, unlinkSync } from 'node:fs';

/** Inside the folder of the daemon. */
const LOCK_NAME = 'starting';
/** After this long a start that came to nothing is tried again, milliseconds. */
const STALE_MS = 3_000;

/** Whether this process is the one that started it. `command`: the program and its words. */
export function startDaemon(folder: string, command: readonly string[]): boolean {
  const [program, ...words] = command;
  if (program === undefined || !isFirst(`${folder}/${LOCK_NAME}`)) return false;
  const { NODE_OPTIONS: _, ...env } = process.env;
  spawn(program, words, { cwd: '/', detached: true, stdio: 'ignore', env }).unref();
  return true;
}

function isFirst(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > STALE_MS) unlinkSync(lock);
  } catch {
    // Nobody starts it now.
  }
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}
