/** Takes out of the steps of a backup what was erased since they were made: what a later backup holds must not bring it back. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexRange } from '../../model/index.ts';
import { parseEntry } from '../entry/index.ts';
import type { LogDatabase } from '../store/index.ts';
import { type BackupStep, entriesFile, readBackup, stateFile } from './backup-manifest.ts';
import { copyGrown, type CopySide, copySide } from './copy-rows.ts';
import { openForReading } from './open-file.ts';
import { writeDatabase, writeWhole } from './write-file.ts';

/** Past so many stretches a step is copied anew as a whole: it is less work. */
const MANY_STRETCHES = 256;
/** Stands in the backup folder, with the size of the step that brings a renewal, from before that step counts until the renewal is through. */
const MARK = /^renewal-(\d{1,16})$/;

/** Files of steps, whole or half written. */
const STEP_FILE = /^(?:entries-\d+-\d+|state-\d+)\.db(?:\.renewed-\d+)?(?:\.new)?$/;

/** Steps of a case with which a person's names go out of the records. */
const FORGETTING_STEPS: readonly (string | undefined)[] = ['erased', 'nothing_held'];

/** What entries of a step say was erased: ranges, in the order in which it was; none where names went out of the state alone, and `undefined` where nothing was erased. */
export function erasedIn(
  source: LogDatabase,
  { from, to }: Pick<BackupStep, 'from' | 'to'>,
): readonly IndexRange[] | undefined {
  const rows = source.prepare(
    `SELECT bytes FROM entries WHERE idx >= ? AND idx < ?
     AND (instr(bytes, CAST('"kind":"erasure"' AS BLOB)) > 0 OR instr(bytes, CAST('"kind":"case"' AS BLOB)) > 0)`,
  );
  const ranges: IndexRange[] = [];
  let isAny = false;
  for (const row of rows.iterate(from, to)) {
    const entry = parseEntry(row['bytes'] as Uint8Array);
    if (entry.kind === 'erasure') ranges.push(...entry.erasure.destroyed, ...entry.erasure.resealed);
    isAny ||=
      entry.kind === 'erasure' || (entry.kind === 'case' && FORGETTING_STEPS.includes(entry.case.step));
  }
  return isAny ? ranges : undefined;
}

/** Which steps to renew. */
export interface Renewal {
  readonly target: string;
  /** Those that stand in the backup. */
  readonly steps: readonly BackupStep[];
  /** Where the new step ends. */
  readonly to: number;
  readonly erased: readonly IndexRange[];
}

/**
 * Writes the steps anew that hold bodies of `erased`, beside the ones that stand; they take their places with {@link settleRenewal}, once the manifest has the new step.
 * INVARIANT: broken off anywhere, either the backup is as it was, or the next look at it goes on.
 */
export function prepareRenewal(source: CopySide, { target, steps, to, erased }: Renewal): void {
  for (const step of steps) {
    const stretches = stretchesOf(step, erased);
    if (stretches.length === 0) continue;
    const old = openForReading(join(target, entriesFile(step)));
    try {
      writeDatabase(join(target, renewedFile(step, to)), (file) => {
        const side = copySide(file);
        if (stretches.length > MANY_STRETCHES) return copyGrown(source, side, step);
        let at = step.from;
        for (const stretch of stretches) {
          copyGrown(copySide(old), side, { from: at, to: stretch.from });
          copyGrown(source, side, stretch);
          at = stretch.to;
        }
        copyGrown(copySide(old), side, { from: at, to: step.to });
      });
    } finally {
      old.close();
    }
  }
  writeWhole(join(target, `renewal-${to}`), '');
}

/** Finishes a renewal that was begun, or takes it back where its step never came to count. States before it go: names of people stand in them. */
export function settleRenewal(target: string): void {
  if (!existsSync(target)) return;
  const names = readdirSync(target);
  for (const name of names) {
    const to = MARK.exec(name)?.[1];
    if (to === undefined) continue;
    const { steps } = readBackup(target) ?? { steps: [] };
    const isThrough = steps.some((step) => step.to === Number(to));
    for (const step of steps) {
      const renewed = join(target, renewedFile(step, Number(to)));
      if (isThrough && step.to < Number(to)) rmSync(join(target, stateFile(step)), { force: true });
      if (!existsSync(renewed)) continue;
      if (isThrough) renameSync(renewed, join(target, entriesFile(step)));
      else rmSync(renewed);
    }
    rmSync(join(target, name));
  }
}

/** Whether a renewal was begun that is not through. */
export function hasRenewal(target: string): boolean {
  return existsSync(target) && readdirSync(target).some((name) => MARK.test(name));
}

/** Whether files of steps stand in `target`, whole or half written. */
export function hasSteps(target: string): boolean {
  return readdirSync(target).some((name) => STEP_FILE.test(name));
}

/**
 * Removes what runs that were broken off left beside `steps`, those of the manifest: what is erased later would stay in it, since no renewal knows of it. INVARIANT of callers:
 * the folder is locked, and no renewal is under way.
 */
export function removeLeft(target: string, steps: readonly BackupStep[]): void {
  const standing = new Set(steps.flatMap((step) => [entriesFile(step), stateFile(step)]));
  for (const name of readdirSync(target))
    if (STEP_FILE.test(name) && !standing.has(name)) rmSync(join(target, name), { force: true });
}

function renewedFile(step: BackupStep, to: number): string {
  return `${entriesFile(step)}.renewed-${to}`;
}

/** What of `ranges` lies in a step: rising, none touching another. */
function stretchesOf({ from, to }: BackupStep, ranges: readonly IndexRange[]): readonly IndexRange[] {
  const inside = ranges
    .map((range) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }))
    .filter((range) => range.from < range.to)
    .sort((left, right) => left.from - right.from);
  const merged: IndexRange[] = [];
  for (const range of inside) {
    const last = merged.at(-1);
    if (last !== undefined && range.from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else merged.push(range);
  }
  return merged;
}
