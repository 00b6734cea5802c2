/** Changing the keys of a log, wherever it is kept. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DataKeys,
  endSuccession,
  Fault,
  type Inheritance,
  isStateSealed,
  LOG_FOLDER,
  requireUnused,
  resealState,
  succeedLog,
  type Succession,
} from '@writ/core';
import {
  endPostgresLog,
  isPostgresStateSealed,
  requireUnusedPostgresLog,
  resealPostgresState,
  type SqlDatabase,
  succeedPostgresLog,
  successorSchema,
} from '@writ/core/postgres';
import { type LogPlace, openDatabase, readLogPlace, writeLogPlace } from '@writ/gateway';
import { CONNECTING, logOptions, readKeys } from './open.ts';

type PostgresPlace = Extract<LogPlace, { kind: 'postgres' }>;

/** A log that ended, and what the one that goes on took over. */
export interface SucceededLog {
  /** Where the former log is kept for reading: a folder, or a schema. */
  readonly former: string;
  readonly predecessor: Succession['predecessor'];
  readonly inherited: Inheritance;
}

/** Throws `log.conflict` where a process uses the log of `data`, on whatever machine. */
export async function requireNobody(data: string): Promise<void> {
  requireUnused(data);
  const place = readLogPlace(data);
  if (place.kind === 'postgres')
    await within(place, (database) => requireUnusedPostgresLog({ database, schema: place.schema }));
}

/** Whether the state beside the log is sealed with the next key already. */
export async function isSealedWithNext(data: string, { origin, nextKey }: DataKeys): Promise<boolean> {
  if (nextKey === undefined) return false;
  const place = readLogPlace(data);
  if (place.kind === 'folder') return isStateSealed({ path: data, origin }, nextKey.seed);
  const { schema } = place;
  return within(place, (database) => isPostgresStateSealed({ database, schema, origin }, nextKey.seed));
}

/** Seals the state with the next key. Throws as `resealState` and `resealPostgresState` do. */
export async function sealWithNext(data: string, { origin, logSeed, nextKey }: DataKeys): Promise<void> {
  if (nextKey === undefined) return;
  const place = readLogPlace(data);
  const keys = { from: logSeed, to: nextKey.seed };
  if (place.kind === 'folder') resealState({ path: data, origin, ...keys });
  else
    await within(place, (database) =>
      resealPostgresState({ database, schema: place.schema, origin, ...keys }),
    );
}

/** Before the key of the log is destroyed: no process on any machine writes to a log in PostgreSQL from here on. For one in a folder the folder says so. */
export async function endElsewhere(data: string, successor: string): Promise<void> {
  const place = readLogPlace(data);
  const schema = successorSchema(successor);
  if (place.kind === 'folder' || place.schema === schema) return;
  await within(place, (database) =>
    endPostgresLog({ database, schema: place.schema, successor: { origin: successor, schema } }),
  );
}

/** Makes the log that goes on, with the keys that stand in the folder by now. Goes on where it was broken off. */
export async function succeed(data: string): Promise<SucceededLog> {
  const place = readLogPlace(data);
  const options = await logOptions(data, readKeys(data));
  if (place.kind === 'folder') return succeedLog(options);
  const { path: _path, durability: _durability, ...rest } = options;
  const schema = successorSchema(options.origin);
  // Where only the mark was left to take away, the folder names the log that goes on already.
  const former = place.schema === schema ? (place.former ?? schema) : place.schema;
  const succession = await within(place, (database) =>
    succeedPostgresLog({ ...rest, database, schema, former }),
  );
  setPublishedAside(data, former);
  writeLogPlace(data, { ...place, schema, former });
  endSuccession(data);
  return succession;
}

/** Folder of what former logs published. */
export const FORMER_FOLDER = 'former';

/** What the former log published is kept for reading, and its place is free. */
function setPublishedAside(data: string, former: string): void {
  const [from, folder] = [join(data, LOG_FOLDER), join(data, FORMER_FOLDER, former)];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(from)) renameSync(from, join(folder, LOG_FOLDER));
}

/** Calls `act` with the server of a log in PostgreSQL, and lets it go. */
export async function within<Result>(
  { url }: PostgresPlace,
  act: (database: SqlDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(url, CONNECTING);
  try {
    return await act(database);
  } finally {
    await database.close();
  }
}

/** Throws `cli.usage` where the log of `data` is not in the folder: `what` works on files. */
export function requireInFolder(data: string, what: string, hint: string): void {
  if (readLogPlace(data).kind === 'folder') return;
  throw new Fault('cli.usage', `\`${what}\` is for logs in a data folder; this one is in PostgreSQL`, {
    hint,
  });
}
