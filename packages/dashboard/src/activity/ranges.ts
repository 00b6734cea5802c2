/** How far back charts go, and in which steps. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Each by the word of the address. */
export const RANGES = {
  '1h': { words: '1 h', length: HOUR, step: MINUTE },
  '24h': { words: '24 h', length: 24 * HOUR, step: 15 * MINUTE },
  '7d': { words: '7 d', length: 168 * HOUR, step: 2 * HOUR },
  '30d': { words: '30 d', length: 720 * HOUR, step: 6 * HOUR },
} as const;
export type RangeName = keyof typeof RANGES;
export const RANGE_NAMES = Object.keys(RANGES) as readonly RangeName[];

/** What `word` means; a day where it means nothing. */
export function rangeOf(word: string | undefined): RangeName {
  return RANGE_NAMES.find((name) => name === word) ?? '24h';
}

/** Whole steps that end with the one that `now` is in. */
export function boundsOf(range: RangeName, now: number): { from: number; to: number; step: number } {
  const { length, step } = RANGES[range];
  const to = (Math.floor(now / step) + 1) * step;
  return { from: to - length, to, step };
}
