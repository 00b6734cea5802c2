/** Faults of a database that pass: it is being started again, is full, or may not be written to now. */

/** SQLite’s primary result codes: busy, locked, read-only, input or output, full, not to be opened. */
const SQLITE: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);
const SQLITE_PRIMARY = 0xff;
/** Classes of PostgreSQL (appendix A): connection, resources, operator’s intervention, system; and a server or role that may only read. */
const SQLSTATES = /^(?:08|53|57P|58)...?$|^25006$|^42501$|^28P01$|^3D000$/;
/** What the socket says. */
const SOCKET: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What the driver says, without a code. */
const DRIVER =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the database, and not what it was asked, is why `thrown` was thrown: the same may be asked again later. */
export function isOutOfReach(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if ('errcode' in thrown) return SQLITE.has(Number(thrown.errcode) & SQLITE_PRIMARY);
  const code = 'code' in thrown ? String(thrown.code) : '';
  return SOCKET.has(code) || SQLSTATES.test(code) || DRIVER.test(thrown.message);
}
