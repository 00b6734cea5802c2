/** Opens a database file of a backup. Nothing in it is ever changed. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../kernel/index.ts';
import { requireFile } from '../store/index.ts';

/** The database in `file`. Throws `backup.malformed`. */
export function openForReading(file: string): DatabaseSync {
  try {
    if (!existsSync(file)) throw new Error('it is not there');
    requireFile(file);
    return new DatabaseSync(file, { readOnly: true });
  } catch (cause) {
    throw new Fault('backup.malformed', `cannot read \`${file}\` of the backup`, { file }, { cause });
  }
}
