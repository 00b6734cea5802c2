/** Reads the log of a data folder without writing to it: for commands that only look. */
import { Fault, utf8 } from '../kernel/index.ts';
import type { LogReader, StateReader } from '../model/index.ts';
import type { BodyKey } from './seal/index.ts';
import { openDatabaseForReading, sqliteLogReader, sqliteStateReader } from './store/index.ts';

/** How to read a log. */
export interface LogReaderOptions {
  /** The data folder; its `writ.db` must exist. */
  readonly path: string;
  /** Wrapping keys for opening bodies; default none. */
  readonly bodyKeys?: readonly BodyKey[];
}

/** A log opened for reading. */
export interface OpenLogReader {
  readonly state: StateReader;
  readonly reader: LogReader;
  /** The newest signed checkpoint, as stored; not verified. Throws `log.missing` for an empty log. */
  checkpoint(): Uint8Array;
  close(): void;
}

/** Opens the log for reading. Trusts the database as it stands: who doubts it verifies it. Throws `log.unavailable`, `log.version`, `log.missing`. */
export function openLogReader(options: LogReaderOptions): OpenLogReader {
  const database = openDatabaseForReading(options.path);
  const origin = database.prepare('SELECT origin FROM head').get()?.['origin'];
  if (origin === undefined) {
    database.close();
    throw new Fault('log.missing', 'the log has no entry yet');
  }
  const selectNote = database.prepare('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1');
  return {
    state: sqliteStateReader(database),
    reader: sqliteLogReader(database, String(origin), options.bodyKeys ?? []),
    checkpoint() {
      const note = selectNote.get()?.['note'];
      if (note === undefined) throw new Fault('log.missing', 'the log has no checkpoint yet');
      return utf8(String(note));
    },
    close() {
      if (database.isOpen) database.close();
    },
  };
}
