/** Wraps the keys of bodies anew, so that a former key of the tenant can be destroyed: bodies, entries and proofs stay as they are. */
import type { Random } from '../../kernel/index.ts';
import { parseEntry } from '../entry/index.ts';
import { type BodyKey, rewrapBody } from '../seal/index.ts';
import { type LogDatabase, logDatabase, openDatabase, openDatabaseForReading } from '../store/index.ts';

/** Bodies that are wrapped anew in one transaction: some milliseconds, in which other processes wait. */
const PAGE_BODIES = 256;

/** Which log. */
export interface BodyKeysOptions {
  /** The data folder. */
  readonly path: string;
  /** The tenant whose log it is; absent for the data folder's own. */
  readonly name?: string;
}

/** What wraps, and what is to wrap. */
export interface RewrapBodiesOptions extends BodyKeysOptions {
  /** Present and former keys. */
  readonly keys: readonly BodyKey[];
  readonly to: BodyKey;
  readonly random: Random;
}

/** How many bodies each key wraps; those that were erased are not counted. */
export function bodiesByKey({ path, name }: BodyKeysOptions): ReadonlyMap<string, number> {
  const connection = openDatabaseForReading(path);
  try {
    const rows = logDatabase(connection, name)
      .prepare('SELECT key_id, count(*) AS count FROM bodies WHERE wrapped IS NOT NULL GROUP BY key_id')
      .all();
    return new Map(rows.map((row) => [String(row['key_id']), Number(row['count'])]));
  } finally {
    connection.close();
  }
}

/**
 * Wraps every body with `to` that another key wraps; answers how many. INVARIANT of callers: an entry told of `to` before. A process killed on the way, or stopped by a fault,
 * leaves whole bodies, each under one key or the other: called again, it goes on. Other processes may write meanwhile; what they seal with a former key needs another call.
 * Throws `key.missing` for a body whose key is not among `keys`, `log.corrupt` for one that does not open, `log.unavailable`.
 */
export function rewrapBodies(options: RewrapBodiesOptions): number {
  const connection = openDatabase(options.path, 'commit');
  try {
    const database = logDatabase(connection, options.name);
    let bodies = 0;
    for (let after = -1; ; ) {
      connection.exec('BEGIN IMMEDIATE');
      const page = rewrapPage(database, after, options);
      connection.exec('COMMIT');
      bodies += page.length;
      const last = page.at(-1);
      if (last === undefined) return bodies;
      after = last;
    }
  } finally {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    connection.close();
  }
}

/** The next bodies behind `after`; answers their indexes. */
function rewrapPage(
  database: LogDatabase,
  after: number,
  { keys, to, random }: RewrapBodiesOptions,
): readonly number[] {
  const rows = database
    .prepare(
      'SELECT idx, key_id, wrapped FROM bodies WHERE idx > ? AND key_id <> ? AND wrapped IS NOT NULL ORDER BY idx LIMIT ?',
    )
    .all(after, to.keyId, PAGE_BODIES);
  const selectEntry = database.prepare('SELECT bytes FROM entries WHERE idx = ?');
  const update = database.prepare('UPDATE bodies SET key_id = ?, wrapped = ? WHERE idx = ?');
  return rows.map((row) => {
    const index = Number(row['idx']);
    const entry = parseEntry(selectEntry.get(index)?.['bytes'] as Uint8Array);
    const stored = { keyId: String(row['key_id']), wrapped: row['wrapped'] as Uint8Array };
    const { keyId, wrapped } = rewrapBody(stored, { entry, keys, to, random });
    update.run(keyId, wrapped, index);
    return index;
  });
}
