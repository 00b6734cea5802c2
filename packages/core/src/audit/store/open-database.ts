/** Opens `writ.db`: permissions, durability, schema. */
import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeFault, Fault } from '../../kernel/index.ts';
import { createFolder } from './create-folder.ts';
import { APPLICATION_ID, MIGRATIONS } from './migrations.ts';
import { takeLock } from './process-lock.ts';
import { makeFile, requireFile } from './regular-file.ts';

/** `commit`: an answer means that the entry is on the disk. `interval`: that it survives this process, and a power loss after the next publishing. */
export type Durability = 'commit' | 'interval';

/** Name of the database in a data folder. */
export const DATABASE_FILE = 'writ.db';
/** Longest wait for another process's transaction, in milliseconds; its batches take a few. */
export const BUSY_TIMEOUT_MS = 5_000;
/** Pages after which SQLite moves the write-ahead log into the database: 16 MiB, so that it is not done on every few hundred entries. */
const WAL_CHECKPOINT_PAGES = 4_096;

/** Opens the database in data folder `path` for writing, creating both as this user's alone, and brings its schema up to date. Throws `log.unavailable`, `log.version`. */
export function openDatabase(path: string, durability: Durability): DatabaseSync {
  const file = join(path, DATABASE_FILE);
  try {
    createFolder(path);
    // SQLite gives its own files beside the database the permissions of the database.
    makeFile(file);
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      if (isNew(database)) prepareNew(path, database);
      database.exec(`PRAGMA synchronous = ${durability === 'commit' ? 'FULL' : 'NORMAL'}`);
      database.exec(`PRAGMA wal_autocheckpoint = ${WAL_CHECKPOINT_PAGES}`);
      migrate(database);
      requireSchema(database);
    } catch (fault) {
      database.close();
      throw fault;
    }
    return database;
  } catch (cause) {
    throw unavailable(cause, file);
  }
}

/**
 * Forces what was committed in data folder `path` to the disk. The write-ahead log is enough: SQLite itself does the same before it moves any of it into
 * the database, and with the database before it begins the log anew.
 */
export async function syncDatabase(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(join(path, `${DATABASE_FILE}-wal`), 'r+');
  } catch (cause) {
    // No write-ahead log: everything is in the database.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw cause;
  }
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function isNew(database: DatabaseSync): boolean {
  return database.prepare('PRAGMA journal_mode').get()?.['journal_mode'] !== 'wal';
}

/** Changing the journal mode does not wait for other connections as everything else does, so processes take turns. */
function prepareNew(path: string, database: DatabaseSync): void {
  const lock = takeLock(path, 'prepare', BUSY_TIMEOUT_MS);
  try {
    if (isNew(database)) database.exec('PRAGMA journal_mode = WAL');
  } finally {
    lock.release();
  }
}

/** Opens the database in data folder `path` for reading; it must exist. Throws `log.missing`, `log.unavailable`, `log.version`. */
export function openDatabaseForReading(path: string): DatabaseSync {
  const file = join(path, DATABASE_FILE);
  if (!existsSync(file)) throw new Fault('log.missing', `no log stands at \`${path}\``, { file });
  try {
    requireFile(file);
    const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      requireVersion(database, MIGRATIONS.length);
      requireSchema(database);
    } catch (fault) {
      database.close();
      throw fault;
    }
    return database;
  } catch (cause) {
    throw unavailable(cause, file);
  }
}

/** Whole steps only: each is one transaction with its version, so a failed one leaves the version before it and ends the start. */
function migrate(database: DatabaseSync): void {
  if (readPragma(database, 'user_version') === MIGRATIONS.length) {
    requireVersion(database, MIGRATIONS.length);
    return;
  }
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have migrated while this one waited for the lock.
    const present = readPragma(database, 'user_version');
    if (present > 0) requireVersion(database);
    for (const { version, sql } of MIGRATIONS) {
      if (version > present) database.exec(`${sql}PRAGMA user_version = ${version};`);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; COMMIT`);
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw fault;
  }
}

function requireVersion(database: DatabaseSync, exact?: number): void {
  const version = readPragma(database, 'user_version');
  if (readPragma(database, 'application_id') !== APPLICATION_ID) {
    throw new Fault('log.version', 'the file is not a database of Writ');
  }
  if (version > MIGRATIONS.length || (exact !== undefined && version !== exact)) {
    throw new Fault(
      'log.version',
      `the database has schema ${version}, this Writ knows ${MIGRATIONS.length}`,
      {
        hint: 'use the version of Writ that wrote it, or a newer one',
      },
    );
  }
}

/** INVARIANT: exactly the tables of this version. A trigger, or a view or table without its keys, would change what our own statements do. Throws `log.corrupt`. */
export function requireSchema(database: DatabaseSync): void {
  const found = readSchema(database);
  expectedSchema ??= schemaOfMigrations();
  for (const [name, sql] of [...expectedSchema, ...found]) {
    if (expectedSchema.get(name) === found.get(name)) continue;
    throw new Fault('log.corrupt', `the schema of the database was edited at \`${name}\``, { sql });
  }
}

let expectedSchema: ReadonlyMap<string, string> | undefined;

function schemaOfMigrations(): ReadonlyMap<string, string> {
  const database = new DatabaseSync(':memory:');
  for (const { sql } of MIGRATIONS) database.exec(sql);
  const schema = readSchema(database);
  database.close();
  return schema;
}

function readSchema(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all();
  return new Map(
    rows.map(({ type, name, tbl_name: table, sql }) => [
      `${String(type)} ${String(name)}`,
      `${String(table)}: ${String(sql)}`,
    ]),
  );
}

function readPragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function unavailable(cause: unknown, file: string): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault('log.unavailable', `the log does not open: ${describeFault(cause)}`, { file }, { cause });
}
