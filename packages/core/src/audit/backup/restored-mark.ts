/** The mark of a log that was restored: it may be read and verified, and nothing is signed until somebody shows that nothing is lost. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../kernel/index.ts';

/** Name of the mark in a data folder. */
export const RESTORED_FILE = 'restored.json';

/** Marks the data folder: `size` entries were restored. */
export function markRestored(path: string, size: number): void {
  writeFileSync(join(path, RESTORED_FILE), `${JSON.stringify({ type: 'writ/restored/v1', size })}\n`, {
    mode: 0o600,
    // On the disk before the log is: without the mark it would sign anew.
    flush: true,
  });
}

/** Takes the mark away. */
export function clearRestored(path: string): void {
  rmSync(join(path, RESTORED_FILE), { force: true });
}

/**
 * Throws `log.restored` for a data folder with the mark: what was signed after the backup was made may be known to others, and signing other entries in its place
 * would fork the log.
 */
export function refuseRestored(path: string): void {
  const file = join(path, RESTORED_FILE);
  if (!existsSync(file)) return;
  const size = /"size":(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'some';
  throw new Fault(
    'log.restored',
    `the log at \`${path}\` was restored from a backup of ${size} entries, and nobody showed that it signed none after them`,
    {
      file,
      hint: 'run `writ log resume --checkpoint FILE` with the newest checkpoint anybody has of it, or begin a new log and keep this one for reading',
    },
  );
}
