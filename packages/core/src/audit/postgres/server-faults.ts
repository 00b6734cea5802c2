/** What a PostgreSQL server says when it cannot do what it was asked. */
import { describeFault, Fault, isFault } from '../../kernel/index.ts';

/** What the server means by the codes that an operator can do something about (PostgreSQL, appendix A). */
const HINTS: Readonly<Record<string, string>> = {
  '53100': 'free some space on the server; the log goes on by itself',
  '53200': 'the server is out of memory; the log goes on by itself',
  '53300': 'the server has no session left; raise `max_connections`, or end some',
  '25006': 'the server takes no writes; connect to the primary, or let it write again',
  '28P01': 'the server takes no such user with this password; correct the connection string',
  '3D000': 'make the database, or name another in the connection string',
  ECONNREFUSED: 'start the server, or correct host and port in the connection string',
  ENOTFOUND: 'correct the host in the connection string',
  '42501': 'the role must own the schema of the log, or be allowed to make it',
};

/** Anything that the server or the socket said, as the one fault that callers know, with the server’s code as `sqlstate`. */
export function unavailable(cause: unknown, problem = 'the log could not be reached'): Fault {
  if (isFault(cause)) return cause;
  const sqlstate = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const hint = HINTS[sqlstate];
  return new Fault(
    'log.unavailable',
    `${problem}: ${describeFault(cause)}`,
    { ...(sqlstate === '' ? {} : { sqlstate }), ...(hint === undefined ? {} : { hint }) },
    { cause },
  );
}

/** Whether the server found its disk full (`disk_full`). */
export function isServerFull(fault: unknown): boolean {
  return isFault(fault) && fault.data['sqlstate'] === '53100';
}
