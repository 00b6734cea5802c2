/** Writ's own files are out of every governed action's reach: a built-in refusal that no policy lifts (architecture, section 8). */
import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
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

const ASCII = /^[\0-\x7f]*$/;
/** What a path of more than one part is written with. */
const SLASHES = ['/', '\\'];

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
  const areNamesPlain = [...names].every((name) => ASCII.test(name));
  /** Whether a word of `text` may fold to one of `names`; with names in ASCII it stands in the folded whole as it folds alone. */
  const mayNameBare = (text: string): boolean => {
    if (!areNamesPlain) return true;
    const whole = folded(text);
    for (const name of names) if (whole.includes(name)) return true;
    return false;
  };
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
      const links = createLinks();
      for (const text of strings(args)) {
        for (const { path, isWhole } of candidates(text, markers, mayNameBare)) {
          if (!isWhole && !path.includes('/') && !names.has(folded(path))) continue;
          for (const base of isAbsolute(path) ? ['/'] : bases) {
            const absolute = resolve(base, path);
            const direct = inside(absolute);
            if (direct !== undefined) return direct;
            if (budget <= 0) continue;
            budget -= 1;
            const reached = inside(links.follow(base, absolute));
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

/**
 * The whole string as one path, and each word of it that has a slash or may be a name by itself; percent-encodings undone twice, `file:` removed.
 */
function candidates(
  text: string,
  markers: readonly string[],
  mayNameBare: (text: string) => boolean,
): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const whole of decodings(text)) {
    const head = whole.slice(0, MAX_TEXT);
    const words = mayNameBare(head) ? head.split(SEPARATOR) : wordsWith(head, SLASHES);
    const further = whole.length > MAX_TEXT ? wordsWith(folded(whole), markers) : [];
    for (const word of new Set([head, ...words, ...further])) {
      const path = asPath(word);
      if (path === '' || path.length > MAX_PATH || path.includes('\0') || found.has(path)) continue;
      found.set(path, { path, isWhole: word === head && word.length <= MAX_NAME && !word.includes('\n') });
    }
  }
  return [...found.values()];
}

function asPath(word: string): string {
  const path = word.startsWith('file:') ? word.replace(/^file:\/{2,3}/, '/') : word;
  return path.includes('\\') ? path.replaceAll('\\', '/') : path;
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
  if (!text.includes('%')) return found;
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

/** Symbolic links as they stand during one look: nothing of it is kept for the next, which sees links made meanwhile. */
interface Links {
  /** `path`, which stands in `base` or is it, with the symbolic links of its existing part undone. */
  follow(base: string, path: string): string;
}

/**
 * Most paths in arguments do not exist, and mostly their first part below `base` does not already: then nothing below it does, and only `base` itself
 * can lead elsewhere.
 */
function createLinks(): Links {
  const real = new Map<string, string>();
  const isThere = new Map<string, boolean>();
  return {
    follow(base, path) {
      const prefix = base.endsWith(sep) ? base : base + sep;
      if (!path.startsWith(prefix)) return followed(path);
      const end = path.indexOf(sep, prefix.length);
      const first = end < 0 ? path : path.slice(0, end);
      let mayExist = isThere.get(first);
      if (mayExist === undefined) {
        mayExist = kindOf(first) !== 'none';
        isThere.set(first, mayExist);
      }
      if (mayExist) return followed(path);
      let start = real.get(base);
      if (start === undefined) {
        start = followed(base);
        real.set(base, start);
      }
      return join(start, path.slice(prefix.length));
    },
  };
}

/** `path` with the symbolic links of its existing part undone. */
function followed(path: string): string {
  let existing = path;
  let links = 0;
  const rest: string[] = [];
  for (;;) {
    const kind = kindOf(existing);
    const target = kind === 'link' && links < MAX_LINKS ? linkTarget(existing) : undefined;
    if (target !== undefined) {
      // Undone by hand, because a link to a file that does not exist yet leads there all the same.
      links += 1;
      existing = target;
      continue;
    }
    try {
      if (kind === 'link' || kind === 'other') return join(realpathSync.native(existing), ...rest);
    } catch {
      // Not to be seen from here, or a circle of links: its folder is looked at instead.
    }
    const parent = dirname(existing);
    if (parent === existing) return path;
    rest.unshift(basename(existing));
    existing = parent;
  }
}

/** What stands at `path` itself. Asked without a fault for what does not exist, which costs a fifth. */
function kindOf(path: string): 'none' | 'link' | 'other' | 'unseen' {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return 'none';
    return entry.isSymbolicLink() ? 'link' : 'other';
  } catch {
    return 'unseen';
  }
}

/** Where the symbolic link at `path` leads, or `undefined` where it went meanwhile. */
function linkTarget(path: string): string | undefined {
  try {
    return resolve(dirname(path), readlinkSync(path));
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
