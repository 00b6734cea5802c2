/** Starts the daemon where none answers; of many hooks at once, one. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync, unlinkSync } from 'node:fs';

/** Inside the folder of the daemon: who starts one now, and what the last one said. */
export const LOCK_NAME = 'starting';
const DAEMON_LOG_NAME = 'daemon.log';
/** After this long a start of which nobody knows what became is tried again, milliseconds. */
const STALE_MS = 20_000;

/** Whether it is for the caller to start the daemon, and for nobody else just now. Whoever finds that one answers by now gives it back. */
export function claimStart(folder: string): boolean {
  return isFirst(`${folder}/${LOCK_NAME}`);
}

/** Nobody starts a daemon now. */
export function giveUpStart(folder: string): void {
  remove(`${folder}/${LOCK_NAME}`);
}

/** Starts it, once that was claimed. `command`: the program and its words. `failed`: told where it ends without serving. */
export function startDaemon(
  folder: string,
  command: readonly string[],
  failed: (thrown: Error) => void,
): void {
  const [program, ...words] = command;
  if (program === undefined) return;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const log = openSync(`${folder}/${DAEMON_LOG_NAME}`, 'w', 0o600);
  const daemon = spawn(program, words, { cwd: '/', detached: true, stdio: ['ignore', 'ignore', log], env });
  closeSync(log);
  const give = (why: string): void => {
    giveUpStart(folder);
    failed(new Error(`${why}; \`${folder}/${DAEMON_LOG_NAME}\` says more`));
  };
  daemon.on('error', (cause) => give(`the daemon cannot be started (${cause.message})`));
  // Where another one answers already it ends well.
  daemon.on('exit', (code) => code === 0 || give('the daemon did not start'));
  daemon.unref();
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

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It is gone already.
  }
}
