/** Backs up the logs of a data folder, while they are in use: what is new since the last time, and the state as it is now. */
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { Fault, isFault, toBase64 } from '../../kernel/index.ts';
import {
  createFolder,
  listTenants,
  type LogDatabase,
  logFolder,
  openDatabaseForReading,
  requireOneLog,
} from '../store/index.ts';
import {
  BACKUP_FILE,
  type BackupManifest,
  type BackupStep,
  entriesFile,
  parseBackup,
  printBackup,
  readBackup,
  stateFile,
} from './backup-manifest.ts';
import { openForReading } from './open-file.ts';
import { copyGrown, type CopySide, copySide, copyState } from './copy-rows.ts';
import { lockFolder } from './lock-folder.ts';
import { erasedIn, hasSteps, prepareRenewal, removeLeft, settleRenewal } from './renew-steps.ts';
import { writeDatabase, writeWhole } from './write-file.ts';

/** What to back up, and where. */
export interface BackupOptions {
  /** The data folder. */
  readonly path: string;
  /** The backup folder; made where it is missing. It holds no key: bodies stay sealed, and restoring needs the keys of the data folder. */
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told of rows as they are copied, and of how many there are to copy at least. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** A log of which something was backed up. */
export interface BackedUpLog {
  /** The tenant whose log it is; absent for the data folder's own. */
  readonly name?: string;
  readonly step: BackupStep;
}

/**
 * {@link backupLogs} of a data folder with one log: its step, or `undefined` where nothing is new. Throws likewise, and `config.invalid` where the folder holds
 * tenants.
 */
export function backupLog(options: BackupOptions): BackupStep | undefined {
  requireOneLog(options.path, 'back up all of them at once');
  return backupLogs(options)[0]?.step;
}

/**
 * Adds a step to the backup at `target` for each log of which something is new, and answers with them: the data folder's own log in `target` itself, each
 * tenant's in `tenants/NAME` below. All of them are as they were at one moment; each step is written whole or not at all.
 * Throws `log.*` for a data folder that cannot be read, `backup.malformed`, and `backup.conflict` where the data folder is not what the backup was made of:
 * another log, or one that was set back; or where another backup is being made into the same folder. `config.invalid` for a target within the data folder,
 * `io.failed` where it cannot be written.
 */
export function backupLogs({ path, target, now, onProgress }: BackupOptions): readonly BackedUpLog[] {
  requireOutside(path, target);
  const lock = lockFolder(target);
  try {
    return backupAlone({ path, target, now, ...(onProgress === undefined ? {} : { onProgress }) });
  } catch (cause) {
    if (isFault(cause)) throw cause;
    throw new Fault('io.failed', `cannot write the backup at \`${target}\``, { folder: target }, { cause });
  } finally {
    lock.release();
  }
}

/** INVARIANT: no backup lies in what it is a backup of: it would be lost with it, and `log/` is served to everybody. */
function requireOutside(path: string, target: string): void {
  const folder = realPath(path);
  if (!`${realPath(target)}${sep}`.startsWith(`${folder}${sep}`)) return;
  throw new Fault('config.invalid', `the backup folder \`${target}\` lies in the data folder \`${path}\``, {
    hint: 'back up into a folder elsewhere, on another disk at best',
  });
}

/** `path` without symbolic links, as far as it is there. */
function realPath(path: string): string {
  const missing: string[] = [];
  let existing = resolve(path);
  for (; !existsSync(existing) && dirname(existing) !== existing; existing = dirname(existing))
    missing.unshift(existing.slice(dirname(existing).length));
  return join(realpathSync(existing), ...missing);
}

function backupAlone({ path, target, now, onProgress }: BackupOptions): readonly BackedUpLog[] {
  const source = openDatabaseForReading(path);
  try {
    // One snapshot of all logs: processes append meanwhile.
    source.exec('BEGIN');
    const names = [undefined, ...listTenants(source).map(({ name }) => name)];
    const logs = names.flatMap((name) => {
      const side = copySide(source, name);
      const head = side.log.prepare('SELECT origin, size FROM head').get();
      if (head === undefined) return [];
      return [{ name, side, origin: String(head['origin']), to: Number(head['size']) }];
    });
    if (logs.length === 0) throw new Fault('log.missing', `the log at \`${path}\` has no entry yet`);
    return logs.flatMap(({ name, side, origin, to }) => {
      const folder = logFolder(target, name);
      createFolder(folder);
      const options = { target: folder, now, ...(onProgress === undefined ? {} : { onProgress }) };
      const step = addStep(side, { origin, to }, options);
      return step === undefined ? [] : [{ ...(name === undefined ? {} : { name }), step }];
    });
  } finally {
    source.close();
  }
}

/** A step of one log, unless nothing is new in it. */
function addStep(
  source: CopySide,
  { origin, to }: { readonly origin: string; readonly to: number },
  { target, now, onProgress }: Omit<BackupOptions, 'path'>,
): BackupStep | undefined {
  settleRenewal(target);
  const present = readBackup(target);
  const before = present ?? { origin, steps: [] };
  const from = requireSameLog(source.log, target, before, { origin, size: to });
  if (present === undefined) beginBackup(target, before);
  else removeLeft(target, present.steps);
  if (from === to) return undefined;
  const step: BackupStep = { from, to, time: now, checkpoint: checkpointAt(source.log, to) };
  const steps = [...before.steps, step];
  const manifest = printBackup({ origin, steps });
  requireReadable(target, manifest);
  let done = 0;
  writeDatabase(join(target, entriesFile(step)), (file) =>
    copyGrown(source, copySide(file), step, () => onProgress?.((done += 1), to - from)),
  );
  writeDatabase(join(target, stateFile(step)), (file) => copyState(source, copySide(file)));
  const erased = erasedIn(source.log, step);
  if (erased !== undefined) prepareRenewal(source, { target, steps: before.steps, to, erased });
  writeWhole(join(target, BACKUP_FILE), manifest);
  if (erased !== undefined) settleRenewal(target);
  for (const old of steps.slice(-KEPT_STATES - AT_ONCE, -KEPT_STATES))
    rmSync(join(target, stateFile(old)), { force: true });
  return step;
}

/** INVARIANT: the manifest stands before the first file does, so that what a killed run left is known from a backup whose manifest was lost. */
function beginBackup(target: string, manifest: BackupManifest): void {
  if (hasSteps(target))
    throw new Fault(
      'backup.conflict',
      `\`${target}\` holds steps of a backup, and not its \`${BACKUP_FILE}\``,
      {
        hint: 'bring that back, or back up into another folder',
      },
    );
  writeWhole(join(target, BACKUP_FILE), printBackup(manifest));
}

/** States that are kept: a restore can go back to so many steps. Entries are all kept. */
const KEPT_STATES = 1_000;
/** Of those before them, so many are looked for at a time: one goes with each step, and a run that was broken off leaves one more. */
const AT_ONCE = 16;

/** INVARIANT: a manifest that is written can be read: one of too many steps would lose them all. */
function requireReadable(target: string, manifest: string): void {
  try {
    parseBackup(manifest, join(target, BACKUP_FILE));
  } catch (cause) {
    throw new Fault(
      'backup.conflict',
      `the backup at \`${target}\` has as many steps as it can hold`,
      { hint: 'back up into another folder' },
      { cause },
    );
  }
}

/**
 * Where the new step begins. INVARIANT: what was backed up is a beginning of what there is now, as far as its last entry tells, which no other history holds;
 * a restore recomputes the root over all of them.
 */
function requireSameLog(
  source: LogDatabase,
  target: string,
  { origin: backedUp, steps }: BackupManifest,
  { origin, size }: { readonly origin: string; readonly size: number },
): number {
  const conflict = (problem: string): Fault =>
    new Fault('backup.conflict', `the backup is not of this log: ${problem}`, {
      hint: 'back up into another folder, and find out what happened to this one',
    });
  if (backedUp !== origin) throw conflict(`it holds \`${backedUp}\`, this is \`${origin}\``);
  const last = steps.at(-1);
  if (last === undefined) return 0;
  if (last.to > size) throw conflict(`it reaches to entry ${last.to}, and the log has ${size} entries`);
  const file = openForReading(join(target, entriesFile(last)));
  try {
    const [known, present] = [leafAt(file, last.to - 1), leafAt(source, last.to - 1)];
    if (known !== present) throw conflict(`entry ${last.to - 1} is another one than it was`);
  } finally {
    file.close();
  }
  return last.to;
}

function leafAt(database: LogDatabase, index: number): string | undefined {
  const leaf = database.prepare('SELECT leaf FROM entries WHERE idx = ?').get(index)?.['leaf'];
  return leaf instanceof Uint8Array ? toBase64(leaf) : undefined;
}

function checkpointAt(source: LogDatabase, size: number): string {
  const note = source.prepare('SELECT note FROM checkpoints WHERE size = ?').get(size)?.['note'];
  if (note === undefined) throw new Fault('log.corrupt', `the log has no checkpoint of its ${size} entries`);
  return String(note);
}
