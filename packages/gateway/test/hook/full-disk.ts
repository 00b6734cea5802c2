// A disk without space, really: a small file system of its own.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const MOUNT = 'mount';
const UNMOUNT = 'umount';

/** A file system of 24 MiB, or the reason why there is none. */
export function smallDisk(): string | Error {
  const folder = mkdtempSync(join(tmpdir(), 'writ-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (cause) {
    return new Error('no file system can be mounted here', { cause });
  }
  onTestFinished(() => void execFileSync(UNMOUNT, ['-l', folder]));
  return folder;
}

/** Leaves not a byte. */
export function fillDisk(folder: string): void {
  const file = openSync(join(folder, 'filler'), 'w');
  try {
    for (const size of [1024 * 1024, 4096, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size, 1));
      } catch (cause) {
        if ((cause as { readonly code?: string }).code !== 'ENOSPC') throw cause;
      }
    }
  } finally {
    closeSync(file);
  }
}
