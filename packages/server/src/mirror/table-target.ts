/** The files of a copied log in a table: every server has them, and a log is taken out of it as it was put in. */
import { Fault, type PublishTarget } from '@writ/core';
import type { Kysely } from 'kysely';
import { type Tables, unsynced } from '../tables/index.ts';
import { available } from './available.ts';

const CHECKPOINT = 'checkpoint';

/** Where the files of the log `origin` go. */
export function tableTarget(tables: Kysely<Tables>, origin: string): PublishTarget {
  const bytesAt = async (path: string): Promise<Uint8Array | undefined> => {
    const row = await tables
      .selectFrom('mirror_files')
      .select('bytes')
      .where('origin', '=', origin)
      .where('path', '=', path)
      .executeTakeFirst();
    return row?.bytes;
  };
  const putNew = async (
    path: string,
    bytes: Uint8Array,
    within: Kysely<Tables> = tables,
  ): Promise<boolean> => {
    const made = await within
      .insertInto('mirror_files')
      .values({ origin, path, bytes })
      .onConflict((conflict) => conflict.columns(['origin', 'path']).doNothing())
      .returning('path')
      .executeTakeFirst();
    return made !== undefined;
  };
  const replace = async (path: string, before: Uint8Array, bytes: Uint8Array): Promise<boolean> => {
    const { numUpdatedRows } = await tables
      .updateTable('mirror_files')
      .set({ bytes })
      .where('origin', '=', origin)
      .where('path', '=', path)
      .where('bytes', '=', before)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  };
  return {
    // One statement after another: they would wait for one another anyway.
    parallel: 1,
    length: (path) => available(async () => (await bytesAt(path))?.length),
    read: (path, maximum) =>
      available(async () => {
        const bytes = await bytesAt(path);
        if (bytes !== undefined && bytes.length > maximum)
          throw new Fault('log.unavailable', `\`${path}\` of the copy has more than ${maximum} bytes`);
        return bytes;
      }),
    put: (path, bytes, mode) =>
      available(async () => {
        // Durable with the position that says that it is held: `advance` is waited for, and comes after it.
        if (await unsynced(tables, (within) => putNew(path, bytes, within))) return;
        const present = await bytesAt(path);
        if (present !== undefined && Buffer.compare(present, bytes) === 0) return;
        if (mode === 'new')
          throw new Fault('log.corrupt', `\`${path}\` of the copy stands there with other bytes`);
        if (present === undefined || !(await replace(path, present, bytes)))
          throw new Fault('log.conflict', `another process changed \`${path}\` of the copy`);
      }),
    // Nobody goes by files that the position does not name, and no position is durable before them.
    settle: () => Promise.resolve(),
    readCheckpoint: () => available(() => bytesAt(CHECKPOINT)),
    replaceCheckpoint: (next) =>
      available(async () => {
        for (;;) {
          const present = await bytesAt(CHECKPOINT);
          const bytes = next(present);
          if (bytes === undefined) return;
          const isPut =
            present === undefined
              ? await putNew(CHECKPOINT, bytes)
              : await replace(CHECKPOINT, present, bytes);
          if (isPut) return;
        }
      }),
    // Copies of what nodes recorded are kept; what a node prunes of its own log is its own.
    removeBundles: () => Promise.resolve({ removed: 0, kept: 0 }),
    dropPartials: (path) =>
      available(async () => {
        await tables
          .deleteFrom('mirror_files')
          .where('origin', '=', origin)
          // Paths of a tiled log have no character that means something to `like`; an order of texts would be the database's.
          .where('path', 'like', `${path}.p/%`)
          .execute();
      }),
  };
}
