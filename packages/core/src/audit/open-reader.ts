/** Opens a data folder for reading alone: no thread, no entry of its own, beside any number of writers. */
import { describeFault, Fault } from '../kernel/index.ts';
import type { LogReader, StateReader } from '../model/index.ts';
import type { BodyKey } from './seal/index.ts';
import { openDatabaseForReading, sqliteLogReader, sqliteStateReader } from './store/index.ts';

/** What to read, and with which keys. */
export interface LogReadingOptions {
  /** The data folder. */
  readonly path: string;
  readonly origin: string;
  /** Wrapping keys of bodies; without the right one a body stays sealed. */
  readonly bodyKeys: readonly BodyKey[];
}

/** A log open for reading. */
export interface ReadLog {
  readonly state: StateReader;
  readonly reader: LogReader;
  /** Idempotent. */
  close(): void;
}

/**
 * The log in a data folder. Nothing is verified: that is for `openLog`, and for `verifyLog` over what was published.
 * Throws `log.missing` where there is none.
 */
export function openLogForReading(options: LogReadingOptions): ReadLog {
  let database: ReturnType<typeof openDatabaseForReading>;
  try {
    database = openDatabaseForReading(options.path);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault(
      'log.missing',
      `no log stands at \`${options.path}\`: ${describeFault(cause)}`,
      {},
      { cause },
    );
  }
  let isOpen = true;
  return {
    state: sqliteStateReader(database),
    reader: sqliteLogReader(database, options.origin, options.bodyKeys),
    close() {
      if (isOpen) database.close();
      isOpen = false;
    },
  };
}
