/** How long to wait before the next attempt. */
import type { Random } from '@writ/core';

/** Longest wait after the first failure, in milliseconds; it doubles with each. */
const FIRST_MS = 1_000;
/** Longest wait of our own, in milliseconds: a destination that is back is found within five minutes. */
export const LONGEST_MS = 300_000;
/** Longest that a destination may put us off, in milliseconds: `Retry-After` comes from outside. */
const LONGEST_ASKED_MS = 900_000;
const WORD = 2 ** 32;

/**
 * Milliseconds to wait after `failures` in a row (at least 1): between half and all of an interval that doubles to {@link LONGEST_MS}, so that senders that failed together
 * do not come back together. `askedMs` is what the destination asked for: not less than that, up to a quarter of an hour.
 */
export function backoffMs(failures: number, random: Random, askedMs = 0): number {
  const interval = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  const share = (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / WORD;
  const own = Math.ceil(interval / 2 + (interval / 2) * share);
  return Math.max(own, Math.min(askedMs, LONGEST_ASKED_MS));
}
