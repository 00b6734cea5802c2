/** Figures as they are said. */

const MICROS = 1_000_000;
/** Digits after the point of what is less than a unit. */
const MOST_DIGITS = 6;

/** An amount of money, from millionths of the currency unit: what the unit is, the meters of the nodes know. */
export function costSaid(micros: number): string {
  const units = micros / MICROS;
  const digits = units >= 1 || units === 0 ? 2 : Math.min(MOST_DIGITS, 2 - Math.floor(Math.log10(units)));
  return units.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: Math.max(2, digits) });
}

export function countSaid(count: number): string {
  return count.toLocaleString('en');
}

/** `part` of `whole` in hundredths: some is never said to be none, and not all never all. */
export function shareSaid(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const share = (100 * part) / whole;
  if (share < 0.1) return '< 0.1 %';
  if (part < whole && share > 99.9) return '> 99.9 %';
  return `${share < 10 ? share.toFixed(1) : Math.round(share)} %`;
}
