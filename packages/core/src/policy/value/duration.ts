/** Cedar's duration: milliseconds in 64 bits. */
import { digitsToBigInt, divideLong, type Long, toLong } from './long.ts';

const TEXT = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/;

export const MS_PER_SECOND = 1000;
export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** A span of time, perhaps negative. */
export class Duration {
  readonly milliseconds: Long;

  constructor(milliseconds: Long) {
    this.milliseconds = milliseconds;
  }

  /** `1d2h3m4s5ms`, units in this order, at least one, `-` before all; `undefined` otherwise and outside 64 bits. */
  static parse(text: string): Duration | undefined {
    const match = TEXT.exec(text);
    if (match === null) return undefined;
    const [, sign, ...counts] = match;
    if (counts.every((count) => count === undefined)) return undefined;
    const units = [MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, 1];
    let total = 0n;
    for (const [index, count = '0'] of counts.entries()) {
      const number = digitsToBigInt(count);
      if (number === undefined) return undefined;
      total += number * BigInt(units[index] ?? 0);
    }
    const milliseconds = toLong(sign === '-' ? -total : total);
    return milliseconds === undefined ? undefined : new Duration(milliseconds);
  }

  /** Whole units of `unit` milliseconds, rounded towards zero. */
  in(unit: number): Long {
    return divideLong(this.milliseconds, unit);
  }

  toString(): string {
    return `${this.milliseconds}ms`;
  }
}
