/** Subtree consistency proofs: that some neighbouring leaves are part of a tree (draft-ietf-plants-merkle-tree-certs §4.4). */
import { equalBytes, Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type TreeHasher } from './hasher.ts';
import { type HashReader, type LeafRange, readRanges, requireTreeSize, splitPoint } from './subtree.ts';

/** What a subtree consistency proof claims. Roots and hashes are 32 bytes. */
export interface SubtreeClaim extends LeafRange {
  /** Root over the leaves from `start` up to, not including, `end`. */
  readonly subtreeRoot: Uint8Array;
  /** Leaves in the tree, at least `end`. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether `start` is a multiple of the smallest power of two that holds the range: then its leaves make one subtree. The empty range is none. */
export function isSubtree({ start, end }: LeafRange): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start >= end) return false;
  let width = 1;
  while (width < end - start) width *= 2;
  return start % width === 0;
}

/** The proof that the subtree of `range` is part of the tree of `size` leaves. Throws `proof.malformed` for what is no subtree of it. */
export async function proveSubtree<Hash>(
  hasher: TreeHasher<Hash>,
  reader: HashReader<Hash>,
  range: LeafRange,
  size: number,
): Promise<readonly Hash[]> {
  return readRanges(hasher, reader, subtreeRanges(range, size));
}

/** Whether `claim` holds. False, never a fault, for anything malformed. */
export function verifySubtree(hasher: TreeHasher<Uint8Array>, claim: SubtreeClaim): boolean {
  const { start, end, size, subtreeRoot, root, proof } = claim;
  if (!Number.isSafeInteger(size) || !isSubtree(claim) || end > size) return false;
  if ([subtreeRoot, root, ...proof].some((hash) => hash.length !== HASH_BYTES)) return false;
  let [first, at, last] = [start, end - 1, size - 1];
  const climb = (): void => {
    [first, at, last] = [Math.floor(first / 2), Math.floor(at / 2), Math.floor(last / 2)];
  };
  // A subtree that the tree has as a node is where the climb begins; of any other it begins with the last whole part.
  const isAtEdge = at === last;
  while (first !== at && (isAtEdge || at % 2 === 1)) climb();
  const [head, ...rest] = first === at ? [subtreeRoot, ...proof] : proof;
  if (head === undefined) return false;
  let [part, whole] = [head, head];
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      if (first < at) part = hasher.node(hash, part);
      whole = hasher.node(hash, whole);
      while (at % 2 === 0) climb();
    } else {
      whole = hasher.node(whole, hash);
    }
    climb();
  }
  return last === 0 && equalBytes(part, subtreeRoot) && equalBytes(whole, root);
}

function subtreeRanges(range: LeafRange, size: number): readonly LeafRange[] {
  requireTreeSize(size);
  let { start } = range;
  const { end: subtreeEnd } = range;
  if (!isSubtree(range) || subtreeEnd > size) {
    throw new Fault('proof.malformed', `leaves ${start} to ${subtreeEnd} are no subtree of ${size} leaves`);
  }
  const ranges: LeafRange[] = [];
  let [from, end] = [0, size];
  let isKnown = true;
  while (from !== start || end !== subtreeEnd) {
    const middle = from + splitPoint(end - from);
    if (subtreeEnd <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start: from, end: middle });
      // The subtree begins where this part does and ends beyond the split: its own root is not a node of the tree.
      if (start < middle) [isKnown, start] = [false, middle];
      from = middle;
    }
  }
  if (!isKnown) ranges.push({ start: from, end });
  return ranges.reverse();
}
