/** How far retention is, so that no run looks at the whole log, and what a run was about to destroy when it ended. */
import { isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '../../../kernel/index.ts';
import type { IndexRange } from '../../../model/index.ts';

/** How far one group is. */
export interface GroupProgress {
  /** Index up to which everything past its time was looked at. */
  readonly next: number;
  /** Where bodies were left that a hold keeps, or that could not be opened. May cover more than these. */
  readonly left: readonly IndexRange[];
  /** Whether some of these could not be opened; then they are tried again at each run. */
  readonly isUnreadable: boolean;
  /** What legal holds stood when `left` was written. */
  readonly holds: string;
}

/** Written before bodies are destroyed, and taken away once the `retention` entry tells of it. */
export interface UnfinishedBatch {
  readonly group: string;
  readonly before: number;
  readonly held: number;
  /** Index up to which the batch was looked for. */
  readonly until: number;
  readonly indexes: readonly IndexRange[];
  readonly archive?: { readonly name: string; readonly hash: string; readonly bodies: number };
}

/** What the log tells of pruned bundles, as far as it was looked at. */
export interface ToldPruning {
  /** Bundles of entries below are pruned; 0 for none. */
  readonly below: number;
  /** Index of the entry that tells of it; 0 where none does. */
  readonly entry: number;
  /** Everything below was looked at. */
  readonly next: number;
}

/** What is known of the runs so far. Nothing in it is personal. */
export interface RetentionProgress {
  readonly origin: string;
  /** How long the log was, and the SHA-256 of its last entry in hexadecimal: one that was restored from a backup is not believed to be what was looked at. */
  readonly log: { readonly size: number; readonly last: string };
  /** See `settingsHash`. */
  readonly settings: string;
  readonly groups: Readonly<Record<string, GroupProgress>>;
  readonly unfinished?: UnfinishedBatch;
  readonly told?: ToldPruning;
  /** When a run last came to its end, milliseconds since 1970; 0 for never. */
  readonly ranAt: number;
  /** When a run was last begun, milliseconds since 1970. */
  readonly triedAt: number;
  /** Why the last run did not come to its end. */
  readonly problem?: string;
}

/** Where progress is kept. Losing it costs looking at the log once more, and no more. */
export interface ProgressStore {
  /** Absent where there is none, or where it cannot be read. */
  read(): RetentionProgress | undefined;
  /** On the disk once it returns. */
  write(progress: RetentionProgress): void;
}

/** Most ranges that are kept for one group. */
export const MAX_LEFT_RANGES = 512;
const MAX_DEPTH = 16;
/** Names that a run gives: what is removed by its name lies among the archives. */
const ARCHIVE_NAME = /^[A-Za-z0-9-]{1,160}\.writ-archive$/;

/** The text of `progress`. */
export function printProgress(progress: RetentionProgress): string {
  return `${JSON.stringify({ version: 1, ...progress })}\n`;
}

/** The progress in `text`; absent where it is none: then a run begins anew. */
export function parseProgress(text: string): RetentionProgress | undefined {
  try {
    const value = parseStrictJson(text, { maxDepth: MAX_DEPTH });
    return isJsonObject(value) && isProgress(value) ? (value as unknown as RetentionProgress) : undefined;
  } catch {
    // A file that was cut short or written by something else says nothing.
    return undefined;
  }
}

function isProgress(value: JsonObject): boolean {
  const { version, origin, log, settings, groups, unfinished, told, ranAt, triedAt } = value;
  return (
    version === 1 &&
    typeof origin === 'string' &&
    isJsonObject(log) &&
    isIndex(log['size']) &&
    typeof log['last'] === 'string' &&
    typeof settings === 'string' &&
    isIndex(ranAt) &&
    isIndex(triedAt) &&
    isJsonObject(groups) &&
    Object.values(groups).every(isGroup) &&
    (unfinished === undefined || isUnfinished(unfinished)) &&
    (told === undefined || isTold(told))
  );
}

function isGroup(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { next, left, isUnreadable, holds } = value;
  return isIndex(next) && areRanges(left) && typeof isUnreadable === 'boolean' && typeof holds === 'string';
}

function isUnfinished(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { group, before, held, until, indexes, archive } = value;
  return (
    typeof group === 'string' &&
    isIndex(before) &&
    isIndex(held) &&
    isIndex(until) &&
    areRanges(indexes) &&
    (archive === undefined ||
      (isJsonObject(archive) &&
        typeof archive['name'] === 'string' &&
        ARCHIVE_NAME.test(archive['name']) &&
        typeof archive['hash'] === 'string' &&
        isIndex(archive['bodies'])))
  );
}

function isTold(value: JsonValue): boolean {
  return isJsonObject(value) && isIndex(value['below']) && isIndex(value['entry']) && isIndex(value['next']);
}

function areRanges(value: JsonValue | undefined): boolean {
  return (
    Array.isArray(value) &&
    value.every((range) => isJsonObject(range) && isIndex(range['from']) && isIndex(range['to']))
  );
}

function isIndex(value: JsonValue | undefined): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
