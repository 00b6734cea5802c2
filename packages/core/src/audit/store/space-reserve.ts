/** Space kept free for what must still be written once the disk is full: the outcomes of what was permitted (architecture, section 3). */
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the reserve in a data folder. */
const RESERVE_FILE = 'reserve';
/** Bytes kept: a few outcomes with the largest result that is sealed whole, or thousands of the usual kind. */
const RESERVE_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 65_536;

/** Whether the reserve of the data folder `path` is held. While it is not, nothing is permitted. */
export function isReserveHeld(path: string): boolean {
  return isReserve(join(path, RESERVE_FILE));
}

function isReserve(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.size === RESERVE_BYTES;
}

/**
 * A file of nothing, given up when SQLite finds the disk full and made again as soon as there is room. It is shared by all processes of a
 * data folder. It does not help against other programs that fill what it frees, nor for an outcome larger than it.
 */
export class SpaceReserve {
  readonly #file: string;

  constructor(path: string) {
    this.#file = join(path, RESERVE_FILE);
  }

  /** Whether the reserve is held; makes it where it is not and there is room. */
  hold(): boolean {
    if (isReserve(this.#file)) return true;
    try {
      this.#make();
      return true;
    } catch {
      // Whatever the reason, there is no reserve, and half of one only takes space.
      rmSync(this.#file, { force: true });
      return false;
    }
  }

  /** Frees the space. Whether there was any to free. */
  release(): boolean {
    const held = statSync(this.#file, { throwIfNoEntry: false }) !== undefined;
    rmSync(this.#file, { force: true });
    return held;
  }

  #make(): void {
    const file = openSync(this.#file, 'wx', 0o600);
    try {
      // Written, not only sized: a hole reserves nothing. Not zeros, because some file systems keep those as holes.
      const chunk = Buffer.alloc(CHUNK_BYTES, 'writ keeps this space for outcomes. ');
      for (let at = 0; at < RESERVE_BYTES; at += CHUNK_BYTES) writeSync(file, chunk, 0, CHUNK_BYTES, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}
