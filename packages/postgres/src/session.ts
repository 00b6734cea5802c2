/** One session with a PostgreSQL server, over the `pg` driver. */
import type { SqlConnection, SqlResult, SqlRow, SqlValue } from '@writ/core/postgres';
import pg from 'pg';
import { clientOptions } from './client-options.ts';

/** Longest that connecting takes, in milliseconds. */
const CONNECT_MS = 10_000;
/** Longest wait for an answer, in milliseconds: more than the server itself gives a statement, so that only a lost one meets it. */
const ANSWER_MS = 45_000;
/** Longest that a goodbye takes before the socket is dropped, in milliseconds. */
const CLOSE_MS = 2_000;
/** Types of PostgreSQL by their fixed numbers (pg_type.dat). */
const INT8_OID = 20;

/** A new session with the server at `url`. Rejects as the driver does, and with `config.invalid` as {@link clientOptions}. */
export async function connectSession(url: string): Promise<SqlConnection> {
  const client = new pg.Client({
    ...clientOptions(url),
    application_name: 'writ',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  });
  // Without a listener the driver ends the process; who asks is told by the rejected query.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    throw namedFailure(cause);
  }
  return new Session(client);
}

/** A host of several addresses fails with a list that says nothing by itself. */
function namedFailure(cause: unknown): unknown {
  return cause instanceof AggregateError && cause.message === '' ? (cause.errors[0] as unknown) : cause;
}

class Session implements SqlConnection {
  readonly #client: pg.Client;
  readonly #names = new Map<string, string>();
  #closing: Promise<void> | undefined;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async query(text: string, values: readonly SqlValue[] = []): Promise<SqlResult> {
    // Prepared once a session; the texts are those of one log, so there are few.
    const name = this.#names.get(text) ?? `writ_${this.#names.size}`;
    this.#names.set(text, name);
    return resultOf(await this.#client.query<SqlRow>({ name, text, values: [...values] }));
  }

  async script(text: string): Promise<readonly SqlResult[]> {
    // Of several statements the driver answers a list, which its types do not say.
    const results: unknown = await this.#client.query<SqlRow>(text);
    return (Array.isArray(results) ? results : [results]).map((one) =>
      resultOf(one as pg.QueryResult<SqlRow>),
    );
  }

  onNotification(run: (payload: string) => void): void {
    // The driver knows the number of its own session on the server, and its types do not say so.
    const own: unknown = 'processID' in this.#client ? this.#client.processID : undefined;
    this.#client.on('notification', ({ payload, processId }) => {
      if (processId !== own) run(payload ?? '');
    });
  }

  onEnd(run: () => void): void {
    let isTold = false;
    const tell = (): void => {
      if (!isTold) run();
      isTold = true;
    };
    this.#client.on('end', tell);
    this.#client.on('error', tell);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, CLOSE_MS);
    await Promise.race([this.#client.end().catch(() => {}), late.promise]);
    clearTimeout(timer);
  }
}

function resultOf({ rows, rowCount }: pg.QueryResult<SqlRow>): SqlResult {
  return { rows, changed: rowCount ?? 0 };
}

/** Sizes and indexes are `bigint` columns and stay below 2^53. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8_OID) return Number;
  return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
}
