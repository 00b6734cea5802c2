/** Changes the key that the state beside the log is sealed with: what is sealed with the old key is verified, and sealed anew, in one transaction. */
import { Fault } from '../../kernel/index.ts';
import { type SealedAt, StateSealer, StateTotals, TAG_BYTES } from '../seal/index.ts';
import {
  type LogDatabase,
  logDatabase,
  openDatabase,
  requireUnused,
  rowValues,
  STATE_TABLE_NAMES,
  STATE_TABLES,
  StateCheck,
  type StateTable,
} from '../store/index.ts';
import { isSealedWith } from '../state-seal.ts';
import { createCheckpointKey } from '../tree/index.ts';

/** Which log, and the Ed25519 seeds, 32 bytes each. */
export interface ResealOptions {
  /** The data folder. */
  readonly path: string;
  readonly origin: string;
  /** The tenant whose log it is; absent for the data folder's own. */
  readonly name?: string;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/**
 * Seals the state with the key of `to`. Does nothing where it is sealed so already. Throws `log.conflict` where a process uses the data folder or where the key of
 * `to` did not sign the newest checkpoint, `log.corrupt` where the state is not what the key of `from` sealed.
 */
export function resealState({ path, origin, name, from, to }: ResealOptions): void {
  const connection = openDatabase(path, 'commit');
  try {
    const database = logDatabase(connection, name);
    connection.exec('BEGIN IMMEDIATE');
    // INVARIANT: no process goes on sealing with the old key.
    requireUnused(path);
    requireSigned(database, origin, to);
    const [old, next] = [new StateSealer(origin, from), new StateSealer(origin, to)];
    if (!isSealedWith(database, next)) reseal(database, old, next);
    connection.exec('COMMIT');
  } finally {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    connection.close();
  }
}

function requireSigned(database: LogDatabase, origin: string, seed: Uint8Array): void {
  const note = database.prepare('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1').get()?.['note'];
  try {
    createCheckpointKey(origin, seed).open(String(note));
  } catch (cause) {
    const hint = 'add it with `writ key rotate`, and let the log sign with both for a while';
    throw new Fault('log.conflict', 'the next key did not sign the newest checkpoint', { hint }, { cause });
  }
}

function reseal(database: LogDatabase, old: StateSealer, next: StateSealer): void {
  const check = new StateCheck(database, old);
  check.requireAll(check.totals());
  const totals = new StateTotals();
  for (const table of STATE_TABLES) resealTable(database, table, next, totals);
  const head = database.prepare('SELECT size, root, time_floor, kill_epoch, witnessed_size FROM head').get();
  if (head === undefined) return;
  const at: SealedAt = {
    size: Number(head['size']),
    root: head['root'] as Uint8Array,
    timeFloor: Number(head['time_floor']),
    killEpoch: Number(head['kill_epoch']),
    witnessedSize: Number(head['witnessed_size']),
  };
  database.prepare('UPDATE head SET state = ?').run(next.close(totals, STATE_TABLE_NAMES, at));
}

function resealTable(
  database: LogDatabase,
  table: StateTable,
  sealer: StateSealer,
  totals: StateTotals,
): void {
  const keys = table.columns.slice(0, table.keyColumns);
  const update = database.prepare(
    `UPDATE ${table.name} SET seal = ? WHERE ${keys.map((column) => `${column} = ?`).join(' AND ')}`,
  );
  for (const row of database.prepare(`SELECT * FROM ${table.name}`).all()) {
    const values = rowValues(table, row);
    const rowHash = sealer.row(table.name, values);
    update.run(rowHash.subarray(0, TAG_BYTES), ...values.slice(0, table.keyColumns));
    totals.add(table.name, rowHash);
  }
}
