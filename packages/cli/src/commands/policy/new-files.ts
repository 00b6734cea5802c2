/** Files that a command makes: never over what is there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '@writ/core';

/** Writes `text` to a file that is not there yet. Throws `cli.usage`. */
export function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    const message = `\`${path}\` cannot be written, or is there already`;
    throw new Fault('cli.usage', message, { file: path }, { cause });
  }
}

/** Makes a folder that is not there yet, with these files. Throws `cli.usage`. */
export function writeNewFolder(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(folder);
  } catch (cause) {
    const message = `the folder \`${folder}\` cannot be made, or is there already`;
    const hint = 'name a folder that is not there';
    throw new Fault('cli.usage', message, { file: folder, hint }, { cause });
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeNew(join(folder, name), text);
  }
}
