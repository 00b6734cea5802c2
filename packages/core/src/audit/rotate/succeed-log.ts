/** Ends a log whose signing key somebody else may have, and begins the one that goes on, with the kill switches and policy versions of the one before. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUlid, Fault, toBase64 } from '../../kernel/index.ts';
import type { EntryDetail, EntryDraft } from '../../model/index.ts';
import { type Checkpoint, formatVerifierKey, parseCheckpoint, parseNote } from '../../proof/index.ts';
import { type OpenLog, ownDraft } from '../log.ts';
import { type LogOptions, openLog } from '../open-log.ts';
import { openLogForReading } from '../open-reader.ts';
import { LOG_FOLDER } from '../publish/index.ts';
import { DATABASE_FILE, openDatabaseForReading, requireUnused } from '../store/index.ts';
import { SUCCESSOR_FOLDER } from '../successor-mark.ts';
import { FORMER_FOLDER, gatherDatabase, type Inheritance, inheritanceOf, setLogAside } from './set-aside.ts';

/** Says that everything stands in the folder of the log that goes on. */
const COMPLETE_FILE = 'complete';
/** Holds its origin. */
const ORIGIN_FILE = 'origin';
/** What the successor folder is called once nothing is left to do. */
const DONE_FOLDER = `${SUCCESSOR_FOLDER}.done`;

/** A log that ended, and the one that goes on in its place. */
export interface Succession {
  /** Where the former log is kept for reading. */
  readonly former: string;
  readonly predecessor: { readonly origin: string; readonly size: number; readonly root: string };
  readonly inherited: Inheritance;
}

/** Marks the data folder: from here on no log is opened in it until {@link succeedLog} is through. `origin` is that of the log that goes on. */
export function beginSuccession(path: string, origin: string): void {
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

/**
 * Makes the log of `next` in the place of the log in its data folder. Its first entries name the log before, and take over what would permit something if it
 * were left out. Goes on where it was broken off. Throws as `openLog`, and `log.conflict` where a process uses the folder.
 */
export async function succeedLog(next: LogOptions): Promise<Succession> {
  const { path } = next;
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
  // In one step: half a folder would be taken for a succession that has only begun.
  const done = join(path, DONE_FOLDER);
  rmSync(done, { recursive: true, force: true });
  renameSync(successor, done);
  rmSync(done, { recursive: true, force: true });
  return { former, predecessor: predecessorOf(ended.checkpoint), inherited: ended.inherited };
}

interface Ended {
  readonly checkpoint: Checkpoint;
  readonly inherited: Inheritance;
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
    return { checkpoint, inherited: inheritanceOf(place, log.state) };
  } finally {
    log.close();
  }
}

function predecessorOf({ origin, size, root }: Checkpoint): Succession['predecessor'] {
  return { origin, size, root: toBase64(root) };
}

/** Goes on with what was broken off. INVARIANT: no second log under the origin of the first: two entries of one index would be signed. */
async function makeSuccessor(
  successor: string,
  next: LogOptions,
  { checkpoint, inherited }: Ended,
): Promise<void> {
  const log = await openLog({ ...next, path: successor });
  try {
    if (!saysPredecessor(log)) {
      const key = formatVerifierKey(log.verifierKey);
      const predecessor = predecessorOf(checkpoint);
      await append(log, next, { kind: 'key', key: { action: 'succeed', key, predecessor } });
    }
    const killed = log.state.kills();
    for (const [at, { scope, id, reason }] of inherited.kills.entries())
      if (!killed.some((kill) => kill.scope === scope && kill.id === id))
        await append(
          log,
          next,
          { kind: 'kill', kill: { action: 'kill', scope, reason: 'manual', killEpoch: at + 1 } },
          { committed: { target: id, words: reason }, effects: [{ type: 'kill', scope, id, reason }] },
        );
    for (const { scope, policyHash } of inherited.versions)
      if (log.state.epochs(scope).policyHash !== policyHash)
        await append(
          log,
          next,
          {
            kind: 'policy',
            policy: { policyHash, schemaHash: '0'.repeat(64), mode: 'strict', policyEpoch: 1 },
          },
          { committed: { scope }, effects: [{ type: 'activate_policy', scope, policyHash }] },
        );
  } finally {
    await log.close();
  }
  gatherDatabase(successor);
  writeFileSync(join(successor, COMPLETE_FILE), '', { mode: 0o600 });
}

function saysPredecessor({ reader }: OpenLog): boolean {
  for (let index = 0; index < reader.size(); index += 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'key' && entry.key.action === 'succeed') return true;
  }
  return false;
}

async function append(
  log: OpenLog,
  identity: LogOptions,
  detail: EntryDetail,
  rest: Partial<EntryDraft> = {},
): Promise<void> {
  const result = await log.writer.append({ ...ownDraft(identity, detail), ...rest });
  if (result.status === 'refused')
    throw new Fault('log.conflict', `the log that goes on refused an entry (${result.refusal})`);
}
