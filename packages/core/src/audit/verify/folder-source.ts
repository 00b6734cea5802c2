/** The published files of a log, read for verification. */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../kernel/index.ts';
import {
  bundlePath,
  CHECKPOINT_PATH,
  type LogSource,
  MAX_ENTRY_BYTES,
  TILE_WIDTH,
  tilePath,
} from '../../proof/index.ts';

/** Largest file read: a full bundle of the longest entries. Anything larger is no file of a log. */
const MAX_FILE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

/** The log in folder `path`, as it is published. */
export function folderSource(path: string): LogSource {
  return {
    readCheckpoint: () => read(join(path, CHECKPOINT_PATH)),
    readTile: (tile) => read(join(path, tilePath(tile))),
    readBundle: (bundle) => read(join(path, bundlePath(bundle))),
    countEntries: () => countEntries(path),
  };
}

async function read(file: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size > MAX_FILE_BYTES)
        throw new Fault('io.failed', `\`${file}\` has ${size} bytes, at most ${MAX_FILE_BYTES} are read`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw cause;
  }
}

/** Entries in the bundles that stand in the folder, from 0 to the first gap: those beyond the checkpoint included. */
function countEntries(path: string): number {
  const exists = (index: number, width: number): boolean =>
    existsSync(join(path, bundlePath({ index, width })));
  let full = 0;
  for (let step = 2 ** 20; step >= 1; step /= 2) while (exists(full + step - 1, TILE_WIDTH)) full += step;
  let width = TILE_WIDTH - 1;
  while (width > 0 && !exists(full, width)) width -= 1;
  return full * TILE_WIDTH + width;
}
