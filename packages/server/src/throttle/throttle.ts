/** Counts what may happen only so often, in the tables, so that several servers count together. */
import { sql } from 'kysely';
import type { Plane } from '../plane.ts';

/** So many in so long; a window begins with the first. */
export interface Allowance {
  /** What is counted: unique. */
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
}

/**
 * Counts one of each of `allowances`, in their order, and answers whether all of them had one left. Counting comes first, so that however many come at once, no more than `most`
 * are let through.
 */
export async function attempt(
  { tables, clock }: Pick<Plane, 'tables' | 'clock'>,
  allowances: readonly Allowance[],
): Promise<boolean> {
  const now = clock.now();
  for (const { name, most, windowMs } of allowances) {
    const expires = now + windowMs;
    const { counted } = await tables
      .insertInto('throttles')
      .values({ id: name, counted: 1, expires })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          counted: sql<number>`case when throttles.expires <= ${now} then 1 else throttles.counted + 1 end`,
          expires: sql<number>`case when throttles.expires <= ${now} then ${expires} else throttles.expires end`,
        }),
      )
      .returning('counted')
      .executeTakeFirstOrThrow();
    if (counted > most) return false;
  }
  return true;
}
