/** Writ's own files are out of every governed action's reach: a built-in refusal that no policy lifts (architecture, section 8). */
import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isJsonObject, type JsonValue } from '../kernel/index.ts';

/** Characters of one string whose every word may be a path; in a longer one, only words that name a protected file are looked at. */
const MAX_TEXT = 65_536;
/** Longest path looked at, in UTF-16 units. */
const MAX_PATH = 4096;
/** Longest name of one file, in UTF-16 units. */
const MAX_NAME = 255;
/** Most paths of one action that are followed through symbolic links. */
const MAX_FOLLOWED = 64;
/** Symbolic links followed one after another (Linux: 40). */
const MAX_LINKS = 40;
/** What separates paths in a command line, a list or an assignment. */
const SEPARATOR = /[\s"'`=,;|&<>(){}[\]]/;

/** What is protected, and from where relative paths may start. */
export interface ProtectedFiles {
  /** Absolute paths of folders and files: data, keys, configuration, policies. */
  readonly paths: readonly string[];
  /** Absolute folders that an action's relative paths may be relative to. */
  readonly bases: readonly string[];
}

/** Tells whether arguments reach for a protected file. */
export interface SelfProtection {
  /**
   * The protected path that some string of `args` names, directly, relative to a base, percent-encoded, in other letters or, near its start,
   * through a symbolic link.
   */
  reachedBy(args: JsonValue): string | undefined;
}

/**
 * Protection of `files`.
 *
 * It sees names, not effects: a server that computes a path from something else, or acts on a whole folder above, is not seen.
 * Isolation (another operating-system user) is what stops those.
 */
export function createSelfProtection(files: ProtectedFiles): SelfProtection {
  const paths = [...new Set(files.paths.flatMap((path) => [resolve(path), followed(resolve(path))]))];
  const bases = [...new Set(files.bases.map((base) => resolve(base)))];
  /** What a relative path without a slash must start from to name something protected. */
  const names = new Set(
    bases.flatMap((base) => paths.map((path) => folded(relative(base, path).split(sep)[0] ?? ''))),
  );
  const guarded = paths.map((path) => ({ path, name: folded(path) }));
  const markers = [...new Set(paths.map((path) => folded(basename(path))))];
  const inside = (path: string): string | undefined => {
    const name = folded(path);
    return guarded.find((one) => name === one.name || name.startsWith(one.name + sep))?.path;
  };
  return {
    reachedBy(args) {
      if (paths.length === 0) return undefined;
      let budget = MAX_FOLLOWED;
      for (const text of strings(args)) {
        for (const { path, isWhole } of candidates(text, markers)) {
          if (!isWhole && !path.includes('/') && !names.has(folded(path))) continue;
          for (const base of isAbsolute(path) ? ['/'] : bases) {
            const absolute = resolve(base, path);
            const direct = inside(absolute);
            if (direct !== undefined) return direct;
            if (budget <= 0) continue;
            budget -= 1;
            const reached = inside(followed(absolute));
            if (reached !== undefined) return reached;
          }
        }
      }
      return undefined;
    },
  };
}

interface Candidate {
  readonly path: string;
  /** Whether it is the whole string, short and in one line: then it is followed even without a slash. */
  readonly isWhole: boolean;
}

/** The whole string as one path, and each word of it; percent-encodings undone twice, `file:` removed. */
function candidates(text: string, markers: readonly string[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const whole of decodings(text)) {
    const head = whole.slice(0, MAX_TEXT);
    const words = whole.length > MAX_TEXT ? wordsWith(folded(whole), markers) : [];
    for (const word of [head, ...head.split(SEPARATOR), ...words]) {
      const path = word.replace(/^file:\/{2,3}/, '/').replaceAll('\\', '/');
      if (path === '' || path.length > MAX_PATH || path.includes('\0') || found.has(path)) continue;
      found.set(path, { path, isWhole: word === head && word.length <= MAX_NAME && !word.includes('\n') });
    }
  }
  return [...found.values()];
}

/** The words of `text` that hold a marker, wherever they stand; each once for each marker, so the time stays linear. */
function* wordsWith(text: string, markers: readonly string[]): Generator<string> {
  for (const marker of markers) {
    for (let at = text.indexOf(marker); at >= 0; ) {
      let start = at;
      while (start > 0 && at - start < MAX_PATH && !SEPARATOR.test(text.charAt(start - 1))) start -= 1;
      let end = at + marker.length;
      while (end < text.length && end - at < MAX_PATH && !SEPARATOR.test(text.charAt(end))) end += 1;
      yield text.slice(start, end);
      at = text.indexOf(marker, end);
    }
  }
}

function decodings(text: string): readonly string[] {
  const found = [text];
  for (let depth = 0; depth < 2; depth += 1) {
    const last = found[found.length - 1] ?? '';
    const decoded = last.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, decodedRun);
    if (decoded === last) break;
    found.push(decoded);
  }
  return found;
}

function decodedRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    // Bytes that are no text: what stands around them is still looked at.
    return run;
  }
}

/** One form for spellings that some file systems take for one name; that others tell them apart only makes the refusal wider. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** `path` with the symbolic links of its existing part undone. Most paths in arguments do not exist: asking first costs a fifth of the fault. */
function followed(path: string): string {
  let existing = path;
  let links = 0;
  const rest: string[] = [];
  for (;;) {
    const target = linkTarget(existing);
    if (target !== undefined && links < MAX_LINKS) {
      // Undone by hand, because a link to a file that does not exist yet leads there all the same.
      links += 1;
      existing = target;
      continue;
    }
    try {
      if (statSync(existing, { throwIfNoEntry: false }) !== undefined)
        return join(realpathSync.native(existing), ...rest);
    } catch {
      // Not to be seen from here, or a circle of links: its folder is looked at instead.
    }
    const parent = dirname(existing);
    if (parent === existing) return path;
    rest.unshift(basename(existing));
    existing = parent;
  }
}

/** Where the symbolic link at `path` leads, or `undefined` where none stands there. */
function linkTarget(path: string): string | undefined {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    return entry?.isSymbolicLink() === true ? resolve(dirname(path), readlinkSync(path)) : undefined;
  } catch {
    return undefined;
  }
}

function* strings(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) yield* strings(item);
  else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      yield key;
      yield* strings(member);
    }
  }
}
