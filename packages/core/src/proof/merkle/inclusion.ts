/** Inclusion proofs: that one leaf stands at one index of a tree (RFC 9162 §2.1.3). */
import { equalBytes, Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type TreeHasher } from './hasher.ts';
import { type HashReader, type LeafRange, readRanges, requireTreeSize, splitPoint } from './subtree.ts';

/** What an inclusion proof claims. Hashes are 32 bytes. */
export interface InclusionClaim {
  /** Index of the leaf, from 0. */
  readonly index: number;
  /** Leaves in the tree, above `index`. */
  readonly size: number;
  readonly leaf: Uint8Array;
  /** Sibling hashes from the leaf upwards. */
  readonly proof: readonly Uint8Array[];
}

/** The proof that leaf `index` is in the tree of `size` leaves, from the leaf upwards. Throws `proof.malformed` for an index outside. */
export async function proveInclusion<Hash>(
  hasher: TreeHasher<Hash>,
  reader: HashReader<Hash>,
  index: number,
  size: number,
): Promise<readonly Hash[]> {
  return readRanges(hasher, reader, inclusionRanges(index, size));
}

/** Whether `claim` holds under `root`. False, never a fault, for anything malformed: hashes of other than 32 bytes and impossible sizes included. */
export function verifyInclusion(
  hasher: TreeHasher<Uint8Array>,
  claim: InclusionClaim,
  root: Uint8Array,
): boolean {
  const proven = rootFromInclusion(hasher, claim);
  return proven !== undefined && equalBytes(proven, root);
}

/** The root under which `claim` holds, or `undefined` where its proof has another shape than its index and size demand. */
export function rootFromInclusion(
  hasher: TreeHasher<Uint8Array>,
  claim: InclusionClaim,
): Uint8Array | undefined {
  const { index, size, leaf, proof } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return;
  if (leaf.length !== HASH_BYTES || proof.some((hash) => hash.length !== HASH_BYTES)) return;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return;
    if (at % 2 === 1 || at === last) {
      hash = hasher.node(sibling, hash);
      // The last node of an incomplete level has no sibling there: climb to where it has.
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = hasher.node(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
}

function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  requireTreeSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new Fault('proof.malformed', `leaf \`${index}\` is not in a tree of ${size} leaves`);
  }
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}
