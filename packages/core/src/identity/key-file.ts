/** Files that hold private keys: readable by their owner alone, and refused when anybody else can read them. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../kernel/index.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Permission bits with which group and others put something in a folder, or take it out. */
const OTHERS_WRITE = 0o022;
/** Permission bits of group and others. */
const OTHERS = 0o077;
/** Largest key file read, in bytes. */
const MAX_BYTES = 16_384;

/**
 * Writes `text` to a new file at `path`, mode 0600 from its first byte, in a folder made with mode 0700 where it is missing.
 * Throws `config.exists` where something stands there already, `key.permissions` where the folder is open to others, `io.failed`.
 */
export function writeKeyFile(path: string, text: string): void {
  const folder = dirname(path);
  attempt(`cannot make the folder \`${folder}\``, folder, () =>
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE }),
  );
  refuseOthers(folder, statSync(folder).mode, 'folder', FOLDER_MODE);
  // Written whole beside its place and then linked there: another process never reads half a key, and a link never replaces one.
  const draft = `${path}.${process.pid}.new`;
  try {
    rmSync(draft, { force: true });
    const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
    rmSync(draft, { force: true });
    syncFolder(folder);
  } catch (cause) {
    // Whoever was first has put its own file there, and may have removed the draft of this one.
    if (codeOf(cause) === 'EEXIST' || (codeOf(cause) === 'ENOENT' && existsSync(path))) {
      throw new Fault('config.exists', `a key file already stands at \`${path}\``, { file: path });
    }
    throw new Fault('io.failed', `cannot write the key file \`${path}\``, { file: path }, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Has what stands in `folder`, by name, on the disk: a log signed with a key that a power failure took away could not go on. */
export function syncFolder(folder: string): void {
  // Windows opens no folder, and keeps its names in a journal.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * The text of the key file at `path`, at most 16 KB. Throws `key.missing`, `key.permissions` where group or others may read or write it,
 * `key.malformed` where it is too large, `io.failed`.
 *
 * Does not protect against a process of the same user, who can read whatever its owner can.
 */
export function readKeyFile(path: string): string {
  let file: number;
  try {
    // A pipe that stands in the file's place would be waited for without end.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') {
      throw new Fault('key.missing', `no key file stands at \`${path}\``, { file: path });
    }
    throw new Fault('io.failed', `cannot read the key file \`${path}\``, { file: path }, { cause });
  }
  try {
    // Looked at through the open descriptor, so that what is checked is what is read.
    const found = fstatSync(file);
    if (!found.isFile())
      throw new Fault('key.malformed', `\`${path}\` is not a file, as a key is`, { file: path });
    const { mode, size } = found;
    refuseOthers(path, mode, 'key file', FILE_MODE);
    if (size > MAX_BYTES) {
      throw new Fault(
        'key.malformed',
        `the file \`${path}\` has ${size} bytes, a key file at most ${MAX_BYTES}`,
        { file: path },
      );
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Throws `key.permissions` where others than its owner may put keys into `folder` or take them out; one that is not there holds none. */
export function requireOwnFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found !== undefined && (found.mode & OTHERS_WRITE) !== 0)
    refuseOthers(folder, found.mode, 'folder', FOLDER_MODE);
}

function refuseOthers(path: string, mode: number, what: string, expected: number): void {
  // Windows has no such bits; its access lists are the operator's.
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return;
  const found = (mode & 0o777).toString(8).padStart(3, '0');
  const wanted = expected.toString(8);
  throw new Fault(
    'key.permissions',
    `the ${what} \`${path}\` has mode ${found}, so others than its owner can reach it; expected ${wanted}`,
    {
      file: path,
      hint: `run \`chmod ${wanted} ${path}\`, and replace the keys if anybody else could have read them`,
    },
  );
}

function attempt(problem: string, file: string, act: () => unknown): void {
  try {
    act();
  } catch (cause) {
    throw new Fault('io.failed', problem, { file }, { cause });
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
