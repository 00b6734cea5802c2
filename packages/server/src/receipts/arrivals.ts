/** In which order entries and facts came: what listeners are told by, and resume after. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables/index.ts';

/** Indexes of a log that came at once. */
export interface Arrival {
  readonly organisation: string;
  readonly origin: string;
  readonly kind: 'entries' | 'facts';
  readonly start: number;
  readonly until: number;
  readonly at: number;
}

/**
 * Notes an arrival, as the last statement of the transaction in which it came. INVARIANT: places are given under the lock of their organisation's head, so one that is
 * seen has none before it that comes later.
 */
export async function noteArrival(within: Kysely<Tables>, arrival: Arrival): Promise<void> {
  const { organisation } = arrival;
  const { place } = await within
    .insertInto('arrival_heads')
    .values({ organisation, place: 1 })
    .onConflict((conflict) =>
      conflict.column('organisation').doUpdateSet({ place: sql<number>`arrival_heads.place + 1` }),
    )
    .returning('place')
    .executeTakeFirstOrThrow();
  await within
    .insertInto('arrivals')
    .values({ ...arrival, place })
    .execute();
}
