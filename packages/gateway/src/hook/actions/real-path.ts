/** Where a path leads, link by link. */
import { posix } from 'node:path';
import type { HookFiles } from './files.ts';

/** A path after its links. */
export interface RealPath {
  /** Absolute and normalised; names that do not exist yet stand as they were written. */
  readonly path: string;
  /** Whether a link led there. */
  readonly throughLink: boolean;
  /** What could not be resolved: `link-loop`, `unreadable`, `process-file`. */
  readonly unresolved: readonly string[];
}

/** As many as Linux follows. */
const MAX_LINKS = 40;
const MAX_NAMES = 4096;
/** What stands there is another for each process that looks. */
const OF_PROCESS = /^\/(?:proc\/(?:self|thread-self|\d+)|dev\/fd)(?:\/|$)/;

/**
 * Resolves `path`, absolute and perhaps with `..` in it, as the kernel would: names one after the other, `..` from where a link led. The last name is
 * followed too, a link to a file that does not exist included, because writing to it makes that file.
 */
export function realPath(path: string, files: HookFiles): RealPath {
  const left = names(path);
  let at = '/';
  let links = 0;
  let isAbsent = false;
  for (let step = 0; left.length > 0; step += 1) {
    if (step > MAX_NAMES) return { path: normal(path), throughLink: links > 0, unresolved: ['link-loop'] };
    const name = left.shift() ?? '';
    if (name === '.') continue;
    if (name === '..') {
      at = posix.dirname(at);
      isAbsent = false;
      continue;
    }
    const next = posix.join(at, name);
    if (OF_PROCESS.test(next))
      return {
        path: normal(posix.join(next, ...left)),
        throughLink: links > 0,
        unresolved: ['process-file'],
      };
    if (isAbsent) {
      at = next;
      continue;
    }
    const place = looked(next, files);
    if (place === undefined)
      return {
        path: normal(posix.join(next, ...left)),
        throughLink: links > 0,
        unresolved: ['unreadable'],
      };
    if (place.is === 'link') {
      links += 1;
      if (links > MAX_LINKS) return { path: normal(path), throughLink: true, unresolved: ['link-loop'] };
      left.unshift(...names(place.target));
      if (place.target.startsWith('/')) at = '/';
      continue;
    }
    isAbsent = place.is === 'absent';
    at = isAbsent ? next : files.spelled(next);
  }
  return { path: at, throughLink: links > 0, unresolved: [] };
}

function looked(path: string, files: HookFiles): ReturnType<HookFiles['look']> | undefined {
  try {
    return files.look(path);
  } catch {
    return undefined;
  }
}

function names(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

function normal(path: string): string {
  const made = posix.normalize(path);
  return made.length > 1 && made.endsWith('/') ? made.slice(0, -1) : made;
}

/** Whether `path` is `root` or lies in it. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}
