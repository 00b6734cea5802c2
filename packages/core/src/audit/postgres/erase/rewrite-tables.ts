/** Takes what erasures left behind out of the server's files: the bytes of a row that is gone stay in its table's file until that is written anew. */
import { Fault, isFault } from '../../../kernel/index.ts';
import { unavailable } from '../server-faults.ts';
import type { SqlConnection, SqlDatabase } from '../sql-database.ts';
import { DEFAULT_SCHEMA, requireLog, requireSchemaName } from '../stored/index.ts';

/** Tables whose rows tell of people, if only encrypted. */
const TABLES = ['bodies', 'concerns', 'state', 'changes', 'loose_objects'] as const;
/** Largest table that is written anew unless somebody says otherwise, in bytes: a second or two, in which nothing is appended. */
export const MAX_REWRITTEN_BYTES = 268_435_456;
/** Longest that a table is waited for, in milliseconds. */
const LOCK_MS = 5_000;
/** How often it is looked whether others still see the rows, and how long the server waits in between, in seconds. */
const MAX_LOOKS = 20;
const PAUSE_S = 0.1;
/** `lock_not_available`: somebody else reads or writes the table all the time. */
const BUSY = '55P03';

/** Which log. */
export interface RewriteOptions {
  readonly database: SqlDatabase;
  /** Default `writ`. */
  readonly schema?: string;
  /** Larger tables are left as they are; default {@link MAX_REWRITTEN_BYTES}. */
  readonly maximumBytes?: number;
}

/** A table that was not written anew, and its size. */
export interface LeftTable {
  readonly table: string;
  readonly bytes: number;
  readonly why: 'large' | 'busy' | 'not_owner';
}

/** What became of the tables. */
export interface RewriteReport {
  readonly rewritten: readonly string[];
  /** Those that are too large, were busy, or are not the role's own: what was erased stays in their files until they are written anew. */
  readonly left: readonly LeftTable[];
  /** Sessions, replication slots and prepared transactions that began before and may still see what was erased: it is kept for them. */
  readonly watchers: number;
}

/**
 * Writes the tables anew (`VACUUM FULL`), one after another; appends wait meanwhile. Nothing of it reaches the write-ahead log, archives of it, standbys that lag, backups or the blocks
 * of the disk that files leave behind. Throws `log.missing`, `log.unavailable`.
 */
export async function rewritePostgresTables(options: RewriteOptions): Promise<RewriteReport> {
  const schema = requireSchemaName(options.schema ?? DEFAULT_SCHEMA);
  let connection: SqlConnection | undefined;
  try {
    connection = await options.database.connect();
    await requireLog(connection, schema);
    await connection.script(`SET lock_timeout = ${LOCK_MS}`);
    const watchers = await awaitWatchers(connection, schema);
    const rewritten: string[] = [];
    const left: LeftTable[] = [];
    for (const table of TABLES) {
      const why = await rewrite(
        connection,
        `${schema}.${table}`,
        options.maximumBytes ?? MAX_REWRITTEN_BYTES,
      );
      if (why === undefined) rewritten.push(table);
      else left.push({ table, ...why });
    }
    return { rewritten, left, watchers };
  } catch (cause) {
    throw unavailable(cause, 'what was erased could not be taken out of the files');
  } finally {
    await connection?.close();
  }
}

async function rewrite(
  connection: SqlConnection,
  table: string,
  maximumBytes: number,
): Promise<Omit<LeftTable, 'table'> | undefined> {
  const { rows } = await connection.query(FILE_OF, [table]);
  const [bytes, file] = [Number(rows[0]?.['bytes']), rows[0]?.['file']];
  if (bytes > maximumBytes) return { bytes, why: 'large' };
  try {
    await connection.script(`VACUUM FULL ${table}`);
    // A role that does not own the table is warned, and nothing else happens.
    const after = (await connection.query(FILE_OF, [table])).rows[0]?.['file'];
    return after === file ? { bytes, why: 'not_owner' } : undefined;
  } catch (cause) {
    const fault = unavailable(cause);
    if (isFault(fault, 'log.unavailable') && fault.data['sqlstate'] === BUSY) return { bytes, why: 'busy' };
    throw fault;
  }
}

/** How many may still see what was erased. Those that append are waited for: they are through in a moment. */
async function awaitWatchers(connection: SqlConnection, schema: string): Promise<number> {
  const begun = await connection.script(
    `BEGIN; SELECT 1 FROM ${schema}.head FOR UPDATE; SELECT pg_current_xact_id()::xid::text AS now; COMMIT`,
  );
  const now = begun[2]?.rows[0]?.['now'];
  if (typeof now !== 'string') throw new Fault('log.unavailable', 'the server names no transaction');
  for (let look = 1; ; look += 1) {
    const { rows } = await connection.query(WATCHERS, [now]);
    const watchers = Number(rows[0]?.['watchers']);
    if (watchers === 0 || look === MAX_LOOKS) return watchers;
    await connection.script(`SELECT pg_sleep(${PAUSE_S})`);
  }
}

const FILE_OF = 'SELECT pg_total_relation_size($1) AS bytes, pg_relation_filenode($1) AS file';
/** Those that hold back what `VACUUM` may remove; of other roles' sessions a role sees nothing unless it may (`pg_read_all_stats`). */
const WATCHERS = `SELECT
  (SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()
     AND greatest(age(backend_xmin), age(backend_xid)) >= age($1::text::xid))
  + (SELECT count(*) FROM pg_replication_slots WHERE age(xmin) >= age($1::text::xid))
  + (SELECT count(*) FROM pg_prepared_xacts WHERE age(transaction) >= age($1::text::xid)) AS watchers`;
