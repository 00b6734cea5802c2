/** Archives in a folder. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../../kernel/index.ts';

/** Ending of an archive that is being written. */
const DRAFT_ENDING = '.tmp';

/** Where archives are put. */
export interface ArchiveTarget {
  /** Resolves once it is durable. Throws `io.failed`. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** What stands there; absent where nothing does. Throws `io.failed`. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Removes what a run left that ended before it destroyed anything. */
  remove(name: string): Promise<void>;
}

/** Archives in the folder at `path`, made where it is missing; files of mode 0600. */
export function folderArchive(path: string): ArchiveTarget {
  return {
    write: async (name, bytes) => attempt('write', join(path, name), (file) => writeWhole(file, bytes)),
    read: async (name) =>
      attempt('read', join(path, name), (file) => {
        try {
          return readFileSync(file);
        } catch (cause) {
          if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
          throw cause;
        }
      }),
    remove: async (name) => attempt('remove', join(path, name), removeWhole),
  };
}

/** Under its name whole or not at all, also after a power loss. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}${DRAFT_ENDING}`;
  try {
    rmSync(temporary, { force: true });
    // INVARIANT: a new file, and no link that somebody put in its way.
    const file = openSync(temporary, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
  // Windows opens no folder, and keeps its names in a journal.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** An archive, and the parts of it that a process which was killed while it wrote it has left. */
function removeWhole(path: string): void {
  const [folder, name] = [dirname(path), basename(path)];
  const left = existsSync(folder) ? readdirSync(folder) : [];
  for (const one of left)
    if (one === name || (one.startsWith(`${name}.`) && one.endsWith(DRAFT_ENDING)))
      rmSync(join(folder, one), { force: true });
}

function attempt<Result>(what: string, file: string, act: (file: string) => Result): Result {
  try {
    return act(file);
  } catch (cause) {
    throw new Fault('io.failed', `cannot ${what} the archive \`${file}\``, { file }, { cause });
  }
}
