/** The files of a data folder whose log no longer serves all of them: verified whole, so that a minimum index hides nothing. */
import { join } from 'node:path';
import { type LogSource, parseCheckpoint, parseNote, TILE_WIDTH } from '../../proof/index.ts';
import { isServed, PRUNED_FOLDER, type Pruning, readPruning } from '../publish/index.ts';
import { lentFolderSource } from './folder-source.ts';

/** A data folder's files, on loan as those of {@link lentFolderSource} are. */
export interface PrunedFiles {
  /** The published folder. */
  readonly root: string;
  /** The folder of the log, which holds what was moved out of `root` under the same paths. */
  readonly folder: string;
  readonly pruning: Pruning;
  /** What stands neither here nor there is taken from the rows, which are verified themselves; absent where the rows are elsewhere, and it is missing. */
  readonly rows?: LogSource;
}

/** Each file from where it is, whether it is served or not: what was left behind or moved is compared as what is served is. */
export function prunedSource({ root, folder, pruning, rows }: PrunedFiles): LogSource {
  const [served, kept] = [lentFolderSource(root), lentFolderSource(join(folder, PRUNED_FOLDER))];
  const isGone = (level: number, index: number, width: number): boolean =>
    width === TILE_WIDTH && !isServed(pruning.minimumIndex, level, index);
  return {
    ...served,
    async readTile(tile) {
      const bytes = await served.readTile(tile);
      if (bytes !== undefined || !isGone(tile.level, tile.index, tile.width)) return bytes;
      return (await kept.readTile(tile)) ?? rows?.readTile(tile);
    },
    async readBundle(bundle) {
      const bytes = await served.readBundle(bundle);
      if (bytes !== undefined || !isGone(0, bundle.index, bundle.width)) return bytes;
      return (await kept.readBundle(bundle)) ?? rows?.readBundle(bundle);
    },
  };
}

/**
 * What the folder published at `root` says that it no longer serves, where `note`, its checkpoint, has as many entries; `undefined` for what pruning never says, so that
 * everything is looked for. Throws `log.corrupt`.
 */
export function pruningWithin(root: string, note: Uint8Array | undefined): Pruning | undefined {
  const pruning = readPruning(root);
  if (pruning === undefined || note === undefined) return undefined;
  return pruning.minimumIndex <= parseCheckpoint(parseNote(note).text).size ? pruning : undefined;
}
