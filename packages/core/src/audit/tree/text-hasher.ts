/** Tree hashing over latin1 strings: as fast as SHA-256 gets here, because no array is allocated per hash. */
import { hash } from 'node:crypto';
import { Fault } from '../../kernel/index.ts';
import { HASH_BYTES, type TreeHasher } from '../../proof/index.ts';

/** Hashes are strings of 32 characters up to U+00FF. */
export interface TextHasher extends TreeHasher<string> {
  /** The leaf hash of the UTF-8 bytes of `entry`. */
  leafOfText(entry: string): string;
}

/** A hasher with scratch space of its own: one per user. */
export function createTextHasher(): TextHasher {
  const scratch = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01);
  return {
    emptyRoot: hash('sha256', '', 'binary'),
    leaf: (entry) => hash('sha256', Buffer.concat([Buffer.of(0x00), entry]), 'binary'),
    leafOfText: (entry) => hash('sha256', `\0${entry}`, 'binary'),
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
