/** Cedar's decimal: four fractional digits, exact, within 64 bits of ten-thousandths. */
import { type Long, toLong } from './long.ts';

const FRACTION_DIGITS = 4;
const TEXT = /^(-?)([0-9]+)\.([0-9]{1,4})$/;
/** Longest text: a sign, 15 digits, a point, 4 digits, and leading zeros that the language allows; longer is refused unread. */
const MAX_TEXT = 64;

/** A decimal number. */
export class Decimal {
  /** In ten-thousandths. */
  readonly units: Long;

  constructor(units: Long) {
    this.units = units;
  }

  /** `-?digits.1-4 digits`, from -922337203685477.5808 to 922337203685477.5807; `undefined` otherwise. */
  static parse(text: string): Decimal | undefined {
    const match = text.length > MAX_TEXT ? null : TEXT.exec(text);
    if (match === null) return undefined;
    const [, sign = '', whole = '', fraction = ''] = match;
    const magnitude = BigInt(whole + fraction.padEnd(FRACTION_DIGITS, '0'));
    const units = toLong(sign === '-' ? -magnitude : magnitude);
    return units === undefined ? undefined : new Decimal(units);
  }

  /** The shortest text that parses to it, with at least one fractional digit. */
  toString(): string {
    const negative = this.units < 0;
    const digits = String(negative ? -BigInt(this.units) : this.units).padStart(FRACTION_DIGITS + 1, '0');
    const fraction = digits.slice(-FRACTION_DIGITS).replace(/0{1,3}$/, '');
    return `${negative ? '-' : ''}${digits.slice(0, -FRACTION_DIGITS)}.${fraction}`;
  }
}
