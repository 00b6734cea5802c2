/** Files of a backup: whole under their names, or not there at all. */
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from '../store/index.ts';

/** A database of the log's own schema, whole under its name or not there at all. */
export function writeDatabase(path: string, fill: (database: DatabaseSync) => void): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  // For this user alone, whoever may enter the folder.
  closeSync(openSync(draft, 'wx', 0o600));
  const database = new DatabaseSync(draft);
  try {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
    for (const { sql } of MIGRATIONS) database.exec(sql);
    fill(database);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  syncFile(draft);
  renameSync(draft, path);
}

/** Never waits for the other end of a pipe. */
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

export function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, WRITE, 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFile(join(path, '..'));
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
