/** Which key the state of a log in PostgreSQL is sealed with, while keys change. */
import { Fault, isFault } from '../../kernel/index.ts';
import { StateSealer } from '../seal/index.ts';
import type { SqlDatabase } from './sql-database.ts';
import {
  DEFAULT_SCHEMA,
  parseHead,
  requireLog,
  requireSchemaName,
  sealedTotals,
  statementsOf,
  type StoredHead,
} from './stored/index.ts';

/** A log, and where it is kept. */
export interface SealedPostgresState {
  readonly database: SqlDatabase;
  /** Default `writ`. */
  readonly schema?: string;
  readonly origin: string;
}

/**
 * Whether the state is sealed with the key of `seed`: the head tells, because all of it goes over to another key at once. Throws `log.missing`, `log.conflict`;
 * failures of the server as they come.
 */
export async function isPostgresStateSealed(
  { database, schema = DEFAULT_SCHEMA, origin }: SealedPostgresState,
  seed: Uint8Array,
): Promise<boolean> {
  const statements = statementsOf(requireSchemaName(schema));
  const connection = await database.connect();
  try {
    await requireLog(connection, schema);
    const head = parseHead((await connection.query(statements.readHead)).rows[0], origin);
    return isHeadSealed(head, new StateSealer(origin, seed));
  } finally {
    await connection.close();
  }
}

/** Whether `head` is what `sealer` sealed. */
export function isHeadSealed(head: StoredHead, sealer: StateSealer): boolean {
  try {
    sealedTotals(head, sealer);
    return true;
  } catch (fault) {
    if (isFault(fault, 'log.corrupt')) return false;
    throw fault;
  }
}

/** `fault`, or what led to it where a change to one of the overlapping keys was broken off after the state went over to it. */
export async function explainBrokenChange(
  fault: Fault,
  state: SealedPostgresState & { readonly signingKey: { readonly overlapping?: readonly Uint8Array[] } },
): Promise<Fault> {
  if (fault.code !== 'log.corrupt') return fault;
  for (const seed of state.signingKey.overlapping ?? []) {
    if (!(await isPostgresStateSealed(state, seed).catch(() => false))) continue;
    const hint = 'finish the change with `writ key retire`';
    const message = 'the state is sealed with the next key already, which has not taken its place yet';
    return new Fault('log.conflict', message, { hint }, { cause: fault });
  }
  return fault;
}
