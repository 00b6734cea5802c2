/** Which tiles and entry bundles a tree of a given size has (c2sp.org/tlog-tiles). */
import { requireTreeSize, type TreeNode } from '../merkle/index.ts';

/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Tree levels that one tile spans: 2^8 hashes. */
export const TILE_HEIGHT = 8;

/** One tile. Hash `i` of it is the root of 256^`level` leaves. */
export interface TileCoordinates {
  /** 0 for leaf hashes; at most 63. */
  readonly level: number;
  /** Place within the level, from 0. */
  readonly index: number;
  /** Hashes in it, 1 to 256; a partial tile has fewer than 256. */
  readonly width: number;
}

/** One bundle of entries: those of the level-0 tile with the same index and width. */
export interface BundleCoordinates {
  readonly index: number;
  /** Entries in it, 1 to 256. */
  readonly width: number;
}

/** Width of the tile at `level` and `index` in a tree of `size` leaves; 0 where the tree has no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = hashesAt(level, size) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/**
 * The tiles of a tree of `newerSize` leaves that a tree of `olderSize` did not have at the same width, level by level.
 * From 0 these are all tiles. Throws `proof.malformed` for an impossible size.
 */
export function* tilesBetween(olderSize: number, newerSize: number): Generator<TileCoordinates> {
  requireTreeSize(olderSize);
  requireTreeSize(newerSize);
  for (let level = 0; hashesAt(level, newerSize) > 0; level += 1) {
    const older = hashesAt(level, olderSize);
    const newer = hashesAt(level, newerSize);
    for (
      let index = Math.floor(older / TILE_WIDTH);
      index * TILE_WIDTH < newer && older < newer;
      index += 1
    ) {
      yield { level, index, width: tileWidth(level, index, newerSize) };
    }
  }
}

/** The entry bundles of a tree of `newerSize` leaves that a tree of `olderSize` did not have at the same width. */
export function* bundlesBetween(olderSize: number, newerSize: number): Generator<BundleCoordinates> {
  requireTreeSize(olderSize);
  requireTreeSize(newerSize);
  for (
    let index = Math.floor(olderSize / TILE_WIDTH);
    index * TILE_WIDTH < newerSize && olderSize < newerSize;
    index += 1
  ) {
    yield { index, width: tileWidth(0, index, newerSize) };
  }
}

/** The partial tiles of a tree of `size` leaves, highest level first: at most one per level. Together they hold its whole right edge. */
export function partialTiles(size: number): readonly TileCoordinates[] {
  const tiles: TileCoordinates[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const index = Math.floor(hashesAt(level, size) / TILE_WIDTH);
    const width = tileWidth(level, index, size);
    if (width > 0) tiles.unshift({ level, index, width });
  }
  return tiles;
}

/** The tile that holds `node` or what it is made of, and the hashes `first` to `first + count` of that tile over which it stands. */
export function tileOfNode(node: TreeNode): {
  readonly level: number;
  readonly index: number;
  readonly first: number;
  readonly count: number;
} {
  const count = 2 ** (node.level % TILE_HEIGHT);
  const first = node.index * count;
  return {
    level: Math.floor(node.level / TILE_HEIGHT),
    index: Math.floor(first / TILE_WIDTH),
    first: first % TILE_WIDTH,
    count,
  };
}

/** Hashes that all tiles of `level` hold together. */
function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}
