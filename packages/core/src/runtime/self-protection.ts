/** Writ's own files are out of every governed action's reach: a built-in refusal that no policy lifts (architecture, section 8). */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isJsonObject, type JsonValue } from '../kernel/index.ts';

/** Characters of one string that are looked through for paths; what lies behind is data, not a path. */
const MAX_TEXT = 65_536;
/** Longest path looked at, in UTF-16 units. */
const MAX_PATH = 4096;
/** Longest name of one file, in UTF-16 units. */
const MAX_NAME = 255;
/** Most paths of one action that are followed through symbolic links. */
const MAX_FOLLOWED = 64;
/** What separates paths in a command line, a list or an assignment. */
const SEPARATORS = /[\s"'`=,;|&<>(){}[\]]+/;

/** What is protected, and from where relative paths may start. */
export interface ProtectedFiles {
  /** Absolute paths of folders and files: data, keys, configuration, policies. */
  readonly paths: readonly string[];
  /** Absolute folders that an action's relative paths may be relative to. */
  readonly bases: readonly string[];
}

/** Tells whether arguments reach for a protected file. */
export interface SelfProtection {
  /** The protected path that some string of `args` names, directly, relative to a base, percent-encoded or through a symbolic link. */
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
    bases.flatMap((base) => paths.map((path) => relative(base, path).split(sep)[0] ?? '')),
  );
  const inside = (path: string): string | undefined =>
    paths.find((guarded) => path === guarded || path.startsWith(guarded + sep));
  return {
    reachedBy(args) {
      if (paths.length === 0) return undefined;
      let budget = MAX_FOLLOWED;
      for (const text of strings(args)) {
        for (const { path, isWhole } of candidates(text)) {
          if (!isWhole && !path.includes('/') && !names.has(path)) continue;
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
function candidates(text: string): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const whole of decodings(text.slice(0, MAX_TEXT))) {
    for (const word of [whole, ...whole.split(SEPARATORS)]) {
      const path = word.replace(/^file:\/{2,3}/, '/').replaceAll('\\', '/');
      if (path === '' || path.length > MAX_PATH || path.includes('\0') || found.has(path)) continue;
      found.set(path, { path, isWhole: word === whole && word.length <= MAX_NAME && !word.includes('\n') });
    }
  }
  return [...found.values()];
}

function decodings(text: string): readonly string[] {
  const found = [text];
  for (let depth = 0; depth < 2; depth += 1) {
    const last = found[found.length - 1] ?? '';
    if (!last.includes('%')) break;
    try {
      found.push(decodeURIComponent(last));
    } catch {
      // Not percent-encoded after all: the text as it stands was looked at.
      break;
    }
  }
  return found;
}

/** `path` with the symbolic links of its existing part undone. Most paths in arguments do not exist: asking first costs a fifth of the fault. */
function followed(path: string): string {
  let existing = path;
  const rest: string[] = [];
  for (;;) {
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
