/** Cedar's decimal: four fractional digits, exact, within 64 bits of ten-thousandths. */
import { digitsToBigInt, type Long, toLong } from './long.ts';

const FRACTION_DIGITS = 4;
const TEXT = /^(-?)([0-9]+)\.([0-9]{1,4})$/;

/** A decimal number. */
export class Decimal {
  /** In ten-thousandths. */
  readonly units: Long;

  constructor(units: Long) {
    this.units = units;
  }

  /** `-?digits.1-4 digits`, from -922337203685477.5808 to 922337203685477.5807; `undefined` otherwise. */
  static parse(text: string): Decimal | undefined {
    const match = TEXT.exec(text);
    if (match === null) return undefined;
    const [, sign = '', whole = '', fraction = ''] = match;
    const magnitude = digitsToBigInt(whole + fraction.padEnd(FRACTION_DIGITS, '0'));
    const units = magnitude === undefined ? undefined : toLong(sign === '-' ? -magnitude : magnitude);
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
