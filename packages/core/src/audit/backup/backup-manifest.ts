/** What stands in a backup folder: steps, each a file of new entries and a file of the state at its end. */
import { join } from 'node:path';
import { z } from 'zod';
import { Fault, fromUtf8, parseStrictJson } from '../../kernel/index.ts';
import { readRegularFile } from '../store/index.ts';

/** Name of the manifest in a backup folder. */
export const BACKUP_FILE = 'backup.json';

/** One run of `backupLog`. */
export interface BackupStep {
  /** Entries `from` up to `to`, without `to` itself. */
  readonly from: number;
  readonly to: number;
  /** When, milliseconds since 1970. */
  readonly time: number;
  /** The signed checkpoint at `to`, a note as text. */
  readonly checkpoint: string;
}

/** A backup folder. INVARIANT: the steps follow each other from 0 without gaps. */
export interface BackupManifest {
  readonly origin: string;
  readonly steps: readonly BackupStep[];
}

/** Longest manifest that is read: what one text can hold. */
const MAX_MANIFEST_BYTES = 2 ** 28;
const TYPE = 'writ/backup/v1';
const size = z.int().min(0);
const MANIFEST = z.strictObject({
  type: z.literal(TYPE),
  origin: z.string().min(1).max(255),
  steps: z
    .array(z.strictObject({ from: size, to: size, time: size, checkpoint: z.string().max(65_536) }))
    .max(100_000),
});

/** File of the entries of a step. */
export function entriesFile({ from, to }: Pick<BackupStep, 'from' | 'to'>): string {
  return `entries-${from}-${to}.db`;
}

/** File of the state at the end of a step. */
export function stateFile({ to }: Pick<BackupStep, 'to'>): string {
  return `state-${to}.db`;
}

/** The text of a manifest. */
export function printBackup({ origin, steps }: BackupManifest): string {
  return `${JSON.stringify({ type: TYPE, origin, steps }, null, 2)}\n`;
}

/** The manifest of the backup at `folder`; `undefined` where none stands there. Throws `backup.malformed`. */
export function readBackup(folder: string): BackupManifest | undefined {
  const file = join(folder, BACKUP_FILE);
  let text: string;
  try {
    const bytes = readRegularFile(file, MAX_MANIFEST_BYTES);
    if (bytes === undefined) return undefined;
    text = fromUtf8(bytes);
  } catch (cause) {
    throw new Fault('backup.malformed', `cannot read \`${file}\``, { file }, { cause });
  }
  return parseBackup(text, file);
}

/** The manifest in `text`, which stands in `file`. Throws `backup.malformed`. */
export function parseBackup(text: string, file: string): BackupManifest {
  const parsed = MANIFEST.safeParse(parsedJson(text, file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it has another form'}`);
  }
  const { origin, steps } = parsed.data;
  let at = 0;
  for (const { from, to } of steps) {
    if (from !== at || to <= from) throw malformed(file, `entries ${at} to ${from} are missing`);
    at = to;
  }
  return { origin, steps };
}

function parsedJson(text: string, file: string): unknown {
  try {
    return parseStrictJson(text, { maxLength: 64 * 1024 * 1024, maxDepth: 8 });
  } catch {
    throw malformed(file, 'it is not JSON');
  }
}

function malformed(file: string, problem: string): Fault {
  return new Fault('backup.malformed', `\`${file}\` is not the manifest of a backup: ${problem}`, { file });
}
