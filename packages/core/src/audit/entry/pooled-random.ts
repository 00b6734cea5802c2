/** Random bytes drawn in large pieces, because a system call for each salt would cost more than the hash it salts. */
import { Fault, type Random } from '../../kernel/index.ts';

/** Bytes drawn at once: the most that the port gives. */
const POOL_BYTES = 65_536;

/** `random` behind a pool. INVARIANT: no byte is handed out twice, and a handed out array is never written again. */
export function pooledRandom(random: Random): Random {
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  return {
    bytes(length) {
      if (!Number.isInteger(length) || length < 1 || length > POOL_BYTES) {
        throw new Fault(
          'bound.exceeded',
          `\`${length}\` random bytes were asked for, expected 1 to ${POOL_BYTES}`,
        );
      }
      if (at + length > pool.length) {
        pool = random.bytes(POOL_BYTES);
        at = 0;
      }
      at += length;
      return pool.subarray(at - length, at);
    },
  };
}
