/** Roots: of leaves at hand, or of a tree whose subtree hashes are stored. */
import { Frontier } from './frontier.ts';
import type { TreeHasher } from './hasher.ts';
import { type HashReader, readRanges, requireTreeSize } from './subtree.ts';

/** The root of the tree over `leaves`, which are leaf hashes in order (RFC 9162 §2.1.1). */
export function treeRoot<Hash>(hasher: TreeHasher<Hash>, leaves: Iterable<Hash>): Hash {
  const frontier = new Frontier(hasher);
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}

/** The root of the first `size` leaves of a stored tree. Throws `proof.malformed` for an impossible size. */
export async function readRoot<Hash>(
  hasher: TreeHasher<Hash>,
  reader: HashReader<Hash>,
  size: number,
): Promise<Hash> {
  if (requireTreeSize(size) === 0) return hasher.emptyRoot;
  const [root] = await readRanges(hasher, reader, [{ start: 0, end: size }]);
  return root as Hash;
}
