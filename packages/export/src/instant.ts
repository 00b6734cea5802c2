/** Instants as text. */

/** The end of the year 9999: RFC 3339 has no later one. */
const LATEST_MS = 253_402_300_799_999;

/** `milliseconds` since 1970, not negative, as RFC 3339 in UTC; one past the year 9999 is its end. */
export function rfc3339(milliseconds: number): string {
  return new Date(Math.min(milliseconds, LATEST_MS)).toISOString();
}
