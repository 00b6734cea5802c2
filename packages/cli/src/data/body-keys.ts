/** The keys that wrap bodies, wherever the log of a data folder is kept. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bodiesByKey, DATABASE_FILE, isFault, rewrapBodies, systemRandom } from '@writ/core';
import { postgresBodiesByKey, rewrapPostgresBodies } from '@writ/core/postgres';
import { readLogPlace } from '@writ/gateway';
import { FORMER_FOLDER, within } from './change-keys.ts';
import { logOptions, readKeys } from './open.ts';

/** How many bodies each key wraps, by its id; none where there is no log yet. */
export async function bodyCounts(data: string): Promise<ReadonlyMap<string, number>> {
  try {
    return await countBodies(data);
  } catch (fault) {
    if (isFault(fault, 'log.missing')) return new Map();
    throw fault;
  }
}

async function countBodies(data: string): Promise<ReadonlyMap<string, number>> {
  const place = readLogPlace(data);
  if (place.kind === 'folder') return bodiesByKey({ path: data });
  return within(place, (database) => postgresBodiesByKey({ database, schema: place.schema }));
}

/** How many bodies each key wraps in the logs that were set aside when a key was replaced, and where each of them is kept. `writ key rewrap` does not reach these. */
export async function bodyCountsSetAside(
  data: string,
): Promise<readonly { readonly place: string; readonly counts: ReadonlyMap<string, number> }[]> {
  const place = readLogPlace(data);
  if (place.kind === 'postgres') {
    const { former } = place;
    if (former === undefined) return [];
    const counts = await within(place, (database) => postgresBodiesByKey({ database, schema: former }));
    return [{ place: `schema ${former}`, counts }];
  }
  const folder = join(data, FORMER_FOLDER);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, DATABASE_FILE)))
    .map((path) => ({ place: path, counts: bodiesByKey({ path }) }));
}

/** Wraps every body with the present key; answers how many were wrapped by another. Goes on where it was broken off. */
export async function rewrapAll(data: string): Promise<number> {
  const place = readLogPlace(data);
  const { bodyKey, formerBodyKeys = [] } = await logOptions(data, readKeys(data));
  const keys = { keys: [bodyKey, ...formerBodyKeys], to: bodyKey, random: systemRandom };
  if (place.kind === 'folder') return rewrapBodies({ path: data, ...keys });
  return within(place, (database) => rewrapPostgresBodies({ database, schema: place.schema, ...keys }));
}
