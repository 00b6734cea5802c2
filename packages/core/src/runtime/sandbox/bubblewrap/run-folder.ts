/** Files that every sandbox of one driver is made of. They hold nothing secret. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, SECCOMP_RULES, seccompFilter, UNCOUNTED_MEMORY_RULES } from '../seccomp/index.ts';
import { INSIDE_ID } from './identity.ts';
import { HOME } from './places.ts';

/** Files that stand for those of the machine in `/etc`. Names are looked up in them alone: there is no name service. */
const ETC: Readonly<Record<string, string>> = {
  passwd: `sandbox:x:${INSIDE_ID}:${INSIDE_ID}::${HOME}:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n`,
  group: `sandbox:x:${INSIDE_ID}:\nnogroup:x:65534:\n`,
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  'nsswitch.conf':
    'passwd: files\ngroup: files\nhosts: files\nnetworks: files\nservices: files\nprotocols: files\n',
};

/** Where those files are. */
export interface RunFolder {
  readonly path: string;
  /** Name in `/etc` → file. */
  readonly etc: readonly (readonly [name: string, file: string])[];
  /** Stands where a file is hidden. */
  readonly emptyFile: string;
  /** Filter for memory that the kernel bounds. */
  readonly filter: string;
  /** Filter for memory that is counted. */
  readonly countingFilter: string;
  remove(): void;
}

/** Makes the folder under `tmp`. */
export function makeRunFolder(tmp: string, architecture: Architecture): RunFolder {
  const path = mkdtempSync(join(tmp, 'writ-sandbox-'));
  // Another user may have to enter: the one that a sandbox runs as where root started it.
  chmodSync(path, 0o711);
  const write = (name: string, content: string | Uint8Array): string => {
    const file = join(path, name);
    writeFileSync(file, content, { mode: 0o444, flag: 'wx' });
    chmodSync(file, 0o444);
    return file;
  };
  return {
    path,
    etc: Object.entries(ETC).map(([name, text]) => [name, write(name, text)] as const),
    emptyFile: write('empty', ''),
    filter: write('filter', seccompFilter(architecture, SECCOMP_RULES)),
    countingFilter: write(
      'counting-filter',
      seccompFilter(architecture, [...SECCOMP_RULES, ...UNCOUNTED_MEMORY_RULES]),
    ),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
