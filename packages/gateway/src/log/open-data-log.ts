/** Opens the log of a data folder wherever it is kept, for writing or for reading. */
import {
  type LogOptions,
  openLog,
  type OpenLog,
  openLogForReading,
  refuseUnfinished,
  type ReadLog,
} from '@writ/core';
import { openPostgresLog, openPostgresLogForReading } from '@writ/core/postgres';
import { type ConnectOptions, openDatabase } from './connect.ts';
import type { LogPlace } from './log-place.ts';

/** A log open for reading. */
export interface DataReadLog extends Pick<ReadLog, 'state' | 'reader'> {
  /** The newest signed checkpoint. Throws `log.missing` for an empty log. */
  readonly checkpoint: () => Uint8Array;
  /** Takes over what was committed since it was opened or last refreshed; one in a data folder always shows it. */
  readonly refresh: () => Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the log of the data folder `options.path` at `place`; one in PostgreSQL is published into the folder as any other. Throws as `openLog` and `openPostgresLog` do, and as
 * {@link openDatabase}.
 */
export async function openDataLog(
  place: LogPlace,
  options: LogOptions,
  connecting: ConnectOptions,
): Promise<OpenLog> {
  if (place.kind === 'folder') return openLog(options);
  const { path, durability: _durability, ...rest } = options;
  refuseUnfinished(path);
  const database = await openDatabase(place.url, connecting);
  let log: OpenLog;
  try {
    log = await openPostgresLog({
      ...rest,
      database,
      schema: place.schema,
      publishTo: { kind: 'folder', path },
      ...(options.onPublishFault === undefined ? {} : { onFault: options.onPublishFault }),
    });
  } catch (fault) {
    await database.close();
    throw fault;
  }
  return closingToo(log, database);
}

/** Opens it for reading alone. Throws `log.missing` where there is none yet. */
export async function openDataLogForReading(
  place: LogPlace,
  options: Pick<LogOptions, 'path' | 'origin' | 'signingKey' | 'bodyKey'>,
  connecting: ConnectOptions,
): Promise<DataReadLog> {
  const { path, origin, signingKey, bodyKey } = options;
  if (place.kind === 'folder') {
    const log = openLogForReading({ path, origin, bodyKeys: [bodyKey] });
    return {
      state: log.state,
      reader: log.reader,
      checkpoint: () => log.checkpoint(),
      refresh: () => Promise.resolve(),
      close() {
        log.close();
        return Promise.resolve();
      },
    };
  }
  const database = await openDatabase(place.url, connecting);
  try {
    const { schema } = place;
    const log = await openPostgresLogForReading({
      database,
      schema,
      origin,
      signingKey,
      bodyKeys: [bodyKey],
    });
    return {
      ...log,
      async close() {
        await log.close();
        await database.close();
      },
    };
  } catch (fault) {
    await database.close();
    throw fault;
  }
}

/** `log`, with which `database` is closed. */
function closingToo(log: OpenLog, database: { close(): Promise<void> }): OpenLog {
  let closing: Promise<void> | undefined;
  const closeBoth = async (): Promise<void> => {
    try {
      await log.close();
    } finally {
      await database.close();
    }
  };
  const close = (): Promise<void> => (closing ??= closeBoth());
  const { writer } = log;
  return {
    state: log.state,
    reader: log.reader,
    writer: { origin: writer.origin, append: (draft) => writer.append(draft), close },
    verifierKey: log.verifierKey,
    checkpoint: () => log.checkpoint(),
    publish: (rebuild) => log.publish(rebuild),
    unwitnessedSeconds: () => log.unwitnessedSeconds?.(),
    awaitWitnesses: () => log.awaitWitnesses?.() ?? Promise.resolve(),
    close,
  };
}
