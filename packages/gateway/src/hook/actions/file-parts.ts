/** Files as parts: named where their links lead. */
import { posix } from 'node:path';
import type { Part } from '@writ/core';
import { isInside, realPath } from './real-path.ts';
import { isInWorkspace, type Surroundings } from './surroundings.ts';

export type FileAccess = 'read' | 'write' | 'delete';

/** A file that is touched. */
export interface TouchedFile {
  readonly access: FileAccess;
  /** Absolute, or relative to where the call is made; `..` is read as the kernel does. `/?/…`: not known. */
  readonly path: string;
  readonly by: string;
  readonly unresolved: readonly string[];
}

const UNKNOWN = '/?/';

/** The part for `touched`. */
export function filePart({ access, path, by, unresolved }: TouchedFile, around: Surroundings): Part {
  if (path.startsWith(UNKNOWN)) return part(access, path, false, false, unresolved, by);
  const absolute = atHome(path, around);
  // A link is taken away itself, not what it leads to.
  const real = access === 'delete' ? ofFolder(absolute, around) : realPath(absolute, around.files);
  return part(
    access,
    real.path,
    isInWorkspace(real.path, around),
    real.throughLink,
    [
      ...unresolved,
      ...real.unresolved,
      ...(access === 'delete' ||
      (access === 'write' && (unresolved.includes('below') || around.workspaces.includes(real.path)))
        ? ofWhole(real.path, around)
        : []),
    ],
    by,
  );
}

/** Whether a workspace goes as a whole, or everything in it. */
function ofWhole(path: string, { workspaces }: Surroundings): readonly string[] {
  const folder = /^\.?\*+$/.test(posix.basename(path)) ? posix.dirname(path) : path;
  return workspaces.some((root) => isInside(root, folder)) ? ['whole-workspace'] : [];
}

function ofFolder(path: string, { files }: Surroundings): ReturnType<typeof realPath> {
  const base = posix.basename(path);
  if (base === '' || base === '.' || base === '..') return realPath(path, files);
  const folder = realPath(posix.dirname(path), files);
  const whole = posix.join(folder.path, base);
  return { ...folder, path: files.spelled(whole) };
}

/** Tools that take paths read `~` themselves, some of them. */
function atHome(path: string, { home, cwd }: Surroundings): string {
  if (path === '~' || path.startsWith('~/')) return `${home}/${path.slice(1)}`;
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}

function part(
  access: FileAccess,
  path: string,
  inWorkspace: boolean,
  throughLink: boolean,
  unresolved: readonly string[],
  by: string,
): Part {
  return {
    action: { name: `file/${access}` },
    resource: { type: 'file', id: path },
    args: {
      path,
      in_workspace: inWorkspace,
      through_link: throughLink,
      unresolved: [...new Set(unresolved)],
      by,
    },
  };
}
