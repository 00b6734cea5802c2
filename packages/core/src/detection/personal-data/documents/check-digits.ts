/** Check digits of identity numbers. */

/** German tax identification number: eleven digits, one digit repeated among the first ten, ISO 7064 mod 11,10. */
export function hasGermanTaxDigit(number: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of number.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  // Issued numbers repeat one digit twice or thrice; published test numbers repeat none.
  if (repeated.length > 1 || (repeated[0] ?? 2) > 3) return false;
  let product = 10;
  for (const digit of number.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(number[10]);
}

/** Weights 7, 3, 1 over digits and letters (A is 10), modulo 10; the last character is the check digit (ICAO 9303 part 3). */
export function hasMachineReadableDigit(number: string): boolean {
  const weights = [7, 3, 1];
  let sum = 0;
  for (let at = 0; at < number.length - 1; at += 1) {
    sum += Number.parseInt(number.charAt(at), 36) * (weights[at % 3] as number);
  }
  return sum % 10 === Number(number.at(-1));
}
