/** Policy files on disk: which they are, what they hold, and when that changes. */
import { createHash } from 'node:crypto';
import { type FSWatcher, lstatSync, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Fault, type PolicySource } from '@writ/core';

/** Ending of a file of Cedar. */
export const POLICY_FILE_ENDING = '.cedar';
/** Endings of packs. */
const PACK_ENDINGS = ['.yaml', '.yml'];
/** Largest policy file read, in bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Most policy files of one set. */
const MAX_FILES = 1_000;
/** Most folders below one of policies that are looked at. */
const MAX_FOLDERS = 1_000;
/** Quiet time after a change before the files are read, in milliseconds: editors write in several steps. */
const SETTLE_MS = 100;
/** Time between two looks, in milliseconds: a folder or a link that was replaced as a whole is seen by looking alone. */
const LOOK_MS = 2_000;

/** Policy files that were read, each named relative to a folder where it lies inside it. */
export interface PolicyFiles {
  readonly cedar: readonly PolicySource[];
  readonly packs: readonly PolicySource[];
  /** Both, in the order in which they were read. */
  readonly files: readonly PolicySource[];
}

/**
 * The policies at `paths`: files as they are, of folders their `*.cedar` files and packs (`*.yaml`, `*.yml`) in the order of names. Throws
 * `policy.not-found` for what is not there, `policy.unreadable`, `policy.empty` where nothing is named, `policy.syntax` for a folder whose own
 * folders hold policies that nobody named: what stands there would not be in force.
 */
export function readPolicyFiles(paths: readonly string[], base: string): PolicyFiles {
  const named = new Set(paths.map((path) => resolve(path)));
  const found = [...new Set(paths.flatMap((path) => listFiles(path, named)))];
  if (found.length === 0) {
    const hint = `write a policy into a file ending in ${POLICY_FILE_ENDING}, or a pack into one ending in ${PACK_ENDINGS[0]}`;
    throw new Fault('policy.empty', `no policy file stands at \`${paths.join('`, `')}\``, { hint });
  }
  if (found.length > MAX_FILES) {
    throw new Fault('policy.empty', `${found.length} policy files are named, at most ${MAX_FILES} are read`);
  }
  const files = found.map((file) => ({ name: nameOf(file, base), text: readText(file) }));
  const packs = files.filter(({ name }) => isPack(name));
  return { cedar: files.filter((file) => !packs.includes(file)), packs, files };
}

/** Whether a file of this name is a pack. */
export function isPack(name: string): boolean {
  return PACK_ENDINGS.some((ending) => name.endsWith(ending));
}

/** Whether a file of this name would be read as policies in some folder. */
export function isPolicyFile(name: string): boolean {
  return name.endsWith(POLICY_FILE_ENDING) || isPack(name);
}

/** SHA-256 over names and texts, to tell whether anything changed. */
export function hashSources(sources: readonly PolicySource[]): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(sources.map(({ name, text }) => [name, text])));
  return hash.digest('hex');
}

/**
 * Calls `onLook` shortly after something changed at `paths`, and every {@link LOOK_MS} whatever happened: the system tells of changes in a folder,
 * not of a folder that another took the place of. The answer ends it.
 */
export function watchPolicyFiles(paths: readonly string[], onLook: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onLook, SETTLE_MS);
    timer.unref();
  };
  const looking = setInterval(onLook, LOOK_MS);
  looking.unref();
  const watchers: FSWatcher[] = [];
  for (const path of paths) {
    try {
      // A file is watched through its folder, because editors replace files instead of writing into them.
      const isFolder = isDirectory(path);
      const folder = isFolder ? path : dirname(path);
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (isFolder || name === null || name === basename(path)) changed();
      });
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // What cannot be watched (a network folder, too many watches) is looked at.
    }
  }
  return () => {
    clearTimeout(timer);
    clearInterval(looking);
    for (const watcher of watchers) watcher.close();
  };
}

function listFiles(path: string, named: ReadonlySet<string>): readonly string[] {
  if (!isDirectory(path)) return [path];
  const names = readFolder(path);
  const stray = strayFolder(path, named);
  if (stray !== undefined) {
    const message = `\`${stray}\` holds policies, and only those directly in \`${path}\` would be in force`;
    const hint = 'name that folder too, move its files, or make a policy set of it with a `policy-set.yaml`';
    throw new Fault('policy.syntax', message, { file: stray, hint });
  }
  requireExactEndings(path, names);
  return names
    .filter(isPolicyFile)
    .sort()
    .map((name) => join(path, name));
}

/** The first folder below `path`, however deep, that nobody named and that holds policies. Folders of packages, and what is hidden deeper, are no policies. */
function strayFolder(path: string, named: ReadonlySet<string>): string | undefined {
  const waiting = [path];
  let looked = 0;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const isTop = folder === path;
    for (const name of readFolder(folder)) {
      const below = join(folder, name);
      if (!isFolder(below) || named.has(resolve(below))) continue;
      if (name === 'node_modules' || (!isTop && name.startsWith('.'))) continue;
      if (readFolder(below).some(looksLikePolicy)) return below;
      looked += 1;
      if (looked > MAX_FOLDERS)
        throw new Fault('policy.unreadable', `more than ${MAX_FOLDERS} folders lie below \`${path}\``, {
          file: path,
          hint: 'give policies a folder of their own',
        });
      // A link may lead back up.
      if (!isLink(below)) waiting.push(below);
    }
  }
  return undefined;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** INVARIANT: no file is passed over because its ending is written otherwise; some file systems do not even tell the two apart. */
function requireExactEndings(path: string, names: readonly string[]): void {
  const odd = names.find((name) => looksLikePolicy(name) && !isPolicyFile(name));
  if (odd === undefined) return;
  const hint = `write its ending in small letters: \`${odd.toLowerCase()}\``;
  throw new Fault('policy.syntax', `\`${join(path, odd)}\` would not be in force`, {
    file: join(path, odd),
    hint,
  });
}

function looksLikePolicy(name: string): boolean {
  return isPolicyFile(name.toLowerCase());
}

/** Names in a folder. Throws `policy.not-found`, `policy.unreadable`. */
export function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    throw notThere(path, cause);
  }
}

/** Whether `path` is a folder; what cannot be looked at is none. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw notThere(path, cause);
  }
}

/** The text of a policy file. Throws `policy.not-found`, `policy.unreadable`, `policy.syntax`. */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw notThere(path, cause);
  }
  if (bytes.length > MAX_FILE_BYTES) {
    throw new Fault(
      'policy.syntax',
      `\`${path}\` has ${bytes.length} bytes, a policy file at most ${MAX_FILE_BYTES}`,
      { file: path },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Fault('policy.syntax', `\`${path}\` is not UTF-8 text`, { file: path }, { cause });
  }
}

function notThere(path: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Fault('policy.not-found', `no policy stands at \`${path}\``, { file: path });
  }
  return new Fault('policy.unreadable', `cannot read \`${path}\``, { file: path }, { cause });
}

/** What messages call a file: its path from `base` where it lies inside it. */
export function nameOf(file: string, base: string): string {
  const name = relative(base, file);
  return name.startsWith('..') || isAbsolute(name) ? file : name;
}
