/** Files that are there whole or not at all, also after a power loss. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeFault, Fault } from '../../kernel/index.ts';
import { createFolder } from '../store/index.ts';

/** Folders whose names must reach the disk before what refers to them. */
export type TouchedFolders = Set<string>;

let temporaryFiles = 0;

/** Times that a file is tried whose folder another process removes meanwhile: the full file is there by then, and nobody needs the folder any longer. */
const MAX_ATTEMPTS = 10;

/** Writes `bytes` to `path` within `root` under a temporary name, syncs and renames it. Writing the same bytes again is harmless. Throws `log.unavailable`. */
export async function writeImmutable(
  root: string,
  path: string,
  bytes: Uint8Array,
  touched: TouchedFolders,
): Promise<void> {
  const target = join(root, path);
  for (let attempt = 1; ; attempt += 1) {
    const temporary = temporaryName(target);
    try {
      makeFolder(root, dirname(target), touched);
      await writeWhole(temporary, bytes);
      await rename(temporary, target);
      break;
    } catch (cause) {
      await rm(temporary, { force: true });
      if (isDropped(dirname(target), cause) && attempt < MAX_ATTEMPTS) continue;
      throw new Fault(
        'log.unavailable',
        `\`${path}\` could not be published: ${describeFault(cause)}`,
        { file: target },
        { cause },
      );
    }
  }
  touched.add(dirname(target));
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes a folder of partial files with all that is in it. What another process writes there meanwhile may stay: nobody reads it beside the full file. */
export async function dropFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (cause) {
    if (codeOf(cause) !== 'ENOTEMPTY') throw cause;
  }
}

/** Whether `folder`, one of partial files, is gone because another process has published the full one. */
function isDropped(folder: string, cause: unknown): boolean {
  return folder.endsWith('.p') && codeOf(cause) === 'ENOENT';
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

/** Bytes of the file at `path`; `undefined` where no file is. */
export async function lengthOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    // What cannot even be asked for is not there for a reader either.
    return undefined;
  }
}

/** Makes the names in `folders` durable. Those of partial files may be gone by then, with their names. */
export async function syncFolders(folders: TouchedFolders): Promise<void> {
  for (const folder of folders) {
    try {
      await syncFolder(folder);
    } catch (cause) {
      if (!isDropped(folder, cause)) throw cause;
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Bytes on the disk under a temporary name. */
export interface PreparedFile {
  /** Gives them their name, at once and without yielding; what had it is replaced. The name is durable once the folder is synced. */
  place(): void;
  /** Removes them. */
  discard(): Promise<void>;
}

/** Writes `bytes` beside `path` within `root` and syncs them. */
export async function prepareFile(root: string, path: string, bytes: Uint8Array): Promise<PreparedFile> {
  const target = join(root, path);
  const temporary = temporaryName(target);
  const discard = (): Promise<void> => rm(temporary, { force: true });
  try {
    await writeWhole(temporary, bytes);
  } catch (cause) {
    await discard();
    throw cause;
  }
  return { place: () => renameSync(temporary, target), discard };
}

/** Replaces `path` within `root` at once, without yielding. */
export function replaceFile(root: string, path: string, bytes: Uint8Array): void {
  const target = join(root, path);
  const temporary = temporaryName(target);
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, target);
  const folder = openSync(root, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Makes `folder` and those above it up to `root`, and remembers each whose entries changed. */
export function makeFolder(root: string, folder: string, touched: TouchedFolders): void {
  const first = createFolder(folder);
  if (first === undefined) return;
  for (let at = folder; at.length >= first.length && at.length > root.length; at = dirname(at))
    touched.add(dirname(at));
  touched.add(dirname(first));
}

/** Unique among processes and threads; left behind only by a crash, and never served. */
function temporaryName(target: string): string {
  temporaryFiles += 1;
  return `${target}.${process.pid}.${temporaryFiles}.tmp`;
}
