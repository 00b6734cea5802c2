/** The frontier of a tree from its partial tiles: they hold exactly its complete subtrees. */
import { completeSubtrees, Frontier, type TreeHasher } from '../merkle/index.ts';
import type { TileCoordinates } from './coordinates.ts';
import { completeRoot } from './tile.ts';

/** A partial tile and its hashes. */
export interface EdgeTile {
  readonly tile: TileCoordinates;
  readonly hashes: readonly Uint8Array[];
}

/** The frontier of `size` leaves from its `edge`, as `partialTiles` lists it. Throws `proof.malformed` where the edge is not that of the size. */
export function frontierFromEdge<Hash>(
  hasher: TreeHasher<Hash>,
  size: number,
  edge: readonly EdgeTile[],
): Frontier<Hash> {
  const subtrees: Hash[] = [];
  for (const { tile, hashes } of edge) {
    const decoded = hashes.map((hash) => hasher.decode(hash));
    for (const node of completeSubtrees({ start: 0, end: tile.width })) {
      const count = 2 ** node.level;
      const first = node.index * count;
      subtrees.push(completeRoot(hasher, decoded.slice(first, first + count)));
    }
  }
  return new Frontier(hasher, size, subtrees);
}
