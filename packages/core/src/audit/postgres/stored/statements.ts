/** What is said to the server, for the tables of one schema. */

import { type BodyStatements, bodyStatements } from './body-statements.ts';

/** Statements over the tables of `schema`, which `requireSchemaName` accepted. */
export interface Statements extends BodyStatements {
  readonly session: string;
  readonly lockHead: string;
  readonly readHead: string;
  readonly makeReserve: string;
  readonly freeReserve: string;
  readonly end: string;
  readonly successor: string;
  readonly reseal: string;
  readonly resealHead: string;
  readonly catchUp: string;
  readonly leaves: string;
  readonly newestNote: string;
  readonly places: string;
  readonly nodes: string;
  readonly window: string;
  readonly state: string;
  readonly write: string;
  readonly entry: string;
  readonly body: string;
  readonly bundle: string;
  readonly leafTile: string;
  readonly nodeTile: string;
  readonly countEntries: string;
  readonly bodies: string;
  readonly concerns: string;
  readonly concerning: string;
  readonly countBeside: string;
}

/** Longest that a session may hold the head without a word, in milliseconds: a process that hangs must not stop the others for good. */
const IDLE_IN_TRANSACTION_MS = 5_000;
/** Longest that a statement waits for the head, in milliseconds. */
const LOCK_MS = 15_000;
/** Longest that a statement takes, in milliseconds. */
const STATEMENT_MS = 60_000;

/** Longest that giving up the reserve waits for whoever reads it, a dump for example, in milliseconds. */
const FREE_MS = 2_000;
/** Rows of the reserve: at 20 a page of 8 KB, as its fill factor has it, 4 MiB. */
const RESERVE_ROWS = 10_240;

const HEAD_COLUMNS = 'origin, size, root, frontier, time_floor, witnessed_size, kill_epoch, state';

/** The channel on which a committed batch is announced. */
export function channelOf(schema: string): string {
  return `writ_${schema}`;
}

/** The statements of a log in `schema`. */
export function statementsOf(schema: string): Statements {
  return {
    session: sessionStatement(schema),
    // INVARIANT: read committed, so that after waiting for the lock the row and everything read after it are those of the moment.
    // What else is asked is asked afterwards: who waits for the head must hold no lock on the reserve.
    lockHead: `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT ${HEAD_COLUMNS} FROM ${schema}.head WHERE id = 1 FOR UPDATE;
SELECT EXISTS (SELECT FROM ${schema}.reserve) AS reserved, (SELECT origin FROM ${schema}.successor) AS successor`,
    makeReserve: `INSERT INTO ${schema}.reserve SELECT generate_series(1, ${RESERVE_ROWS})`,
    freeReserve: `SET LOCAL lock_timeout = ${FREE_MS}; TRUNCATE ${schema}.reserve`,
    end: `INSERT INTO ${schema}.successor (id, origin, schema) VALUES (1, $1, $2) ON CONFLICT DO NOTHING`,
    successor: `SELECT origin, schema FROM ${schema}.successor`,
    reseal: `UPDATE ${schema}.state AS s SET seal = decode(t.seal, 'hex')
FROM unnest($1::text[], $2::text[], $3::text[]) AS t(name, key, seal) WHERE s.name = t.name AND s.key = decode(t.key, 'hex')`,
    resealHead: `UPDATE ${schema}.head SET state = $1 WHERE id = 1`,
    readHead: `SELECT ${HEAD_COLUMNS} FROM ${schema}.head WHERE id = 1`,
    catchUp: `SELECT
  (SELECT note FROM ${schema}.checkpoints WHERE size = $2::bigint) AS note,
  (SELECT json_agg(json_build_array(since, size, rows) ORDER BY size) FROM ${schema}.changes WHERE size > $1::bigint AND size <= $2::bigint)::text AS changes`,
    leaves: `SELECT count(*) AS count, string_agg(leaf, '' ORDER BY seq) AS leaves FROM ${schema}.entries WHERE seq >= $1 AND seq < $2`,
    newestNote: `SELECT size, note FROM ${schema}.checkpoints ORDER BY size DESC LIMIT 1`,
    places: `SELECT min(seq) AS first, max(seq) AS last FROM ${schema}.entries`,
    nodes: `SELECT level, idx, hash FROM ${schema}.nodes WHERE (level, idx) IN (SELECT * FROM unnest($1::int[], $2::bigint[]))`,
    window: `SELECT seq, leaf, bytes FROM ${schema}.entries WHERE seq >= $1 AND seq < $2 ORDER BY seq`,
    state: `SELECT name, key, row, seal FROM ${schema}.state WHERE (name, key) > ($1, $2) ORDER BY name, key LIMIT $3`,
    write: writeStatement(schema),
    entry: `SELECT leaf, bytes FROM ${schema}.entries WHERE seq = $1`,
    body: `SELECT key_id, wrapped, ciphertext FROM ${schema}.bodies WHERE seq = $1`,
    bundle: `SELECT bytes FROM ${schema}.entries WHERE seq >= $1 AND seq < $2 ORDER BY seq`,
    leafTile: `SELECT leaf AS hash FROM ${schema}.entries WHERE seq >= $1 AND seq < $2 ORDER BY seq`,
    nodeTile: `SELECT hash FROM ${schema}.nodes WHERE level = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
    countEntries: `SELECT count(*) AS count FROM ${schema}.entries`,
    bodies: `SELECT e.seq, e.bytes, b.key_id, b.wrapped, b.ciphertext FROM ${schema}.entries AS e LEFT JOIN ${schema}.bodies AS b USING (seq) WHERE e.seq >= $1 AND e.seq < $2 ORDER BY e.seq`,
    concerning: `SELECT seq FROM ${schema}.concerns WHERE tag = $1`,
    concerns: `SELECT seq, tag FROM ${schema}.concerns WHERE seq >= $1 AND seq < $2`,
    countBeside: `SELECT (SELECT count(*) FROM ${schema}.bodies) AS bodies, (SELECT count(*) FROM ${schema}.concerns) AS concerns`,
    ...bodyStatements(schema),
  };
}

/**
 * Plans are made once: no value changes one, and planning the statement of a batch takes longer than running it for one entry.
 * An acknowledged entry must be on the disk: `synchronous_commit` is raised where it is off, and kept where it asks for more.
 */
function sessionStatement(schema: string): string {
  return `SET statement_timeout = ${STATEMENT_MS}; SET lock_timeout = ${LOCK_MS};
SET idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}; SET plan_cache_mode = force_generic_plan;
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
LISTEN ${channelOf(schema)}`;
}

/**
 * One batch as one statement, so that a transaction takes three round trips. Its parts name different tables, or different rows of one, and
 * so may run in any order; the last moves the head by compare-and-swap on its size.
 */
function writeStatement(schema: string): string {
  return `WITH
delta AS MATERIALIZED (
  SELECT v->>0 AS name, decode(v->>1, 'hex') AS key, decode(v->>2, 'hex') AS seal, v->>4 AS row
  FROM json_array_elements($1::text::json) AS v
),
put_rows AS (
  INSERT INTO ${schema}.state (name, key, row, seal) SELECT name, key, row, seal FROM delta WHERE row IS NOT NULL
  ON CONFLICT (name, key) DO UPDATE SET row = excluded.row, seal = excluded.seal
),
drop_rows AS (
  DELETE FROM ${schema}.state AS s USING delta AS d WHERE d.row IS NULL AND s.name = d.name AND s.key = d.key
),
put_changes AS (INSERT INTO ${schema}.changes (since, size, rows) VALUES ($2::bigint, $3::bigint, $1::text)),
drop_changes AS (DELETE FROM ${schema}.changes WHERE size <= $4::bigint),
put_entries AS (
  INSERT INTO ${schema}.entries (seq, leaf, bytes)
  SELECT $2::bigint + i - 1, substring($5::bytea FROM (i - 1)::int * 32 + 1 FOR 32), substring($6::bytea FROM s FOR l)
  FROM unnest($7::int[], $8::int[]) WITH ORDINALITY AS t(s, l, i)
),
put_bodies AS (
  INSERT INTO ${schema}.bodies (seq, key_id, wrapped, ciphertext)
  SELECT seq, $9::text, substring($10::bytea FROM ws FOR wl), substring($10::bytea FROM cs FOR cl)
  FROM unnest($11::bigint[], $12::int[], $13::int[], $14::int[], $15::int[]) AS t(seq, ws, wl, cs, cl)
),
put_concerns AS (
  INSERT INTO ${schema}.concerns (tag, seq)
  SELECT substring($16::bytea FROM (i - 1)::int * 32 + 1 FOR 32), seq
  FROM unnest($17::bigint[]) WITH ORDINALITY AS t(seq, i)
),
put_nodes AS (
  INSERT INTO ${schema}.nodes (level, idx, hash)
  SELECT level, idx, substring($18::bytea FROM (i - 1)::int * 32 + 1 FOR 32)
  FROM unnest($19::int[], $20::bigint[]) WITH ORDINALITY AS t(level, idx, i)
),
put_checkpoint AS (INSERT INTO ${schema}.checkpoints (size, note) VALUES ($3::bigint, $21::text)),
drop_checkpoint AS (DELETE FROM ${schema}.checkpoints WHERE size = $22::bigint)
UPDATE ${schema}.head SET origin = $23, size = $3::bigint, root = $24, frontier = $25, time_floor = $26, kill_epoch = $27, state = $28, witnessed_size = $29
WHERE id = 1 AND size = $2::bigint
RETURNING pg_notify('${channelOf(schema)}', $3::bigint::text)`;
}
