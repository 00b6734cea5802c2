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
import type { PublishConfiguration } from '../config/index.ts';
import { type ConnectOptions, openDatabase } from './connect.ts';
import { openBucket, type S3Driver } from './open-bucket.ts';
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

/** How to open a log for writing. */
export interface DataLogOptions extends Omit<LogOptions, 'bucket'> {
  /** Where it is published beside the folder; absent for nowhere. */
  readonly publish?: PublishConfiguration | undefined;
  /** Whether this process lives for an entry or two: see `isBrief` of `LogBucket`. */
  readonly isBrief?: boolean;
}

/** Where connection strings and credentials are, and what loads the clients. */
export interface DataConnecting extends ConnectOptions {
  /** Loads the client of buckets. Default: `@writ/s3`. */
  readonly loadS3?: () => Promise<S3Driver>;
}

/**
 * Opens the log of the data folder `options.path` at `place`; one in PostgreSQL is published into the folder as any other, and each into the bucket of `publish`. Throws as
 * `openLog` and `openPostgresLog` do, and as {@link openDatabase} and {@link openBucket}; nothing is left open then.
 */
export async function openDataLog(
  place: LogPlace,
  { publish, isBrief = false, ...options }: DataLogOptions,
  connecting: DataConnecting,
): Promise<OpenLog> {
  refuseUnfinished(options.path);
  if (publish === undefined) return openAt(place, options, connecting);
  const { environment, loadS3 } = connecting;
  const store = await openBucket(publish, {
    environment,
    ...(loadS3 === undefined ? {} : { load: loadS3 }),
  });
  try {
    const bucket = { store, everyMs: publish.everyMs, isBrief };
    const log = await openAt(place, { ...options, bucket }, connecting);
    return closingToo(log, () => store.close());
  } catch (fault) {
    store.close();
    throw fault;
  }
}

async function openAt(place: LogPlace, options: LogOptions, connecting: ConnectOptions): Promise<OpenLog> {
  if (place.kind === 'folder') return openLog(options);
  const { path, durability: _durability, ...rest } = options;
  const database = await openDatabase(place.url, connecting);
  try {
    const log = await openPostgresLog({
      ...rest,
      database,
      schema: place.schema,
      publishTo: { kind: 'folder', path },
      ...(options.onPublishFault === undefined ? {} : { onFault: options.onPublishFault }),
    });
    return closingToo(log, () => database.close());
  } catch (fault) {
    await database.close();
    throw fault;
  }
}

/** Opens it for reading alone. Throws `log.missing` where there is none yet. */
export async function openDataLogForReading(
  place: LogPlace,
  options: Pick<LogOptions, 'path' | 'origin' | 'signingKey' | 'bodyKey' | 'formerBodyKeys' | 'findBodyKey'>,
  connecting: ConnectOptions,
): Promise<DataReadLog> {
  const { path, origin, signingKey, bodyKey, formerBodyKeys = [], findBodyKey } = options;
  const keys = {
    bodyKeys: [bodyKey, ...formerBodyKeys],
    ...(findBodyKey === undefined ? {} : { findBodyKey }),
  };
  if (place.kind === 'folder') {
    const log = openLogForReading({ path, origin, ...keys });
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
      ...keys,
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

/** `log`, after which `release` is called. */
function closingToo(log: OpenLog, release: () => Promise<void> | void): OpenLog {
  let closing: Promise<void> | undefined;
  const closeBoth = async (): Promise<void> => {
    try {
      await log.close();
    } finally {
      await release();
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
    isConsumed: (key) => log.isConsumed(key),
    publish: (rebuild) => log.publish(rebuild),
    unwitnessedSeconds: () => log.unwitnessedSeconds?.(),
    awaitWitnesses: () => log.awaitWitnesses?.() ?? Promise.resolve(),
    close,
  };
}
