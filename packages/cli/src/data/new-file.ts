/** Files and folders that a command writes for this user alone, and never over what is there. */
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '@writ/core';

/** Makes the file, mode 0600, and answers its descriptor. Throws `io.failed`. */
export function createNewFile(path: string): number {
  return made('file', path, () => openSync(path, 'wx', 0o600));
}

/** Writes `text` to a new file, mode 0600. Throws `io.failed`. */
export function writeNewFile(path: string, text: string): void {
  made('file', path, () => {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  });
}

/** Makes a new folder, mode 0700. Throws `io.failed`. */
export function makeNewFolder(path: string): void {
  made('folder', path, () => {
    mkdirSync(path, { mode: 0o700 });
  });
}

function made<T>(kind: 'file' | 'folder', path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new Fault('io.failed', `cannot make the ${kind} \`${path}\``, { hint: hintOf(path) }, { cause });
  }
}

function hintOf(path: string): string {
  if (existsSync(path)) return 'nothing is written over: name one that is not there';
  if (!existsSync(dirname(path))) return `make the folder \`${dirname(path)}\` first`;
  return 'name a place where you may write';
}
