/** What the bubblewrap driver stands on: programs of the machine, who the caller is, and where things are. */
import { accessSync, constants, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { ARCHITECTURES, type Architecture } from '../seccomp/index.ts';

/** Where programs are looked for: never in `PATH`, which an agent may have written. */
const PROGRAM_FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];

/** Facts of the machine and the caller. */
export interface Machine {
  readonly bubblewrap?: string;
  readonly perl?: string;
  readonly architecture?: Architecture;
  /** The caller's own numbers. */
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** Folders of programs, from the caller's `PATH`. */
  readonly path: readonly string[];
  /** Where the driver keeps what sandboxes are made of. */
  readonly tmp: string;
}

/** This machine, as it is now. */
export function readMachine(): Machine {
  const bubblewrap = programAt('bwrap');
  const perl = programAt('perl');
  const architecture = ARCHITECTURES.find((one) => one === process.arch);
  return {
    ...(bubblewrap === undefined ? {} : { bubblewrap }),
    ...(perl === undefined ? {} : { perl }),
    ...(architecture === undefined || process.platform !== 'linux' ? {} : { architecture }),
    uid: process.getuid?.() ?? -1,
    gid: process.getgid?.() ?? -1,
    home: homedir(),
    path: (process.env['PATH'] ?? '').split(':').filter((one) => one.startsWith('/')),
    tmp: tmpdir(),
  };
}

/** Where a program is installed for everybody; `undefined` where it is not. */
export function programAt(name: string): string | undefined {
  return PROGRAM_FOLDERS.map((folder) => `${folder}/${name}`).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}
