/** Logs that ended and are kept in the data folder, open for reading: what they hold about people is held all the same. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LogReadingOptions, openLogForReading, type ReadLog } from '../open-reader.ts';
import { DATABASE_FILE, openDatabaseForReading } from '../store/index.ts';
import { FORMER_FOLDER } from './set-aside.ts';

/** A log that ended. */
export interface FormerLog extends ReadLog {
  /** Where it is kept. */
  readonly folder: string;
}

/**
 * The logs that were set aside in data folder `path`, the oldest first; none that were taken away. Nothing is verified. Throws as `openLogForReading`: whoever answers for all of them
 * must not leave one out in silence.
 */
export function openFormerLogs(
  path: string,
  keys: Pick<LogReadingOptions, 'bodyKeys' | 'findBodyKey'>,
): readonly FormerLog[] {
  const root = join(path, FORMER_FOLDER);
  const folders = (existsSync(root) ? readdirSync(root) : [])
    // Named by when they were set aside.
    .sort()
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, DATABASE_FILE)));
  const opened: FormerLog[] = [];
  try {
    for (const folder of folders)
      opened.push({ ...openLogForReading({ path: folder, origin: originIn(folder), ...keys }), folder });
  } catch (fault) {
    for (const log of opened) log.close();
    throw fault;
  }
  return opened;
}

/** The origin that the database in `folder` says it is of. */
function originIn(folder: string): string {
  const database = openDatabaseForReading(folder);
  try {
    return String(database.prepare('SELECT origin FROM head').get()?.['origin'] ?? '');
  } finally {
    database.close();
  }
}
