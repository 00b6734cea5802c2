/** The right edge of a growing tree: all that a writer must keep to append leaves and to know the root. */
import { concatBytes, Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type TreeHasher } from './hasher.ts';
import { joinSubtrees, requireTreeSize } from './subtree.ts';

/** Called for every subtree that a leaf completes, the leaf itself (level 0) first. */
export type SubtreeCompleted<Hash> = (level: number, index: number, hash: Hash) => void;

/**
 * One hash for each complete subtree of a tree, largest first: as many as its size has set bits, at most 53.
 * Appending costs one node hash on average.
 */
export class Frontier<Hash> {
  readonly #hasher: TreeHasher<Hash>;
  readonly #hashes: Hash[];
  #size: number;

  /** The frontier of an empty tree, or of `size` leaves with `hashes` largest subtree first. Throws `proof.malformed` where the two disagree. */
  constructor(hasher: TreeHasher<Hash>, size = 0, hashes: readonly Hash[] = []) {
    if (hashes.length !== countSetBits(requireTreeSize(size))) {
      throw new Fault('proof.malformed', `a frontier of size ${size} cannot have ${hashes.length} hashes`);
    }
    this.#hasher = hasher;
    this.#hashes = [...hashes];
    this.#size = size;
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** The hashes of the complete subtrees, largest first; a copy. */
  get hashes(): readonly Hash[] {
    return [...this.#hashes];
  }

  /** Appends the hash of one leaf. Throws `bound.exceeded` past 2^53−1 leaves. */
  append(leaf: Hash, completed?: SubtreeCompleted<Hash>): void {
    if (this.#size === Number.MAX_SAFE_INTEGER) {
      throw new Fault('bound.exceeded', 'a tree holds at most 2^53-1 leaves');
    }
    let hash = leaf;
    let index = this.#size;
    let level = 0;
    if (completed !== undefined) completed(level, index, hash);
    // An odd index is a right child: its left sibling is the last subtree of the frontier.
    while (index % 2 === 1) {
      hash = this.#hasher.node(this.#hashes.pop() as Hash, hash);
      index = (index - 1) / 2;
      level += 1;
      if (completed !== undefined) completed(level, index, hash);
    }
    this.#hashes.push(hash);
    this.#size += 1;
  }

  /** The root of the tree so far (RFC 9162 §2.1.1). */
  root(): Hash {
    return joinSubtrees(this.#hasher, this.#hashes);
  }

  /** An independent frontier at the same place. */
  clone(): Frontier<Hash> {
    return new Frontier(this.#hasher, this.#size, this.#hashes);
  }

  /** The hashes as bytes, 32 each, largest subtree first; the size is stored beside them. */
  toBytes(): Uint8Array {
    return concatBytes(...this.#hashes.map((hash) => this.#hasher.encode(hash)));
  }
}

/** The frontier that {@link Frontier.toBytes} wrote for `size` leaves. Throws `proof.malformed`. */
export function parseFrontier<Hash>(
  hasher: TreeHasher<Hash>,
  size: number,
  bytes: Uint8Array,
): Frontier<Hash> {
  if (bytes.length % HASH_BYTES !== 0) {
    throw new Fault(
      'proof.malformed',
      `a frontier is made of ${HASH_BYTES}-byte hashes, not ${bytes.length} bytes`,
    );
  }
  const hashes: Hash[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) {
    hashes.push(hasher.decode(bytes.slice(at, at + HASH_BYTES)));
  }
  return new Frontier(hasher, size, hashes);
}

function countSetBits(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
