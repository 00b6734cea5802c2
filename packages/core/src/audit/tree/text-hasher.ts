/** Tree hashing over latin1 strings: as fast as SHA-256 gets here, because no array is allocated per hash. */
import { hash } from 'node:crypto';
import { Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type TreeHasher } from '../../proof/index.ts';

/** Hashes are strings of 32 characters up to U+00FF. */
export interface TextHasher extends TreeHasher<string> {
  /** The leaf hash of the UTF-8 bytes of `entry`. */
  leafOfText(entry: string): string;
}

/** Entries up to this many UTF-16 units are hashed in scratch space; each unit may take three bytes. */
const SCRATCH_UNITS = 8_192;

/** A hasher with scratch space of its own: one per user. */
export function createTextHasher(): TextHasher {
  const scratch = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01);
  const leaf = Buffer.alloc(1 + 3 * SCRATCH_UNITS, 0x00);
  return {
    emptyRoot: hash('sha256', '', 'binary'),
    leaf: (entry) => hash('sha256', Buffer.concat([Buffer.of(0x00), entry]), 'binary'),
    leafOfText(entry) {
      if (entry.length > SCRATCH_UNITS) return hash('sha256', `\0${entry}`, 'binary');
      // Written, and not joined to the zero: what is kept of the entry is then one string and no longer the hundred it was printed as.
      return hash('sha256', leaf.subarray(0, 1 + leaf.write(entry, 1, 'utf8')), 'binary');
    },
    node(left, right) {
      scratch.write(left, 1, 'latin1');
      scratch.write(right, 1 + HASH_BYTES, 'latin1');
      return hash('sha256', scratch, 'binary');
    },
    encode: (text) => Buffer.from(text, 'latin1'),
    decode(bytes) {
      if (bytes.length !== HASH_BYTES) {
        throw new Fault('proof.malformed', `a hash has ${HASH_BYTES} bytes, not ${bytes.length}`);
      }
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    },
  };
}
