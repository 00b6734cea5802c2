/** Takes what was erased out of the files of the server in which the log of a data folder lies. */
import { type RewriteReport, rewritePostgresTables } from '@writ/core/postgres';
import { type ConnectOptions, openDatabase } from './connect.ts';
import type { LogPlace } from './log-place.ts';

/** What became of it; `undefined` for a log that lies in the folder itself. Throws as `openDatabase` and `rewritePostgresTables` do. */
export async function rewriteDataLog(
  place: LogPlace,
  connecting: ConnectOptions,
): Promise<RewriteReport | undefined> {
  if (place.kind === 'folder') return undefined;
  const database = await openDatabase(place.url, connecting);
  try {
    return await rewritePostgresTables({ database, schema: place.schema });
  } finally {
    await database.close();
  }
}
