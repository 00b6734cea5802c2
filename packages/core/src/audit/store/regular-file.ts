/** Files that are files: opening a pipe or a device that somebody put in place of one would wait for ever. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Fault } from '../../kernel/index.ts';

/** Never waits for the other end of a pipe. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** Throws `log.unavailable` where `path` is there and is no regular file. */
export function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw notAFile(path);
}

/**
 * Makes an empty file for this user alone unless one is there. INVARIANT: a file that is there is not opened: closing it would let go of every
 * lock that SQLite holds on it in this process (sqlite.org/howtocorrupt.html, 2.2). Throws `log.unavailable`.
 */
export function makeFile(path: string): void {
  requireFile(path);
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
}

/** The bytes at `path`, or `undefined` where nothing is. Throws `log.unavailable` for what is no regular file or has more than `maximum` bytes. */
export function readRegularFile(path: string, maximum: number): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, READ);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
  try {
    requireReadable(path, fstatSync(file), maximum);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** {@link readRegularFile}, but read into `space`: the answer is a part of it, and is gone with the next. */
export function readRegularFileInto(space: Uint8Array, path: string): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, READ);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
  try {
    requireReadable(path, fstatSync(file), space.length);
    let length = 0;
    for (let read = -1; read !== 0; length += read) read = readSync(file, space, { offset: length });
    return space.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** {@link readRegularFile} without holding up the thread. */
export async function readRegularFileLater(path: string, maximum: number): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(path, READ);
    try {
      requireReadable(path, await handle.stat(), maximum);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function requireReadable(
  path: string,
  found: { isFile(): boolean; readonly size: number },
  maximum: number,
): void {
  if (!found.isFile()) throw notAFile(path);
  if (found.size <= maximum) return;
  throw new Fault('log.unavailable', `\`${path}\` has ${found.size} bytes, at most ${maximum} are read`, {
    file: path,
  });
}

function notAFile(path: string): Fault {
  return new Fault('log.unavailable', `\`${path}\` is not a file`, { file: path });
}

function isMissing(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
