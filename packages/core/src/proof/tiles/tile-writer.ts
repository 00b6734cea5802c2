/** Turns leaves, as they are appended, into the tiles to publish. */
import { Fault } from '../../kernel/index.ts';
import type { Frontier, TreeHasher } from '../merkle/index.ts';
import { partialTiles, TILE_HEIGHT, TILE_WIDTH, type TileCoordinates } from './coordinates.ts';
import { frontierFromEdge } from './edge.ts';
import { encodeTile, parseTile } from './tile.ts';

/** A tile and its bytes. */
export interface WrittenTile {
  readonly tile: TileCoordinates;
  readonly bytes: Uint8Array;
}

/**
 * The tiles of a growing tree. It keeps the partial tiles (at most 256 hashes per level) and the full ones not yet taken:
 * whoever appends takes them in time.
 */
export class TileWriter<Hash> {
  readonly #hasher: TreeHasher<Hash>;
  readonly #frontier: Frontier<Hash>;
  /** Hashes of the partial tile of each level. */
  readonly #open: Uint8Array[][] = [];
  #full: WrittenTile[] = [];

  /** Starts empty, or at `size` leaves with its partial `tiles` in any order. Throws `tile.missing`, `tile.malformed` where they are not those. */
  constructor(hasher: TreeHasher<Hash>, size = 0, tiles: readonly WrittenTile[] = []) {
    this.#hasher = hasher;
    const edge = partialTiles(size).map((tile) => {
      const written = tiles.find(
        (other) => other.tile.level === tile.level && other.tile.index === tile.index,
      );
      if (written === undefined) {
        throw new Fault(
          'tile.missing',
          `a tree of ${size} leaves needs its partial tile of level ${tile.level}`,
        );
      }
      return { tile, hashes: parseTile(tile, written.bytes) };
    });
    for (const { tile, hashes } of edge) this.#open[tile.level] = hashes.map((hash) => hash.slice());
    this.#frontier = frontierFromEdge(hasher, size, edge);
  }

  /** Number of leaves. */
  get size(): number {
    return this.#frontier.size;
  }

  /** Root of the tree so far. */
  root(): Hash {
    return this.#frontier.root();
  }

  /** Appends the hash of one leaf. */
  append(leaf: Hash): void {
    this.#frontier.append(leaf, this.#completed);
  }

  /** The tiles that became full since the last call; each is handed out once. */
  takeFull(): readonly WrittenTile[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** The partial tiles at the present size, highest level first. */
  partials(): readonly WrittenTile[] {
    return partialTiles(this.size).map((tile) => ({ tile, bytes: encodeTile(this.#open[tile.level] ?? []) }));
  }

  readonly #completed = (level: number, index: number, hash: Hash): void => {
    if (level % TILE_HEIGHT !== 0) return;
    const tileLevel = level / TILE_HEIGHT;
    const hashes = (this.#open[tileLevel] ??= []);
    hashes.push(this.#hasher.encode(hash));
    if (hashes.length < TILE_WIDTH) return;
    const tile = { level: tileLevel, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH };
    this.#full.push({ tile, bytes: encodeTile(hashes) });
    this.#open[tileLevel] = [];
  };
}
