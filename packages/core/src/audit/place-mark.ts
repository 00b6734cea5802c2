/** The file that says that the log of a data folder is kept elsewhere. While it is there no log is opened in the folder: a kill written to it would stop nobody. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../kernel/index.ts';

/** Name of that file within a data folder. */
export const LOG_PLACE_FILE = 'log.json';

/** Throws `log.conflict` where the log of the data folder at `path` is kept elsewhere. */
export function refuseElsewhere(path: string): void {
  if (!existsSync(join(path, LOG_PLACE_FILE))) return;
  throw new Fault(
    'log.conflict',
    `the log of \`${path}\` is kept elsewhere, as \`${LOG_PLACE_FILE}\` in it says`,
    {
      hint: 'this command works on logs in a data folder alone',
    },
  );
}
