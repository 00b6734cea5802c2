/**
 * The caller's own input, output and errors for a command. Whoever has a descriptor can open what is behind it anew, by its name in `/proc`, as its user
 * may and past every mount. So a folder, which leads to everything, is nobody's, and a file that was opened to be read is handed on as a stream. A file
 * that output goes to is the command's, to read and to cut as well.
 */
import { createReadStream, fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { Fault } from '../../../kernel/index.ts';

/** How one of the three reaches the command. `ignore`: the caller has it closed. */
export type HandedOn = 'inherit' | 'pipe' | 'ignore';

const NAMES = ['input', 'output', 'errors'];
const INPUT = 0;

/** How the three reach it. Throws `sandbox.folder` where one of them is a folder. */
export function handedOn(): readonly HandedOn[] {
  return NAMES.map((name, descriptor) => {
    const stats = statsOf(descriptor);
    if (stats === undefined) return 'ignore';
    if (stats.isDirectory())
      throw new Fault('sandbox.folder', `a folder as ${name} of a command leads out of its sandbox`, {
        hint: 'name it with `--read`',
      });
    return descriptor === INPUT && (stats.isFile() || stats.isBlockDevice()) ? 'pipe' : 'inherit';
  });
}

/** Carries the caller's input to `input`, which may end before it read everything. */
export function carryInput(input: Writable): void {
  input.on('error', () => {});
  createReadStream('', { fd: INPUT, autoClose: false })
    .on('error', () => input.end())
    .pipe(input);
}

function statsOf(descriptor: number): ReturnType<typeof fstatSync> | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
