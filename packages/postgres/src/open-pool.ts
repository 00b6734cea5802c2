/** A pool of sessions for tables beside the log: short transactions of many callers. */
import pg from 'pg';
import { clientOptions } from './client-options.ts';

/** Most sessions at once. */
const MAX_SESSIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is ended by the server, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** PostgreSQL's number of the type `bigint`. */
const INT8 = 20;

/**
 * A pool on the server at `url`, with `schema` first on the search path; `bigint` comes as a number, and one past 2^53 is refused. Throws as `openPostgres`. Nothing is
 * connected yet; the caller ends it.
 */
export function openPool(url: string, schema: string): pg.Pool {
  const pool = new pg.Pool({
    ...clientOptions(url),
    max: MAX_SESSIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    options: `-c search_path=${schema}`,
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary'): ((value: string) => unknown) =>
        type === INT8 ? exactNumber : (pg.types.getTypeParser(type, format) as (value: string) => unknown),
    },
  });
  // A session that the server ended while nobody used it: the next query opens another.
  pool.on('error', () => undefined);
  return pool;
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`\`${text}\` is past 2^53`);
  return value;
}
