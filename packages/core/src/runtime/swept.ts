/** Protected files that a change reaches without naming them: by a pattern, or by a folder above. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { matchesWildcard } from '../kernel/index.ts';

/** What is done to everything that a path names. A folder that is deleted, or moved, goes with all that is in it. */
export type SweepingAccess = 'write' | 'delete';

/** Most files below a protected folder that a pattern is held against; where there are more it counts as finding one. */
const MAX_BELOW = 512;
/** Most `**` in one pattern; one with more counts as finding everything. */
const MAX_DEEP = 4;

/** Files below protected folders, as they stand during one look. */
export type FilesBelow = Map<string, readonly string[] | undefined>;

/** Whether `pattern`, an absolute path that may hold wildcards, takes in `path`, or with `delete` a folder above it. */
export function sweeps(pattern: string, access: SweepingAccess, path: string, seen: FilesBelow): boolean {
  const names = namesOf(pattern).filter((name, at, all) => name !== '**' || all[at - 1] !== '**');
  if (names.filter((name) => name === '**').length > MAX_DEEP) return true;
  const target = namesOf(path);
  if (finds(names, target, access)) return true;
  if (!isPrefix(names, target)) return false;
  if (!seen.has(path)) seen.set(path, filesBelow(path));
  const below = seen.get(path);
  return below === undefined || below.some((file) => finds(names, namesOf(file), access));
}

/** `*` alone is one name; two are any number of them, but for those with a dot in front. */
function finds(names: readonly string[], target: readonly string[], access: SweepingAccess): boolean {
  const [name, ...left] = names;
  const [first, ...others] = target;
  if (name === undefined) return access === 'delete' || first === undefined;
  if (first === undefined) return names.every((one) => one === '**');
  if (name === '**')
    return finds(left, target, access) || (!first.startsWith('.') && finds(names, others, access));
  return isNamed(name, first) && finds(left, others, access);
}

/** Whether `names` may go on below `target`. */
function isPrefix(names: readonly string[], target: readonly string[]): boolean {
  for (const [at, name] of target.entries()) {
    const pattern = names[at];
    if (pattern === '**') return target.slice(at).every((one) => !one.startsWith('.'));
    if (pattern === undefined || !isNamed(pattern, name)) return false;
  }
  return true;
}

function isNamed(pattern: string, name: string): boolean {
  return pattern === name || matchesWildcard(pattern, name);
}

function filesBelow(folder: string): readonly string[] | undefined {
  const found: string[] = [];
  const open = [folder];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of entriesOf(at)) {
      const path = join(at, entry.name);
      if (found.push(path) > MAX_BELOW) return undefined;
      if (entry.isDirectory()) open.push(path);
    }
  }
  return found;
}

function entriesOf(folder: string): readonly { readonly name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Not a folder, or not there: nothing is below it.
    return [];
  }
}

function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '');
}
