/** Standard output that somebody stops reading (`| head`), or that cannot take what is written. */
import { describeFault } from '@writ/core';
import { EXIT_IO } from '../exit-codes.ts';

let isRead = true;

/** Whether somebody may still read standard output; `false` once its reader went away. */
export function isOutputRead(): boolean {
  return isRead;
}

/**
 * Keeps a failing standard output from ending the process in the middle of what it does. A reader that went away is no fault: the command goes
 * on and nobody reads the rest. Anything else (a full disk) is told on standard error, and the process ends with {@link EXIT_IO}.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isRead && error.code !== 'EPIPE') {
      process.stderr.write(`writ: the answer cannot be written: ${describeFault(error)}\n`);
      process.once('exit', () => (process.exitCode = EXIT_IO));
    }
    isRead = false;
  });
  // Nowhere is left to tell it.
  process.stderr.on('error', () => {});
}
