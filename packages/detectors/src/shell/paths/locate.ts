import { leavesFolderOpen, type UnresolvedCode, unite } from '../codes.ts';
import { climbs, normalise } from './normalise.ts';

/** Where a word leads. */
export interface Located {
  readonly path: string;
  readonly asGiven?: string;
  readonly unresolved: readonly UnresolvedCode[];
}

/** What stands before a path of which not even the folder is known; no real path begins so. */
const UNKNOWN = '/?';

/** A pattern of names that could match `..`: it begins with a dot, or is one of the extended kind. */
const DOTTED_PATTERN: RegExp = /(?:^|\/)(?:\.[^/]*[*?[]|[?*+@!]\()/;

/** `value`, read in `cwd` (absent where that is unknown), as an absolute path. */
export function locate(
  value: string,
  unresolved: readonly UnresolvedCode[],
  cwd: string | undefined,
): Located {
  const isAbsolute = value.startsWith('/');
  const codes = isAbsolute || cwd !== undefined ? unresolved : unite(unresolved, ['cwd']);
  const isPattern = codes.includes('glob');
  if (leavesFolderOpen(codes) || (isPattern && DOTTED_PATTERN.test(value)))
    return { path: `${UNKNOWN}/${value.replace(/^\/+/, '')}`, unresolved: codes };
  const full = isAbsolute ? value : `${cwd}/${value}`;
  return {
    path: normalise(full),
    ...(climbs(full) ? { asGiven: full } : {}),
    unresolved: codes,
  };
}
