/** The side of limits that a fleet shares, in PostgreSQL: one row is locked for each lease, so that no two nodes are lent the same units. */
import {
  createLeases,
  createUlid,
  describeFault,
  Fault,
  isFault,
  type LimitLeases,
  systemClock,
  systemRandom,
} from '@writ/core';
import type { SqlConnection, SqlDatabase } from '@writ/core/postgres';
import { leaseTransaction } from './lease-transaction.ts';

/** Where the leases are kept. */
export interface PostgresLeasesOptions {
  readonly database: SqlDatabase;
  /** Schema of the tables, made where it is missing; `[a-z_][a-z0-9_]{0,40}`. All nodes of a fleet name the same. Default `writ_limits`. */
  readonly schema?: string;
  /** Milliseconds since 1970. Default: the server's own clock, one for all nodes. */
  readonly now?: () => number;
}

/** The shared side; {@link close} ends its session. */
export interface PostgresLeases extends LimitLeases {
  /** Idempotent. Leases stay out until they end. */
  close(): Promise<void>;
}

/** Longest that a lock is waited for, in milliseconds: a node whose session hangs keeps the others no longer. */
const LOCK_MS = 5_000;

/** Longest that a session may keep its lock without a statement, in milliseconds: the server ends one that hangs. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** What was lent must be on the disk: after a crash of the server it would be lent once more. */
const SESSION = `SET lock_timeout = ${LOCK_MS}; SET idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS};
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

const TABLES = `
CREATE SCHEMA IF NOT EXISTS $schema;
CREATE TABLE IF NOT EXISTS $schema.clock (id integer PRIMARY KEY CHECK (id = 1), floor bigint NOT NULL);
INSERT INTO $schema.clock VALUES (1, 0) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS $schema.uses (key text PRIMARY KEY, used bigint NOT NULL, at bigint NOT NULL, ends bigint NOT NULL);
CREATE TABLE IF NOT EXISTS $schema.leases (
  id text PRIMARY KEY,
  key text NOT NULL,
  account text NOT NULL,
  amount bigint NOT NULL,
  at bigint NOT NULL,
  over bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS leases_by_end ON $schema.leases (over);
`;

/**
 * Leases in the database. Nothing is connected before the first is asked for. `take` and `settle` reject with `log.unavailable` where the server is out of reach; a
 * lease whose answer was lost counts as spent when it ends, as any other unsaid one.
 */
export function createPostgresLeases({
  database,
  schema = 'writ_limits',
  now,
}: PostgresLeasesOptions): PostgresLeases {
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema))
    throw new Fault('config.invalid', `\`${schema}\` is no name of a schema`, {
      hint: 'small letters, digits and `_`',
    });
  let session: Promise<SqlConnection> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const drop = async (): Promise<void> => {
    const former = session;
    session = undefined;
    await former?.then((connection) => connection.close()).catch(() => undefined);
  };
  const open = async (): Promise<SqlConnection> => {
    const connection = await database.connect();
    // Two nodes that make the tables at once would meet in the catalogue.
    await connection.script(
      `BEGIN; SELECT pg_advisory_xact_lock(hashtext('${schema}')); ${TABLES.replaceAll('$schema', schema)} COMMIT; ${SESSION}`,
    );
    return connection;
  };
  const transact = async <Result>(
    run: (transaction: ReturnType<typeof leaseTransaction>) => Promise<Result>,
  ): Promise<Result> => {
    try {
      const connection = await (session ??= open());
      await connection.script('BEGIN');
      try {
        const at = await lockClock(connection, schema, now);
        const result = await run(
          leaseTransaction(connection, schema, at, () => createUlid(systemClock, systemRandom)),
        );
        await connection.script('COMMIT');
        return result;
      } catch (thrown) {
        if (isFault(thrown)) await connection.script('ROLLBACK');
        throw thrown;
      }
    } catch (thrown) {
      if (isFault(thrown, 'bound.exceeded')) throw thrown;
      await drop();
      const cause = describeFault(thrown);
      throw new Fault(
        'log.unavailable',
        `the limits of the fleet are out of reach: ${cause}`,
        {},
        { cause: thrown },
      );
    }
  };
  const leases = createLeases((run) => {
    const turn = queue.then(() => transact(run));
    queue = turn.catch(() => undefined);
    return turn;
  });
  return { ...leases, close: () => queue.then(drop, drop) };
}

/** Locks the one row of the clock, which every transaction does first, and answers a time that never goes back. */
async function lockClock(
  connection: SqlConnection,
  schema: string,
  now: (() => number) | undefined,
): Promise<number> {
  await connection.query(`SELECT floor FROM ${schema}.clock WHERE id = 1 FOR UPDATE`);
  const { rows } = await connection.query(
    `UPDATE ${schema}.clock SET floor = greatest(floor, coalesce($1::bigint, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)) WHERE id = 1 RETURNING floor`,
    [now === undefined ? null : now()],
  );
  return Number(rows[0]?.['floor']);
}
