/** Lines of CSV that a spreadsheet only shows. */

/** What begins a formula, also in full width. */
const FORMULA = /(^|[;\t\r\n])([^\S\t\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/**
 * `cells` as a line of CSV (RFC 4180). What a spreadsheet would take for a formula has `'` before it: at the beginning of a cell, and behind what ends one where the list
 * separator of the reader's country is another. A tab or carriage return at the beginning counts as one.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(text: string): string {
  const safe = text.replace(FORMULA, `$1'$2`).replace(/^[\t\r]/, `'$&`);
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
