/** Rows that list entries of nodes go after a time that the operator named; the copies that they were made from stay. */
import type { Plane } from '../plane.ts';
import type { Task } from '../upkeep/index.ts';
import { markMinutes } from './marks.ts';
import { receiptsFrom, receiptTime } from './receipt.ts';

const EVERY_MS = 3_600_000;
/** Rows that one statement takes away, so that requests beside it wait for no long one. */
const BATCH = 1_000;

/** Takes them away each hour; none where nobody named a time. */
export const PRUNE_RECEIPTS_TASK: Task = {
  name: 'prune_receipts',
  everyMs: EVERY_MS,
  run: pruneReceipts,
};

/** Takes away the rows of entries older than the operator keeps them. Made again they are not: what was listed once is not listed twice. */
export async function pruneReceipts(
  { tables, wallClock, keeps }: Pick<Plane, 'tables' | 'wallClock' | 'keeps'>,
  signal?: AbortSignal,
): Promise<void> {
  const keptMs = keeps?.receiptsMs;
  if (keptMs === undefined) return;
  // By the machine’s own time: a record whose time is ahead takes nothing away early.
  const now = wallClock.now();
  const before = receiptsFrom(now - keptMs);
  // First, so that none is left behind of a receipt that is gone; looked for by the receipt alone, an hour apart.
  await tables.deleteFrom('receipt_policies').where('receipt', '<', before).execute();
  for (;;) {
    if (signal?.aborted === true) return;
    const rows = await tables
      .selectFrom('receipts')
      .select(['organisation', 'id', 'origin'])
      .where('id', '<', before)
      .limit(BATCH)
      .execute();
    for (const [organisation, some] of Map.groupBy(rows, (row) => row.organisation))
      await tables.transaction().execute(async (within) => {
        const ids = some.map(({ id }) => id);
        await within
          .deleteFrom('receipts')
          .where('organisation', '=', organisation)
          .where('id', 'in', ids)
          .execute();
        await markMinutes(within, organisation, ids.map(receiptTime), now);
      });
    if (rows.length < BATCH) return;
  }
}
