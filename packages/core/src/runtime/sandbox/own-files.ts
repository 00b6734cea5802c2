/** Writ's own files beside what a sandbox is given: where nothing could keep them as they are, no sandbox is made. */
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../kernel/index.ts';
import { isWithin } from './folders.ts';
import type { ProtectedPath } from './types.ts';

/** Symbolic links followed one after another (Linux: 40). */
const MAX_LINKS = 40;

/** What a sandbox is given. Paths are real ones. */
export interface Given {
  readonly folder: string;
  readonly write: readonly string[];
  readonly read: readonly string[];
}

/**
 * Throws `sandbox.folder` where something given lies in one of `protect`; and where a folder that can be written to holds a link on the way to one of
 * them, or the place of one that is missing: a mask covers what is there, but not a link, which could be replaced, nor what could be made.
 */
export function requireKept({ folder, write, read }: Given, protect: readonly ProtectedPath[]): void {
  for (const one of [folder, ...write, ...read]) {
    const around = protect.find(({ path }) => existsSync(path) && isWithin(realpathSync(path), one));
    if (around !== undefined)
      throw refused(one, `lies in \`${around.path}\`, which is Writ’s own`, 'go to another folder');
  }
  for (const { path } of protect) {
    const weak = weakPlace(path, write);
    if (weak === undefined) continue;
    const { place, top, isLink } = weak;
    throw isLink
      ? refused(
          top,
          `holds the link \`${place}\`, by which Writ finds its own`,
          'name what it leads to instead',
        )
      : refused(top, `is where \`${place}\` is missing, which is Writ’s own`, 'make it first');
  }
}

/** The first name on the way to `path` that could be replaced or made by who writes to one of `write`. */
function weakPlace(
  path: string,
  write: readonly string[],
): { readonly place: string; readonly top: string; readonly isLink: boolean } | undefined {
  const left = names(path);
  let at = '/';
  let links = 0;
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const place = join(at, name);
    const stats = lstatSync(place, { throwIfNoEntry: false });
    const isLink = stats?.isSymbolicLink() === true;
    const top = stats === undefined || isLink ? write.find((one) => isWithin(one, at)) : undefined;
    if (top !== undefined) return { place, top, isLink };
    if (stats === undefined || links > MAX_LINKS) return undefined;
    if (isLink) {
      const target = readlinkSync(place);
      links += 1;
      left.unshift(...names(target));
      if (target.startsWith('/')) at = '/';
    } else at = place;
  }
  return undefined;
}

function names(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function refused(path: string, why: string, hint: string): Fault {
  return new Fault('sandbox.folder', `\`${path}\` cannot be given to a sandbox: it ${why}`, { path, hint });
}
