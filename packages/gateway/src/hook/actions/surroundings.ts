/** What the parts of one call have in common. */
import type { HookEvent } from '../types.ts';
import type { HookFiles } from './files.ts';
import { isInside, realPath } from './real-path.ts';

/** Where a call is made, and what may be looked at. */
export interface Surroundings {
  readonly files: HookFiles;
  readonly home: string;
  readonly cwd: string;
  /** Where links lead. */
  readonly workspaces: readonly string[];
  /** As the host names it: relative paths of the shell are read from there. */
  readonly workspace: string;
}

/** The surroundings of `event`. */
export function surroundingsOf(event: HookEvent, files: HookFiles, home: string): Surroundings {
  const named = event.workspaces.length === 0 ? [event.cwd] : event.workspaces;
  return {
    files,
    home,
    cwd: event.cwd,
    // A workspace that is everything would make nothing lie outside.
    workspaces: named.map((root) => realPath(root, files).path).filter((root) => root !== '/'),
    workspace: named[0] ?? event.cwd,
  };
}

/** Whether `path`, its links resolved, lies in a workspace. */
export function isInWorkspace(path: string, { workspaces }: Surroundings): boolean {
  return workspaces.some((root) => isInside(path, root));
}
