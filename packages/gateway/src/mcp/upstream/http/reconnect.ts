/** When a stream that ended is opened again. */

/** First wait where the server names none, and the shortest and longest of any, in milliseconds. */
const FIRST_WAIT_MS = 1_000;
const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 60_000;

/** Attempts in a row without any event, after which an answer is given up. */
export const MAX_FRUITLESS_ATTEMPTS = 8;

/** Milliseconds to wait before attempt `fruitless` (from 0) in a row; what the server asks for counts within bounds. */
export function waitBefore(fruitless: number, retryMs: number | undefined): number {
  const wait =
    retryMs === undefined ? FIRST_WAIT_MS * 2 ** fruitless : retryMs * 2 ** Math.max(0, fruitless - 1);
  return Math.min(Math.max(wait, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
}
