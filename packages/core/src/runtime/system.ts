/** The real clock, randomness and timers: the only place of the library that reads them. */
import { randomFillSync } from 'node:crypto';
import type { Clock, Random } from '../kernel/index.ts';

/** Bytes drawn from the operating system at once; small requests are cut from them. */
const POOL_BYTES = 4096;
/** Largest request, as the port says. */
const MAX_BYTES = 65_536;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNs: () => process.hrtime.bigint(),
};

/**
 * The operating system's random bytes, drawn {@link POOL_BYTES} at a time because one call costs more than the bytes.
 * A byte is handed out once and wiped from the pool.
 */
export const systemRandom: Random = pooledRandom((pool) => randomFillSync(pool));

/** A `Random` that cuts small requests from a pool which `fill` fills. Throws `RangeError` outside 1 to 65,536 bytes. */
export function pooledRandom(fill: (bytes: Uint8Array) => void): Random {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(length) {
      if (!Number.isInteger(length) || length < 1 || length > MAX_BYTES) {
        throw new RangeError(`random bytes come 1 to ${MAX_BYTES} at a time, not ${length}`);
      }
      if (length > POOL_BYTES / 4) {
        const large = new Uint8Array(length);
        fill(large);
        return large;
      }
      if (used + length > POOL_BYTES) {
        fill(pool);
        used = 0;
      }
      const bytes = pool.slice(used, used + length);
      pool.fill(0, used, used + length);
      used += length;
      return bytes;
    },
  };
}

/** Calls back later. A port, so that a test decides when later is. */
export interface Timers {
  /** Calls `callback` once after `delayMs` milliseconds; the answer cancels it and may be called twice. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The event loop's timers. A pending one keeps the process alive, because somebody waits for it. */
export const systemTimers: Timers = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Calls something again and again; the form in which a log wants a timer. Does not keep the process alive. */
export const systemRepeater: { every(milliseconds: number, run: () => void): () => void } = {
  every(milliseconds, run) {
    const timer = setInterval(run, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};
