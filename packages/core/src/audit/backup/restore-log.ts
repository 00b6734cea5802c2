/** Makes a data folder's log anew from a backup, at one of its steps, and verifies it before anybody may use it. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Fault, utf8 } from '../../kernel/index.ts';
import { type LogReport, parseCheckpoint, parseNote } from '../../proof/index.ts';
import { DATABASE_FILE, openDatabase } from '../store/index.ts';
import { verifyFolder, type VerifyFolderOptions } from '../verify/index.ts';
import {
  type BackupManifest,
  type BackupStep,
  entriesFile,
  readBackup,
  stateFile,
} from './backup-manifest.ts';
import { copyGrown, copyState } from './copy-rows.ts';
import { openForReading } from './open-file.ts';
import { clearRestored, markRestored } from './restored-mark.ts';

/** From where, to where, and up to when. */
export interface RestoreOptions extends VerifyFolderOptions {
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

/**
 * Restores and verifies. The log is marked as restored: it signs nothing until {@link resumeLog}. Throws `backup.missing`, `backup.malformed`, `log.conflict`
 * where a log stands at `path` already, and `log.corrupt` where what was restored does not verify; then nothing is left at `path`.
 */
export async function restoreLog(options: RestoreOptions): Promise<RestoreReport> {
  const { source, path, until = Number.POSITIVE_INFINITY } = options;
  const manifest = readBackup(source);
  if (manifest === undefined) throw missing(`no backup stands at \`${source}\``);
  const last = manifest.steps.findLastIndex(
    (one) => one.time <= until && existsSync(join(source, stateFile(one))),
  );
  const step = manifest.steps[last];
  if (step === undefined) throw missing(`the backup at \`${source}\` has no step that early`);
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
  const draft = join(path, 'restoring');
  rmSync(draft, { recursive: true, force: true });
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    fill(draft, source, manifest.steps.slice(0, last + 1));
    const noted = [...(options.noted ?? []), utf8(step.checkpoint)];
    const report = await verifyFolder(draft, { ...options, noted });
    if (!report.ok) {
      const problems = report.problems.map(({ message }) => message);
      throw new Fault('log.corrupt', `the backup does not verify: ${problems[0] ?? 'it is not whole'}`, {
        problems,
      });
    }
    markRestored(path, step.to);
    renameSync(join(draft, DATABASE_FILE), join(path, DATABASE_FILE));
    return { step, report };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Writes the database at `path`. */
function fill(path: string, source: string, steps: BackupManifest['steps']): void {
  const database = openDatabase(path, 'commit');
  try {
    database.exec('BEGIN');
    for (const step of steps)
      readFile(join(source, entriesFile(step)), (file) => copyGrown(file, database, step));
    const last = steps.at(-1);
    if (last !== undefined) readFile(join(source, stateFile(last)), (file) => copyState(file, database));
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
  clearRestored(path);
  return report;
}
