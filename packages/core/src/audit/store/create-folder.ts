/** Folders made one by one: where the system takes no folder (`/proc`), `mkdir` of Node with `recursive` tries again for ever. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes the folder at `path` for this user alone, and those above it that are missing; answers with the first of them, absent where it was there.
 * Throws what the system says where it makes none.
 */
export function createFolder(path: string): string | undefined {
  const missing: string[] = [];
  for (let at = resolve(path); !isFolder(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (cause) {
      // Another process may have made it meanwhile.
      if (!isFolder(folder)) throw cause;
    }
  }
  return missing[0];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
