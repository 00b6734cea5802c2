/** Ends a log whose signing key somebody else may have, and begins the one that goes on, with what it takes over from the one before. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUlid } from '../../kernel/index.ts';
import { parseCheckpoint, parseNote } from '../../proof/index.ts';
import type { LogOptions } from '../log-options.ts';
import { openLog } from '../open-log.ts';
import { openLogForReading } from '../open-reader.ts';
import { LOG_FOLDER } from '../publish/index.ts';
import type { RowValue } from '../seal/index.ts';
import {
  DATABASE_FILE,
  openDatabaseForReading,
  requireOneLog,
  requireUnused,
  rowValues,
  stateTable,
  type StateTableName,
} from '../store/index.ts';
import { SUCCESSOR_FOLDER } from '../successor-mark.ts';
import { type Ended, handOn, type Predecessor, predecessorOf } from './hand-on.ts';
import { type Inheritance, inheritanceOf } from './inheritance.ts';
import { FORMER_FOLDER, gatherDatabase, setLogAside } from './set-aside.ts';

/** Says that everything stands in the folder of the log that goes on. */
const COMPLETE_FILE = 'complete';
/** Holds its origin. */
const ORIGIN_FILE = 'origin';
/** What the successor folder is called once nothing is left to do. */
const DONE_FOLDER = `${SUCCESSOR_FOLDER}.done`;

/** A log is set aside with the whole database: tenants in it would go with it. */
const ALONE_HINT = 'restore the log without its tenants into another data folder, and replace it there';

/** A log that ended, and the one that goes on in its place. */
export interface Succession {
  /** Where the former log is kept for reading. */
  readonly former: string;
  readonly predecessor: Predecessor;
  readonly inherited: Inheritance;
}

/** Marks the data folder: from here on no log is opened in it until {@link succeedLog} is through. `origin` is that of the log that goes on. */
export function beginSuccession(path: string, origin: string): void {
  requireOneLog(path, ALONE_HINT);
  const draft = join(path, `${SUCCESSOR_FOLDER}.new`);
  for (const left of [draft, join(path, DONE_FOLDER)]) rmSync(left, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(join(draft, ORIGIN_FILE), `${origin}\n`, { mode: 0o600 });
  renameSync(draft, join(path, SUCCESSOR_FOLDER));
}

/** Origin of the log that goes on, where a succession was begun and is not through. */
export function successionOf(path: string): string | undefined {
  if (!existsSync(join(path, SUCCESSOR_FOLDER))) return undefined;
  return readFileSync(join(path, SUCCESSOR_FOLDER, ORIGIN_FILE), 'utf8').trim();
}

/** Takes the mark away: nothing is left to do. Does nothing where there is none. */
export function endSuccession(path: string): void {
  // In one step: half a folder would be taken for a succession that has only begun.
  const done = join(path, DONE_FOLDER);
  rmSync(done, { recursive: true, force: true });
  if (existsSync(join(path, SUCCESSOR_FOLDER))) renameSync(join(path, SUCCESSOR_FOLDER), done);
  rmSync(done, { recursive: true, force: true });
}

/**
 * Makes the log of `next` in the place of the log in its data folder. Its first entries name the log before, and take over what would permit something if it
 * were left out. Goes on where it was broken off. Throws as `openLog`, and `log.conflict` where a process uses the folder.
 */
export async function succeedLog(next: LogOptions): Promise<Succession> {
  const { path } = next;
  requireOneLog(path, ALONE_HINT);
  // Before anything of it is read: what a process that still runs kills would not be taken over.
  requireUnused(path);
  const successor = join(path, SUCCESSOR_FOLDER);
  const former = formerFolder(next);
  const place = existsSync(join(former, DATABASE_FILE)) ? former : path;
  const ended = readEnd(place, next);
  if (!existsSync(join(successor, COMPLETE_FILE))) await makeSuccessor(successor, next, ended);
  // What stands in the place of the former log is that log only until it was moved.
  if (place === path) setLogAside(path, former);
  for (const name of [LOG_FOLDER, DATABASE_FILE])
    if (existsSync(join(successor, name))) renameSync(join(successor, name), join(path, name));
  endSuccession(path);
  return { former, predecessor: predecessorOf(ended.checkpoint), inherited: ended.inherited };
}

/** The folder that a succession has begun to fill, or a new one. */
function formerFolder({ path, clock, random }: LogOptions): string {
  const root = join(path, FORMER_FOLDER);
  const begun = existsSync(root)
    ? readdirSync(root).find((name) => existsSync(join(path, SUCCESSOR_FOLDER, name)))
    : undefined;
  const name = begun ?? createUlid(clock, random).toLowerCase();
  mkdirSync(join(path, SUCCESSOR_FOLDER, name), { recursive: true, mode: 0o700 });
  return join(root, name);
}

/** How the log at `place` ended. Its origin is its own. */
function readEnd(place: string, { bodyKey, formerBodyKeys = [] }: LogOptions): Ended {
  const database = openDatabaseForReading(place);
  const origin = String(database.prepare('SELECT origin FROM head').get()?.['origin'] ?? '');
  database.close();
  const log = openLogForReading({ path: place, origin, bodyKeys: [bodyKey, ...formerBodyKeys] });
  try {
    const checkpoint = parseCheckpoint(parseNote(log.checkpoint()).text);
    const [kills, timeFloor] = [log.state.kills(), log.state.timeFloor()];
    return {
      checkpoint,
      inherited: inheritanceOf({
        kills,
        timeFloor,
        records: (collection) => log.state.records(collection),
        rows: (name) => rowsOf(place, name),
      }),
    };
  } finally {
    log.close();
  }
}

function rowsOf(place: string, name: StateTableName): readonly (readonly RowValue[])[] {
  const database = openDatabaseForReading(place);
  try {
    const rows = database.prepare(`SELECT * FROM ${name}`).all();
    return rows.map((row) => rowValues(stateTable(name), row));
  } finally {
    database.close();
  }
}

/** Goes on with what was broken off. INVARIANT: no second log under the origin of the first: two entries of one index would be signed. */
async function makeSuccessor(successor: string, next: LogOptions, ended: Ended): Promise<void> {
  const log = await openLog({ ...next, path: successor });
  try {
    await handOn(log, next, ended);
  } finally {
    await log.close();
  }
  gatherDatabase(successor);
  writeFileSync(join(successor, COMPLETE_FILE), '', { mode: 0o600 });
}
