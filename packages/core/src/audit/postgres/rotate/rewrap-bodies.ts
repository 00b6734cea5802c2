/** Wraps the keys of bodies anew in PostgreSQL, so that a former key of the tenant can be destroyed. */
import type { Random } from '../../../kernel/index.ts';
import { parseEntry } from '../../entry/index.ts';
import { type BodyKey, rewrapBody } from '../../seal/index.ts';
import { unavailable } from '../server-faults.ts';
import type { SqlConnection, SqlDatabase } from '../sql-database.ts';
import { DEFAULT_SCHEMA, requireLog, requireSchemaName } from '../stored/index.ts';

/** Bodies that are wrapped anew in one transaction. */
const PAGE_BODIES = 256;

/** Which log. */
export interface PostgresBodyKeysOptions {
  readonly database: SqlDatabase;
  /** Default `writ`. */
  readonly schema?: string;
}

/** What wraps, and what is to wrap. */
export interface RewrapPostgresOptions extends PostgresBodyKeysOptions {
  /** Present and former keys. */
  readonly keys: readonly BodyKey[];
  readonly to: BodyKey;
  readonly random: Random;
}

/** How many bodies each key wraps; those that were erased are not counted. Throws `log.missing`, `log.unavailable`. */
export async function postgresBodiesByKey(
  options: PostgresBodyKeysOptions,
): Promise<ReadonlyMap<string, number>> {
  return within(options, async (connection, schema) => {
    const { rows } = await connection.query(
      `SELECT key_id, count(*) AS count FROM ${schema}.bodies WHERE wrapped IS NOT NULL GROUP BY key_id`,
    );
    return new Map(rows.map((row) => [String(row['key_id']), Number(row['count'])]));
  });
}

/** As `rewrapBodies`, for a log in PostgreSQL; bodies in a bucket stay there. Throws as it does, and `log.missing`. */
export async function rewrapPostgresBodies(options: RewrapPostgresOptions): Promise<number> {
  return within(options, async (connection, schema) => {
    let bodies = 0;
    for (let after = -1; ; ) {
      await connection.script('BEGIN ISOLATION LEVEL READ COMMITTED');
      const page = await rewrapPage(connection, schema, after, options);
      await connection.script('COMMIT');
      bodies += page.length;
      const last = page.at(-1);
      if (last === undefined) return bodies;
      after = last;
    }
  });
}

async function rewrapPage(
  connection: SqlConnection,
  schema: string,
  after: number,
  { keys, to, random }: RewrapPostgresOptions,
): Promise<readonly number[]> {
  const { rows } = await connection.query(
    `SELECT b.seq, b.key_id, b.wrapped, e.bytes FROM ${schema}.bodies AS b JOIN ${schema}.entries AS e USING (seq)
     WHERE b.seq > $1 AND b.key_id <> $2 AND b.wrapped IS NOT NULL ORDER BY b.seq LIMIT $3 FOR UPDATE OF b`,
    [after, to.keyId, PAGE_BODIES],
  );
  const update = `UPDATE ${schema}.bodies SET key_id = $1, wrapped = $2 WHERE seq = $3`;
  const indexes: number[] = [];
  for (const row of rows) {
    const entry = parseEntry(row['bytes'] as Uint8Array);
    const stored = { keyId: String(row['key_id']), wrapped: row['wrapped'] as Uint8Array };
    const { keyId, wrapped } = rewrapBody(stored, { entry, keys, to, random });
    const index = Number(row['seq']);
    await connection.query(update, [keyId, wrapped, index]);
    indexes.push(index);
  }
  return indexes;
}

async function within<Result>(
  { database, schema: name = DEFAULT_SCHEMA }: PostgresBodyKeysOptions,
  act: (connection: SqlConnection, schema: string) => Promise<Result>,
): Promise<Result> {
  const schema = requireSchemaName(name);
  let connection: SqlConnection | undefined;
  try {
    connection = await database.connect();
    await requireLog(connection, schema);
    return await act(connection, schema);
  } catch (cause) {
    throw unavailable(cause);
  } finally {
    await connection?.close();
  }
}
