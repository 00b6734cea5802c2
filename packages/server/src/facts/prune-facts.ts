/** Takes away what nodes disclosed once its time is over, and arrivals that nobody resumes after any more. */
import type { Plane } from '../plane.ts';
import { markMinutes, receiptTime } from '../receipts/index.ts';
import type { Task } from '../upkeep/index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How long facts are kept where the operator says nothing. */
export const FACTS_KEEP_MS: number = 30 * DAY_MS;
/** How long listeners may stay away and resume. */
const ARRIVALS_KEEP_MS = 60 * MINUTE_MS;
/** Rows that one statement takes away, so that requests beside it wait for no long one. */
const BATCH = 1_000;

/** Prunes each minute. */
export const FACTS_TASK: Task = { name: 'facts', everyMs: MINUTE_MS, run: pruneFacts };

export async function pruneFacts(
  plane: Pick<Plane, 'tables' | 'clock' | 'factsKeepMs'>,
  signal?: AbortSignal,
): Promise<void> {
  const now = plane.clock.now();
  const before = now - (plane.factsKeepMs ?? FACTS_KEEP_MS);
  while (signal?.aborted !== true && (await pruneSome(plane, before, now)) === BATCH);
  await plane.tables
    .deleteFrom('arrivals')
    .where('at', '<=', now - ARRIVALS_KEEP_MS)
    .execute();
}

async function pruneSome({ tables }: Pick<Plane, 'tables'>, before: number, now: number): Promise<number> {
  const rows = await tables
    .selectFrom('facts')
    .select(['organisation', 'origin', 'idx', 'receipt'])
    .where('at', '<=', before)
    .limit(BATCH)
    .execute();
  if (rows.length === 0) return 0;
  await tables.transaction().execute(async (within) => {
    for (const { organisation, origin, idx } of rows)
      await within
        .deleteFrom('facts')
        .where('organisation', '=', organisation)
        .where('origin', '=', origin)
        .where('idx', '=', idx)
        .execute();
    for (const [organisation, some] of bySorted(rows))
      await markMinutes(
        within,
        organisation,
        some.map(({ receipt }) => receiptTime(receipt)),
        now,
      );
  });
  return rows.length;
}

/** By organisation, in one order everywhere. */
function bySorted<Row extends { readonly organisation: string }>(
  rows: readonly Row[],
): readonly (readonly [string, readonly Row[]])[] {
  return [...Map.groupBy(rows, ({ organisation }) => organisation)].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
}
