/** Opens a log in PostgreSQL for reading alone: no entry of its own, beside any number of writers, on a standby too. */
import { Fault } from '../../kernel/index.ts';
import type { LogReader, StateReader } from '../../model/index.ts';
import { type BodyKey, concernTags, type FindBodyKey, StateBox, StateSealer } from '../seal/index.ts';
import { parseEntry } from '../entry/index.ts';
import { createCheckpointKey, createTextHasher } from '../tree/index.ts';
import { LogCopy } from './log-copy.ts';
import { newestCheckpoint, postgresLogReader, postgresStateReader } from './log-reader.ts';
import type { PostgresLogOptions } from './open-postgres-log.ts';
import { isHeadSealed } from './sealed-with.ts';
import { unavailable } from './server-faults.ts';
import type { SqlConnection } from './sql-database.ts';
import { DEFAULT_SCHEMA, parseHead, requireLog, requireSchemaName, statementsOf } from './stored/index.ts';

/** Entries that are read at once where somebody reads them in order. */
const AHEAD = 256;

/** What to read, and with which keys: those of the log's own processes, because the state is compared with its seal. */
export interface PostgresReadingOptions
  extends Pick<PostgresLogOptions, 'database' | 'schema' | 'origin' | 'signingKey' | 'bodies'> {
  /** Wrapping keys of bodies; without the right one a body stays sealed. */
  readonly bodyKeys: readonly BodyKey[];
  /** Asked for a key that is not among them. */
  readonly findBodyKey?: FindBodyKey;
}

/** A log as it stood when it was opened, or when it was last refreshed. */
export interface PostgresReadLog {
  readonly state: StateReader;
  readonly reader: LogReader;
  /** The newest signed checkpoint. Throws `log.missing` for an empty log. */
  checkpoint(): Uint8Array;
  /** Takes over what was committed since. Throws as opening does. */
  refresh(): Promise<void>;
  /** Idempotent. `database` stays open. */
  close(): Promise<void>;
}

/**
 * The log in `schema`. Its head is believed under its signature and its state under its seal; entries are hashed when they are read, and all of them by `verifyPostgresLog`.
 * Throws `log.missing` where there is none, `log.conflict` where it is another's, `log.corrupt`, `log.unavailable`.
 */
export async function openPostgresLogForReading(options: PostgresReadingOptions): Promise<PostgresReadLog> {
  const { database, origin, signingKey, bodyKeys } = options;
  const schema = requireSchemaName(options.schema ?? DEFAULT_SCHEMA);
  const statements = statementsOf(schema);
  const key = createCheckpointKey(origin, signingKey.seed, signingKey.overlapping);
  const hasher = createTextHasher();
  const box = new StateBox(bodyKeys);
  let connection: SqlConnection | undefined;
  const close = async (): Promise<void> => {
    const open = connection;
    connection = undefined;
    await open?.close();
  };
  const reaching = async (read: (connection: SqlConnection) => Promise<void>): Promise<void> => {
    try {
      if (connection === undefined) throw new Fault('log.closed', 'the log is closed');
      await read(connection);
    } catch (cause) {
      await close();
      throw unavailable(cause);
    }
  };
  try {
    connection = await database.connect();
  } catch (cause) {
    throw unavailable(cause);
  }
  let copy = new LogCopy({ statements, key, hasher, box, sealer: new StateSealer(origin, signingKey.seed) });
  await reaching(async (session) => {
    await requireLog(session, schema);
    const head = parseHead((await session.query(statements.readHead)).rows[0], origin);
    // While keys change the state may have gone over to the next one already.
    const sealers = [signingKey.seed, ...(signingKey.overlapping ?? [])].map(
      (seed) => new StateSealer(origin, seed),
    );
    const sealer = sealers.find((one) => isHeadSealed(head, one));
    if (sealer !== undefined) copy = new LogCopy({ statements, key, hasher, box, sealer });
    await copy.load(session);
  });
  const tags = concernTags(bodyKeys, () => {
    // Entry 0 is the log's own, and people are indexed under the log's tenant.
    const bytes = database.readNow(statements.entry, [0])[0]?.['bytes'];
    return bytes instanceof Uint8Array ? parseEntry(bytes).tenant : undefined;
  });
  return {
    state: postgresStateReader(copy, tags, () => {}),
    reader: postgresLogReader({
      ...(options.bodies === undefined ? {} : { bodies: options.bodies }),
      origin,
      database,
      statements,
      keys: bodyKeys,
      find: options.findBodyKey,
      tags,
      size: () => copy.end.frontier.size,
      ahead: AHEAD,
    }),
    checkpoint: () => newestCheckpoint(copy),
    refresh: () =>
      reaching(async (session) => {
        await session.script('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        await copy.catchUp(session, parseHead((await session.query(statements.readHead)).rows[0], origin));
        await session.script('COMMIT');
      }),
    close,
  };
}
