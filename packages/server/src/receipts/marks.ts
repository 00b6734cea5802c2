/** Minutes whose receipts or facts changed: they are counted again. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables/index.ts';
import type { ReceiptRows, ReceiptsOf } from './receipt.ts';

export const MINUTE_MS = 60_000;
/** Rows of one statement. */
const MOST_ROWS = 1_000;

/**
 * Marks the minutes of `times`, as the last statement but one of the transaction that changes them. INVARIANT: a mark is always written, also where there is one: whoever
 * counts takes it away first, so that either what changed here is seen there, or the mark comes again after it.
 */
export async function markMinutes(
  within: Kysely<Tables>,
  organisation: string,
  times: Iterable<number>,
  now: number,
): Promise<void> {
  const minutes = new Set<number>();
  for (const time of times) minutes.add(time - (time % MINUTE_MS));
  // In the order of time: two that mark the same wait for each other, and never in a circle.
  const rows = [...minutes]
    .toSorted((one, other) => one - other)
    .map((minute) => ({ organisation, minute, revision: 1, since: now }));
  for (let from = 0; from < rows.length; from += MOST_ROWS)
    await within
      .insertInto('activity_marks')
      .values(rows.slice(from, from + MOST_ROWS))
      .onConflict((conflict) =>
        conflict
          .columns(['organisation', 'minute'])
          .doUpdateSet({ revision: sql<number>`activity_marks.revision + 1` }),
      )
      .execute();
}

/** Times of the decisions among `rows`, and of those that outcomes among them are of: what is counted is counted where the decision is. */
export async function decisionTimes(
  within: Kysely<Tables>,
  { origin }: Pick<ReceiptsOf, 'origin'>,
  { receipts }: Pick<ReceiptRows, 'receipts'>,
): Promise<readonly number[]> {
  const here = new Map(receipts.map(({ idx, time }) => [idx, time]));
  const times = receipts.filter(({ verdict }) => verdict !== null).map(({ time }) => time);
  const elsewhere: number[] = [];
  for (const { kind, decision_of: decision } of receipts) {
    if (kind !== 'outcome' || decision === null) continue;
    const time = here.get(decision);
    if (time === undefined) elsewhere.push(decision);
    else times.push(time);
  }
  if (elsewhere.length === 0) return times;
  const before = await within
    .selectFrom('receipts')
    .select('time')
    .where('origin', '=', origin)
    .where('idx', 'in', elsewhere)
    .execute();
  return [...times, ...before.map(({ time }) => time)];
}
