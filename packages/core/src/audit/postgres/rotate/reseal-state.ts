/** Changes the key that the state beside a log is sealed with: what is sealed with the old key is verified, and sealed anew, in one transaction. */
import { Fault, toHex } from '../../../kernel/index.ts';
import { StateSealer, StateTotals, TAG_BYTES } from '../../seal/index.ts';
import { STATE_TABLE_NAMES, type StateTableName, stateTable } from '../../store/index.ts';
import { createCheckpointKey } from '../../tree/index.ts';
import { unavailable } from '../server-faults.ts';
import { holdAlone } from '../session-locks.ts';
import type { SqlConnection } from '../sql-database.ts';
import type { StateRow } from '../state/index.ts';
import {
  DEFAULT_SCHEMA,
  keyHash,
  parseHead,
  readState,
  requireLog,
  requireSchemaName,
  sealedTotals,
  type Statements,
  statementsOf,
} from '../stored/index.ts';
import { isHeadSealed, type SealedPostgresState } from '../sealed-with.ts';

/** Rows that are sealed anew with one statement. */
const PAGE_ROWS = 2_000;

/** Which log, and the Ed25519 seeds, 32 bytes each. */
export interface ResealPostgresOptions extends SealedPostgresState {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/**
 * Seals the state with the key of `to`. Does nothing where it is sealed so already. Throws `log.conflict` where a process on any machine uses the log or where
 * the key of `to` did not sign the newest checkpoint, `log.corrupt` where the state is not what the key of `from` sealed, `log.unavailable` where it is not known
 * whether it went over: call it again then.
 */
export async function resealPostgresState(options: ResealPostgresOptions): Promise<void> {
  const statements = statementsOf(requireSchemaName(options.schema ?? DEFAULT_SCHEMA));
  let connection: SqlConnection | undefined;
  try {
    connection = await options.database.connect();
    await reseal(connection, statements, options);
  } catch (cause) {
    throw unavailable(cause);
  } finally {
    await connection?.close();
  }
}

async function reseal(
  connection: SqlConnection,
  statements: Statements,
  { schema = DEFAULT_SCHEMA, origin, from, to }: ResealPostgresOptions,
): Promise<void> {
  await requireLog(connection, schema);
  await connection.script(statements.session);
  await connection.script('BEGIN ISOLATION LEVEL READ COMMITTED');
  // INVARIANT: no process goes on sealing with the old key.
  await holdAlone(connection, schema);
  const head = parseHead((await connection.query(`${statements.readHead} FOR UPDATE`)).rows[0], origin);
  requireSigned((await connection.query(statements.newestNote)).rows[0]?.['note'], origin, to);
  const [old, next] = [new StateSealer(origin, from), new StateSealer(origin, to)];
  if (isHeadSealed(head, next)) return;
  const totals = sealedTotals(head, old);
  const rows: (readonly [StateTableName, StateRow])[] = [];
  const [fault] = await readState(connection, {
    statement: statements.state,
    sealer: old,
    totals,
    take: (name, row) => rows.push([name, row]),
  });
  if (fault !== undefined) throw fault;
  const sealed = new StateTotals();
  for (let first = 0; first < rows.length; first += PAGE_ROWS) {
    const page = rows.slice(first, first + PAGE_ROWS).map(([name, row]) => {
      const rowHash = next.row(name, row);
      sealed.add(name, rowHash);
      const key = keyHash(JSON.stringify(row.slice(0, stateTable(name).keyColumns)));
      return [name, toHex(key), toHex(rowHash.subarray(0, TAG_BYTES))] as const;
    });
    await connection.query(statements.reseal, [
      page.map(([name]) => name),
      page.map(([, key]) => key),
      page.map(([, , seal]) => seal),
    ]);
  }
  await connection.query(statements.resealHead, [next.close(sealed, STATE_TABLE_NAMES, head)]);
  await connection.script('COMMIT');
}

function requireSigned(note: unknown, origin: string, seed: Uint8Array): void {
  try {
    createCheckpointKey(origin, seed).open(String(note));
  } catch (cause) {
    const hint = 'add it with `writ key rotate`, and let the log sign with both for a while';
    throw new Fault('log.conflict', 'the next key did not sign the newest checkpoint', { hint }, { cause });
  }
}
