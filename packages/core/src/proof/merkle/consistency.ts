/** Consistency proofs: that a tree is an earlier one with leaves appended (RFC 9162 §2.1.4). */
import { equalBytes, Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type TreeHasher } from './hasher.ts';
import { type HashReader, type LeafRange, readRanges, requireTreeSize, splitPoint } from './subtree.ts';

/** What a consistency proof claims. Roots and hashes are 32 bytes. */
export interface ConsistencyClaim {
  /** Leaves in the earlier tree, at least 1. */
  readonly olderSize: number;
  readonly olderRoot: Uint8Array;
  /** Leaves in the later tree, at least `olderSize`. */
  readonly newerSize: number;
  readonly newerRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** The proof from `olderSize` to `newerSize`; empty where they are equal. Throws `proof.malformed` unless 1 ≤ older ≤ newer. */
export async function proveConsistency<Hash>(
  hasher: TreeHasher<Hash>,
  reader: HashReader<Hash>,
  olderSize: number,
  newerSize: number,
): Promise<readonly Hash[]> {
  return readRanges(hasher, reader, consistencyRanges(olderSize, newerSize));
}

/**
 * Whether `claim` holds. False, never a fault, for anything malformed.
 *
 * An earlier tree without leaves is refused: every tree extends it, so the proof would say nothing. Roots of other than 32 bytes
 * are refused even where both are equal and no hash is computed, because no SHA-256 tree has them.
 */
export function verifyConsistency(hasher: TreeHasher<Uint8Array>, claim: ConsistencyClaim): boolean {
  const { olderSize, olderRoot, newerSize, newerRoot, proof } = claim;
  if (!Number.isSafeInteger(olderSize) || !Number.isSafeInteger(newerSize)) return false;
  if (olderSize < 1 || olderSize > newerSize) return false;
  if ([olderRoot, newerRoot, ...proof].some((hash) => hash.length !== HASH_BYTES)) return false;
  if (olderSize === newerSize) return proof.length === 0 && equalBytes(olderRoot, newerRoot);
  if (proof.length === 0) return false;
  return climb(hasher, claim);
}

/** Rebuilds both roots from the one set of hashes. */
function climb(hasher: TreeHasher<Uint8Array>, claim: ConsistencyClaim): boolean {
  let at = claim.olderSize - 1;
  let last = claim.newerSize - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  // An earlier tree that is one complete subtree is its own starting point; the proof leaves it out.
  const path = at === 0 ? [claim.olderRoot, ...claim.proof] : claim.proof;
  let older = path[0] as Uint8Array;
  let newer = older;
  for (const hash of path.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = hasher.node(hash, older);
      newer = hasher.node(hash, newer);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newer = hasher.node(newer, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(older, claim.olderRoot) && equalBytes(newer, claim.newerRoot);
}

function consistencyRanges(olderSize: number, newerSize: number): readonly LeafRange[] {
  requireTreeSize(olderSize);
  requireTreeSize(newerSize);
  if (olderSize < 1 || olderSize > newerSize) {
    throw new Fault(
      'proof.malformed',
      `no consistency proof leads from size ${olderSize} to size ${newerSize}`,
    );
  }
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = newerSize;
  while (end !== olderSize) {
    const middle = start + splitPoint(end - start);
    if (olderSize <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The verifier already has the hash of what is left where that is the whole earlier tree.
  if (start !== 0) ranges.push({ start, end });
  return ranges.reverse();
}
