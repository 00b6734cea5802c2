/** The shape of a tree: which complete subtrees a range of leaves is made of, and how their hashes join (RFC 9162 §2.1). */
import { Fault } from '../../kernel/index.ts';
import type { TreeHasher } from './hasher.ts';

/** A complete subtree: at `level` 0 a leaf, otherwise 2^level leaves from `index` × 2^level on. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** Leaves from `start` up to, not including, `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Port: the hashes of complete subtrees, in the order asked for. From tiles, a table or memory.
 * Rejects or throws where one is not there; it never answers with fewer.
 */
export type HashReader<Hash> = (nodes: readonly TreeNode[]) => readonly Hash[] | Promise<readonly Hash[]>;

/** The largest power of two strictly below `count`; `count` is at least 2. */
export function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/**
 * The complete subtrees of `range`, largest first.
 * INVARIANT: `range.start` is a multiple of the largest power of two within the range, as every range that RFC 9162 forms is.
 */
export function completeSubtrees(range: LeafRange): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  let start = range.start;
  while (start < range.end) {
    let level = 0;
    let width = 1;
    while (start + width * 2 <= range.end) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: start / width });
    start += width;
  }
  return nodes;
}

/** The one hash over complete subtrees given largest first; the empty root for none. */
export function joinSubtrees<Hash>(hasher: TreeHasher<Hash>, hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return hasher.emptyRoot;
  let root = hashes[hashes.length - 1] as Hash;
  for (let at = hashes.length - 2; at >= 0; at -= 1) root = hasher.node(hashes[at] as Hash, root);
  return root;
}

/** The hash of each of `ranges`, all subtrees read in one call. Throws `proof.malformed` where the reader answers with another count. */
export async function readRanges<Hash>(
  hasher: TreeHasher<Hash>,
  reader: HashReader<Hash>,
  ranges: readonly LeafRange[],
): Promise<readonly Hash[]> {
  const perRange = ranges.map(completeSubtrees);
  const hashes = await reader(perRange.flat());
  let at = 0;
  const joined = perRange.map((nodes) => {
    const own = hashes.slice(at, at + nodes.length);
    at += nodes.length;
    return joinSubtrees(hasher, own);
  });
  if (hashes.length !== at) {
    throw new Fault('proof.malformed', `the hash reader answered ${hashes.length} hashes, expected ${at}`);
  }
  return joined;
}

/** `size` itself where it is a number of leaves: an integer from 0 to 2^53−1. Throws `proof.malformed`. */
export function requireTreeSize(size: number): number {
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new Fault('proof.malformed', `\`${size}\` is not a tree size, expected an integer from 0 to 2^53-1`);
}
