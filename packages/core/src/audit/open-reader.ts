/** Opens a data folder for reading alone: no thread, no entry of its own, beside any number of writers. */
import { Fault, utf8 } from '../kernel/index.ts';
import type { LogReader, StateReader } from '../model/index.ts';
import { type BodyKey, type FindBodyKey, StateBox } from './seal/index.ts';
import {
  type LogDatabase,
  logDatabase,
  openDatabaseForReading,
  sqliteLogReader,
  sqliteStateReader,
  sqliteTags,
} from './store/index.ts';

/** What to read, and with which keys. */
export interface LogReadingOptions {
  /** The data folder. */
  readonly path: string;
  readonly origin: string;
  /** The tenant whose log it is; absent for the data folder's own. */
  readonly name?: string;
  /** Wrapping keys of bodies; without the right one a body stays sealed. */
  readonly bodyKeys: readonly BodyKey[];
  /** Asked for a key that is not among them: of a tenant's ring, which another process may change. */
  readonly findBodyKey?: FindBodyKey;
}

/** A log open for reading. */
export interface ReadLog {
  readonly state: StateReader;
  readonly reader: LogReader;
  /** The newest signed checkpoint, as stored. Throws `log.missing` for an empty log. */
  checkpoint(): Uint8Array;
  /** Idempotent. */
  close(): void;
}

/**
 * The log in a data folder. Nothing is verified: that is for `openLog`, and for `verifyFolder`.
 * Throws `log.missing` where there is none, `log.conflict` where it is another's, `log.unavailable`, `log.version`.
 */
export function openLogForReading(options: LogReadingOptions): ReadLog {
  const { path, origin, name, bodyKeys, findBodyKey } = options;
  const connection = openDatabaseForReading(path);
  let database: LogDatabase;
  try {
    database = logDatabase(connection, name);
    const held = database.prepare('SELECT origin FROM head').get()?.['origin'];
    if (held !== undefined && held !== origin)
      throw new Fault(
        'log.conflict',
        `the database holds the log \`${String(held)}\`, expected \`${origin}\``,
      );
  } catch (fault) {
    connection.close();
    throw fault;
  }
  const selectNote = database.prepare('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1');
  return {
    state: sqliteStateReader(database, { box: new StateBox(bodyKeys), tags: sqliteTags(database, bodyKeys) }),
    reader: sqliteLogReader(database, { origin, keys: bodyKeys, find: findBodyKey }),
    checkpoint() {
      const note = selectNote.get()?.['note'];
      if (note === undefined) throw new Fault('log.missing', 'the log has no checkpoint yet');
      return utf8(String(note));
    },
    close() {
      if (connection.isOpen) connection.close();
    },
  };
}
