/** The bytes of a tile: its hashes, one after another, without a header (c2sp.org/tlog-tiles). */
import { concatBytes, Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type TreeHasher } from '../merkle/index.ts';
import { TILE_WIDTH, type TileCoordinates } from './coordinates.ts';
import { tilePath } from './path.ts';

/** Bytes of the tile made of `hashes`, 1 to 256 of 32 bytes. Throws `tile.malformed`. */
export function encodeTile(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length < 1 || hashes.length > TILE_WIDTH) {
    throw new Fault('tile.malformed', `a tile has 1 to ${TILE_WIDTH} hashes, not ${hashes.length}`);
  }
  const wrong = hashes.find((hash) => hash.length !== HASH_BYTES);
  if (wrong !== undefined) {
    throw new Fault('tile.malformed', `a hash in a tile has ${HASH_BYTES} bytes, not ${wrong.length}`);
  }
  return concatBytes(...hashes);
}

/** The hashes of `tile`, views into `bytes`. Throws `tile.malformed` where the length is not that of its width. */
export function parseTile(tile: TileCoordinates, bytes: Uint8Array): readonly Uint8Array[] {
  const expected = tile.width * HASH_BYTES;
  if (bytes.length !== expected) {
    throw new Fault(
      'tile.malformed',
      `\`${tilePath(tile)}\` has ${bytes.length} bytes, expected ${expected}`,
      { path: tilePath(tile) },
    );
  }
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(bytes.subarray(at, at + HASH_BYTES));
  return hashes;
}

/** The root over a power of two of neighbouring `hashes`. */
export function completeRoot<Hash>(hasher: TreeHasher<Hash>, hashes: readonly Hash[]): Hash {
  let row = hashes;
  while (row.length > 1) {
    const above: Hash[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) {
      above.push(hasher.node(row[at] as Hash, row[at + 1] as Hash));
    }
    row = above;
  }
  return row[0] as Hash;
}
