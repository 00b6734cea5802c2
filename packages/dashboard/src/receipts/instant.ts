/** Instants as addresses hold them: ISO 8601 in UTC, without what is zero. */

/** Milliseconds since 1970 of `2026-11-22T11:30`, which is UTC; nothing of what is no instant. */
export function instantOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)) return undefined;
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** The same back, without what is zero. */
export function instantText(at: number): string {
  return new Date(at)
    .toISOString()
    .slice(0, -1)
    .replace(/(:00)?\.000$/, '');
}
