/** HMAC-SHA256 under one key, many times: its definition over prepared pads, because a hash object each costs ten times as much. */
import { hash } from 'node:crypto';
import { hmacSha256 } from '../../kernel/crypto/index.ts';

/** Block length of SHA-256 (RFC 2104 §2). */
const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Messages up to this many UTF-16 units are hashed in place; each may take three bytes. */
const SCRATCH_UNITS = 2_048;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** The 32-byte HMAC-SHA256 of a message's UTF-8 bytes under the one key. Each has scratch space of its own. */
export type KeyedHash = (message: string) => Buffer;

/** Prepares `key`, at most 64 bytes. */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  const inner = Buffer.alloc(BLOCK_BYTES + SCRATCH_UNITS * 3, INNER_PAD);
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, OUTER_PAD);
  for (const [at, byte] of key.entries()) {
    inner[at] = byte ^ INNER_PAD;
    outer[at] = byte ^ OUTER_PAD;
  }
  return (message) => {
    if (message.length > SCRATCH_UNITS) return Buffer.from(hmacSha256(key, message));
    const length = inner.write(message, BLOCK_BYTES, 'utf8');
    outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + length), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'buffer');
  };
}
