/** What a mirror holds of a node's log, into the list of receipts. Begins where it ended, whoever ended it. */
import { Fault, type PublishTarget } from '@writ/core';
import { bundlePath, bundleStart, MAX_ENTRY_BYTES, parseBundle, TILE_WIDTH } from '@writ/core/proof';
import type { Kysely } from 'kysely';
import { receiptRows, type ReceiptsOf } from '../receipts/index.ts';
import { type Tables, unsynced } from '../tables/index.ts';

const MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);
/** How often a bundle is looked for that another server made wider meanwhile. */
const MAX_TRIES = 4;

/** Lists the entries of the log of `of` that are held in `target` and not listed yet. */
export async function indexHeld(
  tables: Kysely<Tables>,
  target: Pick<PublishTarget, 'read'>,
  of: ReceiptsOf,
): Promise<void> {
  for (let tries = 1; ; ) {
    const row = await tables
      .selectFrom('mirror_logs')
      .select(['next', 'indexed'])
      .where('origin', '=', of.origin)
      .executeTakeFirst();
    if (row === undefined || row.indexed >= row.next) return;
    const first = bundleStart(row.indexed);
    const width = Math.min(TILE_WIDTH, row.next - first);
    const bytes = await target.read(bundlePath({ index: first / TILE_WIDTH, width }), MAX_BUNDLE_BYTES);
    if (bytes === undefined && tries < MAX_TRIES) {
      tries += 1;
      continue;
    }
    if (bytes === undefined)
      throw new Fault(
        'log.corrupt',
        `entries ${row.indexed} and later of the copy of \`${of.origin}\` are missing`,
      );
    tries = 1;
    const entries = parseBundle(bytes).slice(row.indexed - first);
    await put(tables, of, row.indexed, entries);
  }
}

/** Rows and how far they go, at once: two servers that do the same work leave the same rows, and what a crash takes is listed again. */
function put(
  tables: Kysely<Tables>,
  of: ReceiptsOf,
  start: number,
  entries: readonly Uint8Array[],
): Promise<void> {
  const end = start + entries.length;
  return unsynced(tables, async (within) => {
    await within
      .insertInto('receipts')
      .values([...receiptRows(of, start, entries)])
      .onConflict((conflict) => conflict.columns(['origin', 'idx']).doNothing())
      .execute();
    await within
      .updateTable('mirror_logs')
      .set({ indexed: end })
      .where('origin', '=', of.origin)
      .where('indexed', '<', end)
      .execute();
  });
}
