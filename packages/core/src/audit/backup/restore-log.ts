/** Makes a data folder's logs anew from a backup, at one of its steps, and verifies them before anybody may use them. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Fault, utf8 } from '../../kernel/index.ts';
import { type LogReport, parseCheckpoint, parseNote } from '../../proof/index.ts';
import {
  createFolder,
  DATABASE_FILE,
  logFolder,
  openDatabase,
  OWN_LOG,
  registerTenant,
  TENANTS_FOLDER,
} from '../store/index.ts';
import { verifyFolder, type VerifyFolderOptions } from '../verify/index.ts';
import {
  type BackupManifest,
  type BackupStep,
  entriesFile,
  readBackup,
  stateFile,
} from './backup-manifest.ts';
import { copyGrown, copySide, copyState } from './copy-rows.ts';
import { openForReading } from './open-file.ts';
import { lockFolder } from './lock-folder.ts';
import { hasRenewal, settleRenewal } from './renew-steps.ts';
import { clearRestored, markRestored } from './restored-mark.ts';

/** From where, to where, and up to when. */
export interface RestoreOptions extends Omit<VerifyFolderOptions, 'tenant'> {
  /** The backup folder. */
  readonly source: string;
  /** A data folder without a log; its keys may be there already. */
  readonly path: string;
  /** The newest step that ended at this instant or before, milliseconds since 1970; absent: the newest. */
  readonly until?: number;
}

/** What was restored. */
export interface RestoreReport {
  readonly step: BackupStep;
  readonly report: LogReport;
}

/** A log that was restored. */
export interface RestoredLog extends RestoreReport {
  /** The tenant whose log it is; absent for the data folder's own. */
  readonly name?: string;
}

/** The backup of one log, and where in it to stop. */
interface LogBackup {
  readonly name?: string;
  readonly source: string;
  readonly origin: string;
  readonly steps: BackupManifest['steps'];
  readonly step: BackupStep;
}

/** {@link restoreLogs} of a backup with one log. Throws likewise, and `config.invalid` where it holds tenants. */
export async function restoreLog(options: RestoreOptions): Promise<RestoreReport> {
  if (existsSync(join(options.source, TENANTS_FOLDER)))
    throw new Fault('config.invalid', `the backup at \`${options.source}\` holds logs of tenants`, {
      hint: 'restore all of them at once',
    });
  const [restored] = await restoreLogs(options);
  if (restored === undefined) throw missing(`no backup stands at \`${options.source}\``);
  return restored;
}

/**
 * Restores every log of the backup and verifies each, the data folder's own first; tenants without a step that early are left out, as they were not there.
 * Each is marked as restored: it signs nothing until {@link resumeLog}. `keys` are those of all logs, `dataKeys` those of the data folder's own. Throws
 * `backup.missing`, `backup.malformed`, `log.conflict` where a log stands at `path` already, and `log.corrupt` where what was restored does not verify; then
 * nothing is left at `path`.
 */
export async function restoreLogs(options: RestoreOptions): Promise<readonly RestoredLog[]> {
  const { source, path, until = Number.POSITIVE_INFINITY } = options;
  const backups = findBackups(source, until);
  requireFree(path);
  const draft = join(path, 'restoring');
  rmSync(draft, { recursive: true, force: true });
  try {
    createFolder(draft);
    fill(draft, backups);
    const restored: RestoredLog[] = [];
    for (const backup of backups) restored.push(await verifyRestored(draft, backup, options));
    for (const { name, step } of backups) {
      createFolder(logFolder(path, name));
      markRestored(logFolder(path, name), step.to);
    }
    renameSync(join(draft, DATABASE_FILE), join(path, DATABASE_FILE));
    return restored;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function verifyRestored(
  draft: string,
  { name, origin, step }: LogBackup,
  options: RestoreOptions,
): Promise<RestoredLog> {
  const { dataKeys, keys, ...asked } = options;
  const report = await verifyFolder(draft, {
    ...asked,
    // A log that another's key signed is not this one.
    keys: keys.filter((key) => key.name === origin || key.algorithm === 'cosignature/v1'),
    tenant: name ?? OWN_LOG,
    noted: [...(options.noted ?? []), utf8(step.checkpoint)],
    ...(dataKeys === undefined || name !== undefined ? {} : { dataKeys }),
  });
  if (report.ok) return { ...(name === undefined ? {} : { name }), step, report };
  const problems = report.problems.map(({ message }) => message);
  const whose = name === undefined ? '' : ` of tenant \`${name}\``;
  throw new Fault('log.corrupt', `the backup${whose} does not verify: ${problems[0] ?? 'it is not whole'}`, {
    problems,
  });
}

/** The backups that stand in the folder at `source`, each with its newest step by `until`. */
function findBackups(source: string, until: number): readonly LogBackup[] {
  const folder = join(source, TENANTS_FOLDER);
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  settleAll(source, [source, ...names.map((name) => logFolder(source, name))]);
  let isThere = false;
  const found = [undefined, ...names].flatMap((name): readonly LogBackup[] => {
    const place = logFolder(source, name);
    const manifest = readBackup(place);
    if (manifest === undefined) {
      if (name === undefined) return [];
      throw new Fault('backup.malformed', `\`${place}\` holds no backup`, { file: place });
    }
    isThere = true;
    const last = manifest.steps.findLastIndex(
      (one) => one.time <= until && existsSync(join(place, stateFile(one))),
    );
    const step = manifest.steps[last];
    if (step === undefined) return [];
    const { origin, steps } = manifest;
    const rest = { source: place, origin, steps: steps.slice(0, last + 1), step };
    return [name === undefined ? rest : { name, ...rest }];
  });
  if (!isThere) throw missing(`no backup stands at \`${source}\``);
  if (found.length === 0) throw missing(`the backup at \`${source}\` has no step that early`);
  return found;
}

/** Goes on with renewals that were broken off. INVARIANT: never with one that a backup is at right now: it would be undone, and what was erased would stay. */
function settleAll(source: string, places: readonly string[]): void {
  if (!places.some(hasRenewal)) return;
  const lock = lockFolder(source);
  try {
    for (const place of places) settleRenewal(place);
  } finally {
    lock.release();
  }
}

function requireFree(path: string): void {
  if (existsSync(join(path, DATABASE_FILE)))
    throw new Fault('log.conflict', `a log stands at \`${path}\` already`, {
      hint: 'restore into an empty data folder',
    });
  const journal = join(path, `${DATABASE_FILE}-wal`);
  if (existsSync(journal))
    throw new Fault(
      'log.conflict',
      `\`${journal}\` is left of a log that stood there: it would be read into the one restored`,
      {
        hint: 'keep it elsewhere, or restore into an empty data folder',
      },
    );
}

/** Writes the database at `path`. */
function fill(path: string, backups: readonly LogBackup[]): void {
  const database = openDatabase(path, 'commit');
  try {
    for (const { name, origin } of backups)
      if (name !== undefined) registerTenant(database, { name, origin });
    database.exec('BEGIN');
    for (const { name, source, steps, step: last } of backups) {
      const log = copySide(database, name);
      for (const step of steps)
        readFile(join(source, entriesFile(step)), (file) => copyGrown(copySide(file), log, step));
      readFile(join(source, stateFile(last)), (file) => copyState(copySide(file), log));
    }
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** Reads a file of the backup. Whatever goes wrong with it is the backup's fault. */
function readFile(file: string, use: (database: DatabaseSync) => void): void {
  const database = openForReading(file);
  try {
    use(database);
  } catch (cause) {
    throw new Fault('backup.malformed', `\`${file}\` of the backup is not whole`, { file }, { cause });
  } finally {
    database.close();
  }
}

function missing(message: string): Fault {
  return new Fault('backup.missing', message);
}

/**
 * Lets a restored log sign again. `checkpoint` is the newest anybody has of it: signed by a key of `options`, of exactly as many entries as were restored, with
 * their root. Throws `log.corrupt` where the folder does not verify against it, and `log.restored` where it is of more entries: those are lost here, and the
 * log may only be read.
 *
 * Does not protect against an operator who has a newer checkpoint and brings an older one; a witness does.
 */
export async function resumeLog(
  path: string,
  checkpoint: Uint8Array,
  options: VerifyFolderOptions,
): Promise<LogReport> {
  const report = await verifyFolder(path, { ...options, noted: [...(options.noted ?? []), checkpoint] });
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  const restored = report.size ?? 0;
  if (size > restored)
    throw new Fault(
      'log.restored',
      `the log signed ${size} entries, and only ${restored} of them were restored: it can be read, and a new one must take its place`,
    );
  if (!report.ok) {
    const problems = report.problems.map(({ message }) => message);
    throw new Fault('log.corrupt', `the log does not verify: ${problems[0] ?? ''}`, { problems });
  }
  if (size < restored)
    throw new Fault(
      'log.restored',
      `the checkpoint is of ${size} entries, and ${restored} were restored: bring the newest one`,
    );
  clearRestored(logFolder(path, options.tenant === OWN_LOG ? undefined : options.tenant));
  return report;
}
