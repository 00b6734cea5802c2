/** Cedar's Long: a 64-bit signed integer, exact. */

/** A JavaScript number while it is a safe integer, never -0; a BigInt beyond, from -2^63 to 2^63 - 1. One integer has one form, so `===` is equality. */
export type Long = number | bigint;

export const MIN_LONG: bigint = -(2n ** 63n);
export const MAX_LONG: bigint = 2n ** 63n - 1n;

/** The canonical form of `value`; `undefined` outside 64 bits. */
export function toLong(value: bigint): Long | undefined {
  if (value < MIN_LONG || value > MAX_LONG) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Digits of 2^63, and one more. */
const MAX_DIGITS = 20;

/** The number of a text of digits, leading zeros or not; `undefined` where it cannot fit 64 bits, in time linear in the text. */
export function digitsToBigInt(digits: string): bigint | undefined {
  const first = digits.search(/[1-9]/);
  if (first < 0) return 0n;
  return digits.length - first > MAX_DIGITS ? undefined : BigInt(digits.slice(first));
}

/** The sum, `undefined` on overflow. */
export function addLong(left: Long, right: Long): Long | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    // INVARIANT: a rounded result that is a safe integer is the exact result.
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return toLong(BigInt(left) + BigInt(right));
}

/** The difference, `undefined` on overflow. */
export function subtractLong(left: Long, right: Long): Long | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return toLong(BigInt(left) - BigInt(right));
}

/** The product, `undefined` on overflow. */
export function multiplyLong(left: Long, right: Long): Long | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    // Adding 0 turns -0 into 0.
    const product = left * right + 0;
    if (Number.isSafeInteger(product)) return product;
  }
  return toLong(BigInt(left) * BigInt(right));
}

/** The negative, `undefined` on overflow: of the least Long. */
export function negateLong(value: Long): Long | undefined {
  return typeof value === 'number' ? 0 - value : toLong(-value);
}

/** The quotient rounded towards zero; `by` is not 0. */
export function divideLong(value: Long, by: number): Long {
  if (typeof value === 'number') return Math.trunc(value / by) + 0;
  return toLong(value / BigInt(by)) ?? 0;
}

/** Whether `value` is a Long. */
export function isLong(value: unknown): value is Long {
  return typeof value === 'number' || typeof value === 'bigint';
}
