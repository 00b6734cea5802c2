/** The tables of a log in PostgreSQL: one schema for each log. */
import { Fault } from '../../../kernel/index.ts';
import type { SqlConnection } from '../sql-database.ts';

/** Where a log is kept unless somebody says otherwise. */
export const DEFAULT_SCHEMA = 'writ';
/** What `head.version` says of these tables. */
const SCHEMA_VERSION = 1;
/** The oldest server that the statements are written for, as `server_version_num` says it. */
const OLDEST_SERVER = 150_000;
/** Serialises the making of schemas on one server; any constant does that is no boot's. */
const INSTALL_LOCK = 0x57524954;

/**
 * Throws `log.conflict` for what cannot be a schema's name: lower-case letters, digits and `_`, at most 48 characters, so that it never
 * needs quoting and its channel's name fits.
 */
export function requireSchemaName(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,47}$/.test(schema) && !schema.startsWith('pg_')) return schema;
  throw new Fault(
    'log.conflict',
    `\`${schema.slice(0, 80)}\` cannot name a schema: lower-case letters, digits and \`_\` are expected, at most 48`,
  );
}

/** Throws `log.missing` where `schema` holds no log. */
export async function requireLog(connection: SqlConnection, schema: string): Promise<void> {
  const { rows } = await connection.query('SELECT to_regclass($1) IS NOT NULL AS present', [
    `${schema}.head`,
  ]);
  if (rows[0]?.['present'] === true) return;
  throw new Fault('log.missing', `the schema \`${schema}\` holds no log`, { schema });
}

/** Makes the tables where they are missing. Throws `log.version` for a server or for tables that are not those expected. */
export async function installSchema(connection: SqlConnection, schema: string): Promise<void> {
  const { rows } = await connection.query(
    `SELECT current_setting('server_version_num')::int AS server, to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL AS present`,
    [`${schema}.head`, `${schema}.loose_objects`],
  );
  const server = Number(rows[0]?.['server']);
  if (server < OLDEST_SERVER)
    throw new Fault('log.version', `the server is PostgreSQL ${server}, expected ${OLDEST_SERVER} or later`);
  if (rows[0]?.['present'] !== true) {
    await connection.script(
      `BEGIN; SELECT pg_advisory_xact_lock(${INSTALL_LOCK}); ${tablesOf(schema)} COMMIT`,
    );
  }
  const head = await connection.query(`SELECT version FROM ${schema}.head WHERE id = 1`);
  const version = head.rows[0]?.['version'];
  if (version !== SCHEMA_VERSION)
    throw new Fault(
      'log.version',
      `the tables of \`${schema}\` are version ${String(version)}, expected ${SCHEMA_VERSION}`,
    );
}

/**
 * What is proven lies in `entries`, `nodes`, `head` and `checkpoints`. `state` holds the rows of the state tables of `writ.db`, each as its JSON text
 * with its seal; `changes` what each batch changed in it, for the processes that follow. What is encrypted, or soon dropped, is not worth compressing.
 * `reserve` keeps space for outcomes: mostly empty pages, without an index or a second file, so that giving them up needs no page. `successor` names the log that
 * goes on where this one ended. A body that was sealed again (`resealed`) stays here, wherever others are moved; `loose_objects` names bodies of which an object may lie in the
 * bucket to which nothing here leads. Of what may be erased the server keeps no samples for its planner: they would outlive it.
 */
function tablesOf(schema: string): string {
  return `
DO $$ BEGIN
  -- Not IF NOT EXISTS: that needs the right to make schemas also where there is one.
  IF to_regnamespace('${schema}') IS NULL THEN CREATE SCHEMA ${schema}; END IF;
END $$;
CREATE TABLE IF NOT EXISTS ${schema}.head (
  id integer PRIMARY KEY CHECK (id = 1),
  version integer NOT NULL,
  origin text NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  frontier bytea NOT NULL,
  time_floor bigint NOT NULL,
  witnessed_size bigint NOT NULL,
  kill_epoch bigint NOT NULL,
  state bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS ${schema}.entries (seq bigint PRIMARY KEY, leaf bytea NOT NULL, bytes bytea NOT NULL);
CREATE TABLE IF NOT EXISTS ${schema}.nodes (level integer, idx bigint, hash bytea NOT NULL, PRIMARY KEY (level, idx));
CREATE TABLE IF NOT EXISTS ${schema}.checkpoints (size bigint PRIMARY KEY, note text NOT NULL);
CREATE TABLE IF NOT EXISTS ${schema}.bodies (seq bigint PRIMARY KEY, key_id text NOT NULL, wrapped bytea, ciphertext bytea, resealed boolean NOT NULL DEFAULT false) WITH (toast_tuple_target = 8160);
ALTER TABLE ${schema}.bodies ADD COLUMN IF NOT EXISTS resealed boolean NOT NULL DEFAULT false;
ALTER TABLE ${schema}.bodies ALTER ciphertext SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS ${schema}.loose_objects (seq bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS ${schema}.concerns (tag bytea, seq bigint, PRIMARY KEY (tag, seq));
CREATE TABLE IF NOT EXISTS ${schema}.state (name text, key bytea, row text NOT NULL, seal bytea NOT NULL, PRIMARY KEY (name, key));
CREATE TABLE IF NOT EXISTS ${schema}.changes (size bigint PRIMARY KEY, since bigint NOT NULL, rows text NOT NULL);
ALTER TABLE ${schema}.changes ALTER rows SET STORAGE EXTERNAL, ALTER rows SET STATISTICS 0;
ALTER TABLE ${schema}.bodies ALTER wrapped SET STATISTICS 0, ALTER ciphertext SET STATISTICS 0;
ALTER TABLE ${schema}.concerns ALTER tag SET STATISTICS 0;
ALTER TABLE ${schema}.state ALTER key SET STATISTICS 0, ALTER row SET STATISTICS 0, ALTER seal SET STATISTICS 0;
CREATE TABLE IF NOT EXISTS ${schema}.successor (id integer PRIMARY KEY CHECK (id = 1), origin text NOT NULL, schema text NOT NULL);
CREATE TABLE IF NOT EXISTS ${schema}.reserve (n bigint NOT NULL) WITH (fillfactor = 10, autovacuum_enabled = off);
INSERT INTO ${schema}.head VALUES (1, ${SCHEMA_VERSION}, '', 0, '', '', 0, 0, 0, '') ON CONFLICT DO NOTHING;
`;
}
