/** Which key the state beside the log is sealed with, while keys change. */
import { Fault, isFault } from '../kernel/index.ts';
import { StateSealer } from './seal/index.ts';
import { type LogDatabase, logDatabase, openDatabaseForReading, StateCheck } from './store/index.ts';

/** A data folder and its log. */
export interface SealedState {
  /** The data folder. */
  readonly path: string;
  readonly origin: string;
  /** The tenant whose log it is; absent for the data folder's own. */
  readonly name?: string;
}

/** Whether the state is sealed with the key of `seed`: a change that was broken off after it needs no other. Throws as opening a log does. */
export function isStateSealed({ path, origin, name }: SealedState, seed: Uint8Array): boolean {
  const database = openDatabaseForReading(path);
  try {
    database.exec('BEGIN');
    return isSealedWith(logDatabase(database, name), new StateSealer(origin, seed));
  } finally {
    database.close();
  }
}

/** Whether all of the state is what `sealer` sealed; within a transaction. */
export function isSealedWith(database: LogDatabase, sealer: StateSealer): boolean {
  try {
    const check = new StateCheck(database, sealer);
    check.requireAll(check.totals());
    return true;
  } catch {
    return false;
  }
}

/** `fault`, or what led to it where a change to one of the `overlapping` keys was broken off after the state went over to it. */
export function explainBrokenChange(
  fault: unknown,
  state: SealedState,
  overlapping: readonly Uint8Array[],
): unknown {
  if (!isFault(fault, 'log.corrupt') || !overlapping.some((seed) => isStateSealed(state, seed))) return fault;
  const hint = 'finish the change with `writ key retire`';
  const message = 'the state is sealed with the next key already, which has not taken its place yet';
  return new Fault('log.conflict', message, { hint }, { cause: fault });
}
