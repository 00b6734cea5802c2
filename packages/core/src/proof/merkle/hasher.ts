/** How a tree hashes: leaves and nodes in separate domains (RFC 9162 §2.1.1), over a hash form that the caller chooses. */
import { Fault } from '../../kernel/index.ts';

/** SHA-256 of `data`, 32 bytes, synchronously. The returned array belongs to the caller; `data` is reused after the call. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** Length of a hash in bytes. */
export const HASH_BYTES = 32;

/**
 * Hashing of one tree. `Hash` is opaque: bytes in a browser, a latin1 string where allocation is what costs.
 * INVARIANT: `decode(encode(hash))` stands for the same 32 bytes.
 */
export interface TreeHasher<Hash> {
  /** SHA-256 of nothing: the root of the tree without leaves. */
  readonly emptyRoot: Hash;
  /** SHA-256(0x00 || entry). */
  leaf(entry: Uint8Array): Hash;
  /** SHA-256(0x01 || left || right). */
  node(left: Hash, right: Hash): Hash;
  /** The 32 bytes of `hash`, not to be written to. */
  encode(hash: Hash): Uint8Array;
  /** The hash of 32 `bytes`; throws `proof.malformed` for another length. */
  decode(bytes: Uint8Array): Hash;
}

/** First byte of what is hashed into a leaf. */
const LEAF_PREFIX = 0x00;
/** First byte of what is hashed into a node. */
const NODE_PREFIX = 0x01;
/** Entries up to this many bytes are hashed without allocating: the largest an entry bundle can hold. */
const SCRATCH_ENTRY_BYTES = 65_535;

/** A hasher whose hashes are plain byte arrays. */
export function byteTreeHasher(sha256: Sha256): TreeHasher<Uint8Array> {
  const leafScratch = new Uint8Array(1 + SCRATCH_ENTRY_BYTES);
  const nodeScratch = new Uint8Array(1 + 2 * HASH_BYTES);
  leafScratch[0] = LEAF_PREFIX;
  nodeScratch[0] = NODE_PREFIX;
  return {
    emptyRoot: sha256(new Uint8Array(0)),
    leaf(entry) {
      const fits = entry.length <= SCRATCH_ENTRY_BYTES;
      const input = fits ? leafScratch.subarray(0, 1 + entry.length) : new Uint8Array(1 + entry.length);
      input.set(entry, 1);
      return sha256(input);
    },
    node(left, right) {
      // INVARIANT: both are 32 bytes; a shorter one would leave bytes of an earlier call in place.
      requireHash(left);
      requireHash(right);
      nodeScratch.set(left, 1);
      nodeScratch.set(right, 1 + HASH_BYTES);
      return sha256(nodeScratch);
    },
    encode: (hash) => hash,
    decode: (bytes) => requireHash(bytes),
  };
}

function requireHash(bytes: Uint8Array): Uint8Array {
  if (bytes.length === HASH_BYTES) return bytes;
  throw new Fault('proof.malformed', `a hash has ${HASH_BYTES} bytes, not ${bytes.length}`);
}
