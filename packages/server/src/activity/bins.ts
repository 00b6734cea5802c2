/** Times in bins that can be summed: what quantiles of any stretch of time are read from, without the times themselves. */

/** Each doubling has so many bins: a quantile is at most 1/32 of itself away from a time that there was. */
const PER_DOUBLING = 16;
/** Times below it have a bin each. */
const EXACT = 2 * PER_DOUBLING;
const FIRST_DOUBLING = Math.log2(EXACT);

/** How many times lie in which bin. */
export type Bins = Map<number, number>;

/** The bin of `micros`, a whole number from 0 on. */
export function binOf(micros: number): number {
  if (micros < EXACT) return micros;
  let doubling = Math.floor(Math.log2(micros));
  // A logarithm is rounded: near a power of two it may be the next one.
  if (2 ** doubling > micros) doubling -= 1;
  else if (2 ** (doubling + 1) <= micros) doubling += 1;
  const within = Math.floor((micros / 2 ** doubling) * PER_DOUBLING) - PER_DOUBLING;
  return EXACT + (doubling - FIRST_DOUBLING) * PER_DOUBLING + within;
}

/** The middle of `bin`, in microseconds. */
export function middleOf(bin: number): number {
  if (bin < EXACT) return bin;
  const doubling = FIRST_DOUBLING + Math.floor((bin - EXACT) / PER_DOUBLING);
  const width = 2 ** doubling / PER_DOUBLING;
  const least = 2 ** doubling + ((bin - EXACT) % PER_DOUBLING) * width;
  return Math.floor(least + (width - 1) / 2);
}

/** The time that a `share` of all is not above; absent for none. */
export function quantileOf(bins: Bins, share: number): number | undefined {
  const count = [...bins.values()].reduce((sum, one) => sum + one, 0);
  if (count <= 0) return undefined;
  let left = Math.ceil(share * count);
  let last = 0;
  for (const [bin, one] of [...bins].toSorted(([before], [after]) => before - after)) {
    last = bin;
    left -= one;
    if (left <= 0) break;
  }
  return middleOf(last);
}
