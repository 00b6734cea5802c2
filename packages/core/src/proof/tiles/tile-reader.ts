/** Hashes read from published tiles, each tile checked against a root before a hash of it is believed. */
import { BoundedMap, equalBytes, Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type HashReader, type TreeHasher } from '../merkle/index.ts';
import { partialTiles, TILE_WIDTH, type TileCoordinates, tileOfNode, tileWidth } from './coordinates.ts';
import { type EdgeTile, frontierFromEdge } from './edge.ts';
import { tilePath } from './path.ts';
import { completeRoot, parseTile } from './tile.ts';

/** Port: the bytes of `tile`, or `undefined` where it is not there. Throws or rejects where reading itself fails. */
export type ReadTile = (tile: TileCoordinates) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** A tree whose root is already trusted, and its tiles, which are not. */
export interface TileReaderOptions {
  readonly hasher: TreeHasher<Uint8Array>;
  readonly size: number;
  /** Root at `size`, 32 bytes, from a verified checkpoint. */
  readonly root: Uint8Array;
  readonly readTile: ReadTile;
  /** Full tiles kept, least recently used dropped first; default 64 (512 KiB). */
  readonly cachedTiles?: number;
}

const DEFAULT_CACHED_TILES = 64;

/**
 * A hash reader over tiles, for proofs. Every tile is checked up to `root` first: partial tiles together make the root, and the
 * root of each full tile stands in the tile above it.
 *
 * The reader throws `tile.missing`, `tile.malformed` for a wrong length, `proof.mismatch` for a tile of another tree,
 * and `proof.malformed` for a node outside the tree.
 */
export function tileHashReader(options: TileReaderOptions): HashReader<Uint8Array> {
  const tiles = new CheckedTiles(options);
  return async (nodes) => {
    const hashes: Uint8Array[] = [];
    for (const node of nodes) {
      const place = tileOfNode(node);
      const tile = await tiles.hashes(place.level, place.index);
      if (place.first + place.count > tile.length) throw outside(place.level, place.index);
      hashes.push(completeRoot(options.hasher, tile.slice(place.first, place.first + place.count)));
    }
    return hashes;
  };
}

/**
 * Reads `tile` by its exact width, or the full tile in its stead: a log may drop a partial tile once the full one exists.
 * `undefined` where neither is there. `hashes` are those of the width asked for; `spare` counts what the full tile has beyond.
 */
export async function readTileHashes(
  readTile: ReadTile,
  tile: TileCoordinates,
): Promise<{ readonly hashes: readonly Uint8Array[]; readonly spare: number } | undefined> {
  const bytes = await readTile(tile);
  if (bytes !== undefined) return { hashes: parseTile(tile, bytes), spare: 0 };
  if (tile.width === TILE_WIDTH) return undefined;
  const full = { ...tile, width: TILE_WIDTH };
  const fullBytes = await readTile(full);
  if (fullBytes === undefined) return undefined;
  const hashes = parseTile(full, fullBytes);
  return { hashes: hashes.slice(0, tile.width), spare: TILE_WIDTH - tile.width };
}

class CheckedTiles {
  readonly #options: TileReaderOptions;
  readonly #full: BoundedMap<string, readonly Uint8Array[]>;
  /** The partial tiles by level, once the root over them is checked. */
  #edge: ReadonlyMap<number, EdgeTile> | undefined;

  constructor(options: TileReaderOptions) {
    this.#options = options;
    this.#full = new BoundedMap(options.cachedTiles ?? DEFAULT_CACHED_TILES);
  }

  async hashes(level: number, index: number): Promise<readonly Uint8Array[]> {
    const { hasher, size } = this.#options;
    const tile = { level, index, width: tileWidth(level, index, size) };
    if (tile.width === 0 || index < 0) throw outside(level, index);
    this.#edge ??= await this.#checkEdge();
    if (tile.width < TILE_WIDTH) return this.#edge.get(level)?.hashes ?? [];
    const path = tilePath(tile);
    const cached = this.#full.get(path);
    if (cached !== undefined) return cached;
    const hashes = await this.#read(tile);
    const above = await this.hashes(level + 1, Math.floor(index / TILE_WIDTH));
    const expected = above[index % TILE_WIDTH];
    if (expected === undefined || !equalBytes(completeRoot(hasher, hashes), expected)) {
      throw new Fault('proof.mismatch', `\`${path}\` does not hash to what the tile above it holds`, {
        path,
      });
    }
    this.#full.set(path, hashes);
    return hashes;
  }

  async #checkEdge(): Promise<ReadonlyMap<number, EdgeTile>> {
    const { hasher, size, root } = this.#options;
    const edge: EdgeTile[] = [];
    for (const tile of partialTiles(size)) edge.push({ tile, hashes: await this.#read(tile) });
    if (!equalBytes(frontierFromEdge(hasher, size, edge).root(), root)) {
      const paths = edge.map(({ tile }) => tilePath(tile));
      throw new Fault('proof.mismatch', `the partial tiles do not hash to the root at size ${size}`, {
        paths,
      });
    }
    return new Map(edge.map((entry) => [entry.tile.level, entry]));
  }

  async #read(tile: TileCoordinates): Promise<readonly Uint8Array[]> {
    const read = await readTileHashes(this.#options.readTile, tile);
    if (read !== undefined) return read.hashes;
    const path = tilePath(tile);
    throw new Fault('tile.missing', `\`${path}\` of ${tile.width * HASH_BYTES} bytes is missing`, { path });
  }
}

function outside(level: number, index: number): Fault {
  return new Fault('proof.malformed', `tile ${index} of level ${level} does not reach that far in this tree`);
}
