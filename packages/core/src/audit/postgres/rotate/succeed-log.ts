/** Ends a log in PostgreSQL whose signing key somebody else may have, and begins the one that goes on in a schema of its own. */
import { Fault, toHex } from '../../../kernel/index.ts';
import { sha256 } from '../../../kernel/crypto/index.ts';
import { parseCheckpoint, parseNote } from '../../../proof/index.ts';
import {
  type Ended,
  handOn,
  type Inheritance,
  inheritanceOf,
  type Predecessor,
  predecessorOf,
} from '../../rotate/index.ts';
import { type BodyKey, StateBox } from '../../seal/index.ts';
import { openPostgresLog, type PostgresLogOptions } from '../open-postgres-log.ts';
import { unavailable } from '../server-faults.ts';
import { holdAlone } from '../session-locks.ts';
import type { SqlConnection, SqlDatabase } from '../sql-database.ts';
import { StateChanges, StateReads, StateRows } from '../state/index.ts';
import { installSchema, readUnsealed, requireLog, requireSchemaName, statementsOf } from '../stored/index.ts';

/** A log that ended, and the one that goes on. */
export interface PostgresSuccession {
  /** Schema in which the former log is kept for reading. */
  readonly former: string;
  readonly predecessor: Predecessor;
  readonly inherited: Inheritance;
}

/** The schema of the log that goes on under `origin`: always the same, so that what was broken off is found again. */
export function successorSchema(origin: string): string {
  return `writ_${toHex(sha256(origin)).slice(0, 12)}`;
}

/**
 * Says beside the log in `schema` that it goes on elsewhere: from here on no process on any machine writes to it. Does nothing where that was said. Throws `log.conflict` where a process
 * uses the log or where it goes on as another, `log.missing`, `log.unavailable`.
 */
export async function endPostgresLog({
  database,
  schema,
  successor,
}: {
  readonly database: SqlDatabase;
  readonly schema: string;
  /** The log that goes on: its origin, and the schema it will be in. */
  readonly successor: { readonly origin: string; readonly schema: string };
}): Promise<void> {
  const statements = statementsOf(requireSchemaName(schema));
  await within(database, async (connection) => {
    await requireLog(connection, schema);
    await installSchema(connection, schema);
    await connection.script(statements.session);
    await connection.script('BEGIN');
    await holdAlone(connection, schema);
    await connection.query(statements.end, [successor.origin, requireSchemaName(successor.schema)]);
    const said = (await connection.query(statements.successor)).rows[0]?.['origin'];
    if (said !== successor.origin)
      throw new Fault('log.conflict', `the log in \`${schema}\` goes on as \`${String(said)}\` already`);
    await connection.script('COMMIT');
  });
}

/** The log that goes on, and the one before. */
export interface SucceedPostgresOptions extends PostgresLogOptions {
  /** The schema of the log before, which must have been ended. */
  readonly former: string;
}

/**
 * Makes the log of `next` in its schema. Its first entries name the log before, and take over what would permit something if it were left out. Goes on where it was
 * broken off. The state before is read as it stands: the key that sealed it is gone. Throws as `openPostgresLog`, and `log.conflict` where the log before was not ended for this one.
 */
export async function succeedPostgresLog(next: SucceedPostgresOptions): Promise<PostgresSuccession> {
  const { database, former, origin, bodyKey, formerBodyKeys = [] } = next;
  const ended = await within(database, (connection) =>
    readEnd(connection, { schema: requireSchemaName(former), origin, keys: [bodyKey, ...formerBodyKeys] }),
  );
  const log = await openPostgresLog(next);
  try {
    await handOn(log, next, ended);
  } finally {
    await log.close();
  }
  return { former, predecessor: predecessorOf(ended.checkpoint), inherited: ended.inherited };
}

async function readEnd(
  connection: SqlConnection,
  {
    schema,
    origin,
    keys,
  }: { readonly schema: string; readonly origin: string; readonly keys: readonly BodyKey[] },
): Promise<Ended> {
  const statements = statementsOf(schema);
  await requireLog(connection, schema);
  await connection.script('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  if ((await connection.query(statements.successor)).rows[0]?.['origin'] !== origin)
    throw new Fault('log.conflict', `the log in \`${schema}\` was not ended for \`${origin}\``);
  const note = (await connection.query(statements.newestNote)).rows[0]?.['note'];
  if (typeof note !== 'string') throw new Fault('log.missing', 'the log has no checkpoint yet');
  const rows = new StateRows();
  const changes = new StateChanges(rows);
  const [fault] = await readUnsealed(connection, statements.state, (name, row) => changes.put(name, row));
  if (fault !== undefined) throw fault;
  const head = (await connection.query(statements.readHead)).rows[0];
  const reads = new StateReads(changes, new StateBox(keys));
  const inherited = inheritanceOf({
    kills: reads.kills(),
    records: (collection) => reads.records(collection),
    timeFloor: Number(head?.['time_floor'] ?? 0),
    rows: (name) => changes.all(name),
  });
  return { checkpoint: parseCheckpoint(parseNote(new TextEncoder().encode(note)).text), inherited };
}

async function within<Result>(
  database: SqlDatabase,
  act: (connection: SqlConnection) => Promise<Result>,
): Promise<Result> {
  let connection: SqlConnection | undefined;
  try {
    connection = await database.connect();
    return await act(connection);
  } catch (cause) {
    throw unavailable(cause);
  } finally {
    await connection?.close();
  }
}
