/** Cedar's duration: milliseconds in 64 bits. */
import { divideLong, type Long, toLong } from './long.ts';

const TEXT = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/;
/** Far more than the digits of 64 bits in five units; longer is refused unread. */
const MAX_TEXT = 128;

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
    const match = text.length > MAX_TEXT ? null : TEXT.exec(text);
    if (match === null) return undefined;
    const [, sign, ...counts] = match;
    if (counts.every((count) => count === undefined)) return undefined;
    const units = [MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, 1];
    const total = counts.reduce(
      (sum, count, index) => sum + BigInt(count ?? 0) * BigInt(units[index] ?? 0),
      0n,
    );
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
