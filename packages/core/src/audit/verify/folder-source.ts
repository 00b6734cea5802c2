/** The published files of a log, read for verification. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  bundlePath,
  CHECKPOINT_PATH,
  type LogSource,
  MAX_ENTRY_BYTES,
  TILE_WIDTH,
  tilePath,
} from '../../proof/index.ts';
import { parsePrunedMark, PRUNED_BUNDLES_PATH, readPruning } from '../publish/index.ts';
import { readRegularFile, readRegularFileInto, readRegularFileLater } from '../store/index.ts';

/** Largest file read: a full bundle of the longest entries. Anything larger is no file of a log. */
const MAX_FILE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

/** Of so many bundles one is waited for, so that the thread comes to its other work: some milliseconds of verifying lie between. */
const BUNDLES_A_TURN = 8;

/** Most bundles stepped over at once: no log has more. */
const MAX_STEP = 2 ** 45;

/** The log in folder `path`, as it is published. */
export function folderSource(path: string): LogSource {
  return {
    readCheckpoint: () => read(join(path, CHECKPOINT_PATH)),
    readTile: (tile) => read(join(path, tilePath(tile))),
    readBundle: (bundle) => read(join(path, bundlePath(bundle))),
    countEntries: () => countEntries(path),
  };
}

/**
 * {@link folderSource} for who goes through a log once and keeps nothing, which takes half the time: each tile is gone with the next, and each bundle.
 */
export function lentFolderSource(path: string): LogSource {
  // Memory that is never written to is never there.
  const [tiles, bundles] = [Buffer.allocUnsafeSlow(MAX_FILE_BYTES), Buffer.allocUnsafeSlow(MAX_FILE_BYTES)];
  const source = folderSource(path);
  return {
    ...source,
    readTile: (tile) => readRegularFileInto(tiles, join(path, tilePath(tile))),
    readBundle: (bundle) =>
      bundle.index % BUNDLES_A_TURN === 0
        ? source.readBundle(bundle)
        : readRegularFileInto(bundles, join(path, bundlePath(bundle))),
  };
}

function read(file: string): Promise<Uint8Array | undefined> {
  return readRegularFileLater(file, MAX_FILE_BYTES);
}

/** Entries in the bundles that stand in the folder, from 0, or where they are pruned to, to the first gap: those beyond the checkpoint included. */
function countEntries(path: string): number {
  const exists = (index: number, width: number): boolean =>
    existsSync(join(path, bundlePath({ index, width })));
  const pruned =
    parsePrunedMark(readRegularFile(join(path, PRUNED_BUNDLES_PATH), MAX_FILE_BYTES))?.below ?? 0;
  const first = Math.floor(Math.max(pruned, readPruning(path)?.minimumIndex ?? 0) / TILE_WIDTH);
  let full = first;
  // INVARIANT: few looks, whatever stands there: links in a hostile folder can make any file seem to be.
  let step = 1;
  while (step < MAX_STEP && exists(full + step - 1, TILE_WIDTH)) step *= 2;
  for (; step >= 1; step /= 2) if (exists(full + step - 1, TILE_WIDTH)) full += step;
  let width = TILE_WIDTH - 1;
  while (width > 0 && !exists(full, width)) width -= 1;
  // A minimum index alone is no entry.
  return full === first && width === 0 ? 0 : full * TILE_WIDTH + width;
}
