/** The file of a cursor: there whole or not at all, also after a power loss. */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describeFault, Fault } from '@writ/core';
import type { PassSendStep } from '../steps.ts';
import { type Cursor, damaged, parseCursor, printCursor } from './cursor.ts';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Largest file read, in bytes: a cursor has some hundred. */
const MAX_BYTES = 4_096;

/** Where a cursor is kept. */
export interface CursorStore {
  /** For messages. */
  readonly place: string;
  /** `undefined` where there is none yet. Throws `export.cursor` where what is there cannot be used. */
  load(): Cursor | undefined;
  /** Durable once it returns; what was there before stays where it throws, `io.failed`. */
  save(cursor: Cursor): void;
}

/** The cursor in `file`, made with its folder at the first saving. One process at a time saves; any may load. */
export function cursorFile(file: string, pass: PassSendStep = () => {}): CursorStore {
  return {
    place: file,
    load() {
      const text = textOf(file);
      return text === undefined ? undefined : parseCursor(text, file);
    },
    save(cursor) {
      try {
        replace(file, printCursor(cursor), pass);
      } catch (cause) {
        const problem = `cannot write the cursor \`${file}\`: ${describeFault(cause)}`;
        throw new Fault('io.failed', problem, { file }, { cause });
      }
    },
  };
}

function textOf(file: string): string | undefined {
  try {
    if (statSync(file).size > MAX_BYTES) throw damaged(file, `it has more than ${MAX_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new Fault('io.failed', `cannot read the cursor \`${file}\``, { file }, { cause });
  }
}

function replace(file: string, text: string, pass: PassSendStep): void {
  pass('cursor/before-write');
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
  // One name: what a killed process left is written over. Whoever saves holds the destination's lock.
  const draft = `${file}.new`;
  const handle = openSync(draft, 'a', FILE_MODE);
  try {
    ftruncateSync(handle);
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  pass('cursor/before-rename');
  renameSync(draft, file);
  pass('cursor/after-rename');
  syncFolder(dirname(file));
}

function syncFolder(folder: string): void {
  // Windows opens no folder, and keeps its names in a journal.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
