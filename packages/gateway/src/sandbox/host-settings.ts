/** Settings of coding agents in the folders that a sandbox may write to: with them a host that has hooks could be told to start none. */
import { chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hookFolder, installedList } from '../config/index.ts';

/** Where each host looks for settings of a project. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'claude-code': ['.claude'],
  cursor: ['.cursor'],
  copilot: ['.github/hooks', '.github/copilot', '.copilot'],
  gemini: ['.gemini'],
  opencode: ['.opencode', 'opencode.json', 'opencode.jsonc'],
  codex: ['.codex'],
};
/** Names of files; the others are folders. */
const FILE = /\.jsonc?$/;

/**
 * Paths in `folders` that must not change: settings of the hosts whose hooks are installed for data folder `data`. A settings folder that is missing is made,
 * because nothing covers what is not there; a file that is missing is not. Throws `config.invalid` for a list of hooks that Writ did not write.
 */
export function hostSettings(data: string, folders: readonly string[]): readonly string[] {
  const hosts = new Set(installedList(hookFolder(data)).map(({ host }) => host));
  const names = Object.entries(SETTINGS).flatMap(([host, settings]) => (hosts.has(host) ? settings : []));
  return folders.flatMap((folder) =>
    names.map((name) => join(folder, name)).filter((path) => existsSync(path) || isMade(folder, path)),
  );
}

/** Empty, and whose the folder is. */
function isMade(folder: string, path: string): boolean {
  if (FILE.test(path)) return false;
  try {
    const first = mkdirSync(path, { recursive: true });
    const { uid, gid } = statSync(folder);
    if (process.getuid?.() === 0 && first !== undefined)
      for (let at = path; at.length >= first.length; at = dirname(at)) chownSync(at, uid, gid);
    return true;
  } catch {
    // Who may not make it here cannot make it from inside either.
    return false;
  }
}
