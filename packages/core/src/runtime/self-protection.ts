/** Writ's own files are out of every governed action's reach: a built-in refusal that no policy lifts (architecture, section 8). */
import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isJsonObject, type JsonValue } from '../kernel/index.ts';
import { type FilesBelow, type SweepingAccess, sweeps } from './swept.ts';

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
/** Steps that are none (`//`, `.`), that lead up (`..`), and a slash at the end. */
const UNTIDY = /\/(?:\.{0,2})(?:\/|$)|^\.{1,2}(?:\/|$)/;
const ROOT = ['/'];
/** What a path of more than one part is written with. */
const SLASHES = ['/', '\\'];

/** What is protected, and from where relative paths may start. */
export interface ProtectedFiles {
  /** Absolute paths of folders and files: data, keys, configuration, policies. */
  readonly paths: readonly string[];
  /** Absolute folders that an action's relative paths may be relative to. */
  readonly bases: readonly string[];
}

/** One change to everything that an absolute path names. */
export interface Change {
  readonly path: string;
  readonly access: SweepingAccess;
}

/** Tells whether arguments reach for a protected file. */
export interface SelfProtection {
  /**
   * The protected path that some string of `args` names, directly, relative to a base, percent-encoded, in other letters or, near its start,
   * through a symbolic link.
   */
  reachedBy(args: JsonValue): string | undefined;
  /**
   * The protected path that goes along with one of `changes`, whose paths are absolute and may hold the wildcards of a shell: one that a pattern finds, or
   * one below a folder that is deleted.
   */
  sweptBy(changes: readonly Change[]): string | undefined;
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
  const guarded = paths.map((path) => ({ path, name: folded(path), within: folded(path) + sep }));
  const markers = [...new Set(paths.map((path) => folded(basename(path))))];
  const inside = (path: string): string | undefined => {
    const name = folded(path);
    for (const one of guarded) if (name === one.name || name.startsWith(one.within)) return one.path;
    return undefined;
  };
  const reachedByText = (text: string, look: Look): string | undefined => {
    for (const { path, isWhole } of candidates(text, markers, mayNameBare)) {
      if (!isWhole && !path.includes('/') && !names.has(folded(path))) continue;
      for (const base of isAbsolute(path) ? ROOT : bases) {
        const absolute = joined(base, path);
        const direct = inside(absolute);
        if (direct !== undefined) return direct;
        if (look.budget <= 0) continue;
        look.budget -= 1;
        const leadsTo = look.links.follow(base, absolute);
        const reached = leadsTo === absolute ? undefined : inside(leadsTo);
        if (reached !== undefined) return reached;
      }
    }
    return undefined;
  };
  return {
    reachedBy(args) {
      if (paths.length === 0) return undefined;
      const look: Look = { budget: MAX_FOLLOWED, links: createLinks() };
      return firstOf(args, (text) => reachedByText(text, look));
    },
    sweptBy(changes) {
      const seen: FilesBelow = new Map();
      return guarded.find((one) =>
        changes.some(
          ({ path, access }) =>
            sweeps(path, access, one.path, seen) || sweeps(folded(path), access, one.name, seen),
        ),
      )?.path;
    },
  };
}

/** One look at the arguments of one action. */
interface Look {
  /** Paths that may still be followed. */
  budget: number;
  readonly links: Links;
}

/** `resolve` of an absolute base and `path`, which is mostly tidy already. */
function joined(base: string, path: string): string {
  if (sep !== '/' || UNTIDY.test(path)) return resolve(base, path);
  if (path.startsWith('/')) return path;
  return base.endsWith('/') ? base + path : `${base}/${path}`;
}

interface Candidate {
  readonly path: string;
  /** Whether it is the whole string, short and in one line: then it is followed even without a slash. */
  readonly isWhole: boolean;
}

const NONE: readonly Candidate[] = [];

/**
 * The whole string as one path, and each word of it that has a slash or may be a name by itself; percent-encodings undone twice, `file:` removed.
 */
function candidates(
  text: string,
  markers: readonly string[],
  mayNameBare: (text: string) => boolean,
): readonly Candidate[] {
  if (!text.includes('/') && !text.includes('\\') && !text.includes('%') && text.length <= MAX_TEXT) {
    // No slash can come of it either: it is a name, or its words are.
    const isWhole = text.length <= MAX_NAME && !text.includes('\n');
    if (!mayNameBare(text))
      return isWhole && text !== '' && !text.includes('\0') ? [{ path: text, isWhole }] : NONE;
  }
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
  // As many bytes as units: all of it is ASCII, which normalising leaves as it is at ten times the cost.
  const isAscii = Buffer.byteLength(path, 'utf8') === path.length;
  return (isAscii ? path : path.normalize('NFC')).toLowerCase();
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
      return start === base ? path : join(start, path.slice(prefix.length));
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

/** The first answer of `ask` to a string of `value`, names of properties included. */
function firstOf(value: JsonValue, ask: (text: string) => string | undefined): string | undefined {
  if (typeof value === 'string') return ask(value);
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) {
      const found = firstOf(item, ask);
      if (found !== undefined) return found;
    }
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      const found = ask(key) ?? firstOf(value[key] as JsonValue, ask);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
