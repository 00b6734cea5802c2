/** The data folder of a control plane: there, writable, and nobody else’s. */
import { mkdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@writ/core';

/** Rights of others to change what lies in a folder: whoever may put another file in the place of a key, a log or a table decides what they say. */
const OTHERS_WRITE = 0o022;
/** Why a folder cannot be used, by the system’s own code: what to do. */
const REMEDIES: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only: mount it writable, or name another folder with `--data`',
  EACCES: 'this user may not: give it the folder (`chown`), or name another with `--data`',
  EPERM: 'this user may not: give it the folder (`chown`), or name another with `--data`',
  ENOSPC: 'the disk is full: make room, and start it again; nothing was lost',
  EDQUOT: 'this user’s share of the disk is used up: make room, and start it again; nothing was lost',
  ENOTDIR: 'a file stands there: name a folder with `--data`',
  EEXIST: 'a file stands there: name a folder with `--data`',
};
/** What Node says for `mkdir` below a folder that is not to be written to. */
const UNMADE = 'the folder above it cannot be written to: name another with `--data`';

/** Makes the folder `data`, this user’s alone, where there is none. Throws `io.failed` where it cannot be made or written, `key.permissions` where others may change it or it is another user’s. */
export function openDataFolder(data: string): void {
  const trial = join(data, `.writable-${process.pid}`);
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    requireOwn(data);
    writeFileSync(trial, '', { mode: 0o600 });
    unlinkSync(trial);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const hint = REMEDIES[code] ?? (code === 'ENOENT' ? UNMADE : 'name another folder with `--data`');
    throw new Fault('io.failed', `the data folder \`${data}\` cannot be used`, { hint }, { cause });
  }
}

function requireOwn(data: string): void {
  const { mode, uid } = statSync(data);
  const self = process.getuid?.();
  // Windows has neither.
  if (self === undefined) return;
  if (uid !== self && uid !== 0)
    throw new Fault('key.permissions', `the data folder \`${data}\` belongs to another user (${uid})`, {
      hint: 'run the control plane as that user, or give this one the folder: `chown -R`',
    });
  if ((mode & OTHERS_WRITE) !== 0)
    throw new Fault(
      'key.permissions',
      `others than its owner may change what lies in the data folder \`${data}\` (mode ${(mode & 0o7777).toString(8)})`,
      { hint: `run \`chmod 700 ${data}\`; if anybody else could have, take keys and log from a backup` },
    );
}
