/** Files of a data folder that name a person and are not the log's: sign-ins to servers, keys of approvers, whatever else was put there. */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { PersonNames } from '@writ/core/records';

/** What an erasure reaches itself, what shows nobody, and logs that were set aside, which are named as a whole. */
const PASSED_OVER = /^(?:writ\.db(?:-wal|-shm)?|log|pruned|former|tokens|locks|reserve)$/;
/** Larger files are none of those that Writ keeps beside a log, in bytes. */
const MAX_BYTES = 1_048_576;

/** Paths within `data` of files in which a name of the person stands, in any form that is recognised. Files that cannot be read are passed over. */
export function filesNaming(data: string, person: Pick<PersonNames, 'isIn'>): readonly string[] {
  const names = (path: string): boolean => {
    try {
      return statSync(path).size <= MAX_BYTES && person.isIn(readFileSync(path, 'utf8'));
    } catch {
      // Gone meanwhile, or of another user: nothing is claimed of it.
      return false;
    }
  };
  const within = (folder: string): readonly string[] =>
    entriesOf(folder).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (folder === data && PASSED_OVER.test(entry.name)) return [];
      if (entry.isDirectory()) return within(path);
      return entry.isFile() && names(path) ? [relative(data, path)] : [];
    });
  return within(data).toSorted();
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
