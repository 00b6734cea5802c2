/** Advisory locks that say who uses a log. The server lets go of them when their session ends, however it ends. */
import { Fault } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import type { SqlConnection, SqlDatabase } from './sql-database.ts';
import { DEFAULT_SCHEMA, requireSchemaName } from './stored/index.ts';

/** The lock that says that `boot` has a session. */
export function bootLock(origin: string, boot: string): string {
  return lockKey('writ/boot/v1', origin, boot);
}

/**
 * Says for the life of the session that a process uses the log in `schema`, and that `boot` has a session. Shared: a lost session of this boot may
 * still hold it. Throws `log.conflict` while the keys of the log are being changed.
 */
export async function holdUse(
  connection: SqlConnection,
  schema: string,
  origin: string,
  boot: string,
): Promise<void> {
  const { rows } = await connection.query('SELECT pg_try_advisory_lock_shared($1::bigint) AS free', [
    useLock(schema),
  ]);
  if (rows[0]?.['free'] !== true)
    throw new Fault('log.conflict', `the keys of the log in \`${schema}\` are being changed`, {
      hint: 'start again once that is done',
    });
  await connection.query('SELECT pg_advisory_lock_shared($1::bigint)', [bootLock(origin, boot)]);
}

/** Holds off every process until the transaction ends. Throws `log.conflict` where one uses the log. */
export async function holdAlone(connection: SqlConnection, schema: string): Promise<void> {
  const { rows } = await connection.query('SELECT pg_try_advisory_xact_lock($1::bigint) AS free', [
    useLock(schema),
  ]);
  if (rows[0]?.['free'] === true) return;
  throw new Fault('log.conflict', `a process uses the log in \`${schema}\``, {
    hint: 'stop the gateways of this log on every machine first',
  });
}

/** Throws `log.conflict` where some process on any machine has a session with the log in `schema`. One that has lost its session is not seen. */
export async function requireUnusedPostgresLog(options: {
  readonly database: SqlDatabase;
  /** Default `writ`. */
  readonly schema?: string;
}): Promise<void> {
  const connection = await options.database.connect();
  try {
    // In one statement, which is its own transaction: what it locks it lets go.
    await holdAlone(connection, requireSchemaName(options.schema ?? DEFAULT_SCHEMA));
  } finally {
    await connection.close();
  }
}

/** Whether this session alone moves bodies of the log in `schema`, from here to its end. */
export async function isMovingAlone(connection: SqlConnection, schema: string): Promise<boolean> {
  const { rows } = await connection.query('SELECT pg_try_advisory_lock($1::bigint) AS free', [
    lockKey('writ/move/v1', schema),
  ]);
  return rows[0]?.['free'] === true;
}

function useLock(schema: string): string {
  return lockKey('writ/use/v1', schema);
}

function lockKey(...names: readonly string[]): string {
  const bytes = sha256(JSON.stringify(names));
  return String(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0));
}
