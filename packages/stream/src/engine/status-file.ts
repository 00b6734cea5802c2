/** What a sender tells other processes of itself: a file beside its cursor, which nothing is decided by. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SenderState } from './sender.ts';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** A state and when it was one. */
export interface ToldState {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly processId: number;
  readonly state: SenderState;
}

/** Writes `told` to `file`. A full disk is no fault here: what is told is old then, and says when it was written. */
export function writeStatus(file: string, told: ToldState): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
    writeFileSync(`${file}.new`, JSON.stringify(told), { mode: FILE_MODE });
    renameSync(`${file}.new`, file);
  } catch {
    // The sender has its own troubles to tell, and this is how it tells them.
  }
}

/** What was told last; `undefined` where nothing was, or nothing that can be read. */
export function readStatus(file: string): ToldState | undefined {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<ToldState>;
    const { at, processId, state } = value;
    if (typeof at !== 'number' || typeof processId !== 'number' || typeof state?.phase !== 'string')
      return undefined;
    return { at, processId, state };
  } catch {
    return undefined;
  }
}
