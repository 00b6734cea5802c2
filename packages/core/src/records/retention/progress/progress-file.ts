/** Progress in a file beside the log. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '../../../kernel/index.ts';
import { parseProgress, printProgress, type ProgressStore } from './progress.ts';

/** Name of the file in the folder of a log. */
export const PROGRESS_FILE = 'retention.json';

/** Progress in {@link PROGRESS_FILE} of `folder`, which is made where it is missing. Writing throws what the system says. */
export function progressFile(folder: string): ProgressStore {
  const path = join(folder, PROGRESS_FILE);
  return {
    read() {
      try {
        return parseProgress(readFileSync(path, 'utf8'));
      } catch {
        // What is not there, or cannot be read, says nothing: the log is looked at once more.
        return undefined;
      }
    },
    write(progress) {
      // That of a tenant is made with the first files that are published.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}.tmp`;
      const file = openSync(temporary, 'w', 0o600);
      try {
        writeSync(file, utf8(printProgress(progress)));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    },
  };
}
