/** Cedar's datetime (RFC 80 of the language): milliseconds since 1970 in 64 bits. */
import { Duration, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from './duration.ts';
import { addLong, type Long, subtractLong, toLong } from './long.ts';

const TEXT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** An instant. */
export class Datetime {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly epoch: Long;

  constructor(epoch: Long) {
    this.epoch = epoch;
  }

  /** `2026-11-21`, `…T10:00:00Z`, `…T10:00:00.000+0130`; no leap seconds; `undefined` otherwise. */
  static parse(text: string): Datetime | undefined {
    const match = TEXT.exec(text);
    if (match === null) return undefined;
    const [, ...groups] = match;
    const numberAt = (place: number): number => Number(groups[place] ?? 0);
    const [year, month, day] = [numberAt(0), numberAt(1), numberAt(2)];
    const [hour, minute, second, ms] = [numberAt(3), numberAt(4), numberAt(5), numberAt(6)];
    const [offsetHour, offsetMinute] = [numberAt(8), numberAt(9)];
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
    if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
    const date = new Date(0);
    // `Date.UTC` would read the years 0 to 99 as 1900 to 1999.
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute, second, ms);
    const offset = offsetHour * MS_PER_HOUR + offsetMinute * MS_PER_MINUTE;
    return new Datetime(date.getTime() + (groups[7] === '-' ? offset : -offset) + 0);
  }

  /** `undefined` on overflow. */
  offset(by: Duration): Datetime | undefined {
    const epoch = addLong(this.epoch, by.milliseconds);
    return epoch === undefined ? undefined : new Datetime(epoch);
  }

  /** `undefined` on overflow. */
  since(other: Datetime): Duration | undefined {
    const milliseconds = subtractLong(this.epoch, other.epoch);
    return milliseconds === undefined ? undefined : new Duration(milliseconds);
  }

  /** Midnight (UTC) of its day; `undefined` on overflow. */
  toDate(): Datetime | undefined {
    const epoch = toLong(BigInt(this.epoch) - this.#sinceMidnight());
    return epoch === undefined ? undefined : new Datetime(epoch);
  }

  /** What has passed since midnight (UTC). */
  toTime(): Duration {
    return new Duration(Number(this.#sinceMidnight()));
  }

  #sinceMidnight(): bigint {
    const day = BigInt(MS_PER_DAY);
    return ((BigInt(this.epoch) % day) + day) % day;
  }

  /** ISO 8601 where JavaScript has a date for it, milliseconds otherwise. */
  toString(): string {
    const date = new Date(Number(this.epoch));
    return Number.isNaN(date.getTime()) ? `${this.epoch}ms` : date.toISOString();
  }
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}
