/** The folder in which the log that goes on is made. While it is there nobody opens a log in the data folder: what was denied could be permitted meanwhile. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../kernel/index.ts';

/** Name of that folder within a data folder. */
export const SUCCESSOR_FOLDER = 'successor';

/** Throws `log.conflict` where a change of logs was broken off. */
export function refuseUnfinished(path: string): void {
  if (!existsSync(join(path, SUCCESSOR_FOLDER))) return;
  throw new Fault('log.conflict', `the log at \`${path}\` is being replaced, and that was broken off`, {
    hint: 'run `writ key revoke` again: it goes on where it was',
  });
}
