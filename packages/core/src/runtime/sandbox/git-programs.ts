/** What makes git run programs outside later, of a work tree that commands may write to. */
import { chownSync, existsSync, lstatSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWithin } from './folders.ts';

/** Folders and files of a repository that name programs. A file that is empty, and a folder, changes nothing for git. */
const FOLDERS = ['hooks', 'modules'];
const FILES = ['config', 'config.worktree'];

/**
 * Paths that must not change, real ones, each there: the repository's hooks and settings; or `.git` itself, where it is a file that names a repository
 * elsewhere. What is missing is made, because nothing covers what is not there. It does not cover what stands elsewhere: a repository in another folder,
 * `core.hooksPath`, `commondir`, links, or a submodule that a command puts into the index.
 */
export function gitPrograms(folder: string): readonly string[] {
  const git = join(folder, '.git');
  const stats = lstatSync(git, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return [git];
  if (stats?.isDirectory() !== true) return [];
  for (const name of FOLDERS) make(git, name, (path) => mkdirSync(path));
  for (const name of FILES) make(git, name, (path) => writeFileSync(path, '', { flag: 'wx' }));
  return [...FOLDERS, ...FILES]
    .map((name) => join(git, name))
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path))
    .filter((path) => isWithin(folder, path));
}

function make(git: string, name: string, how: (path: string) => void): void {
  const path = join(git, name);
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  try {
    how(path);
    const { uid, gid } = statSync(git);
    if (process.getuid?.() === 0) chownSync(path, uid, gid);
  } catch {
    // Who may not make it here cannot make it from inside either.
  }
}
