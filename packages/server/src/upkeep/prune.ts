/** Rows that are past their time, taken away: nothing reads them any more, and they would be kept for nothing. */
import type { Kysely } from 'kysely';
import type { Plane } from '../plane.ts';
import type { Tables } from '../tables/index.ts';
import type { Task } from './task.ts';

const MINUTE_MS = 60_000;
/** Rows that one statement takes away, so that requests beside it wait for no long one. */
const BATCH = 1_000;
/** Tables whose rows say when they end, with what names a row. */
const EXPIRING = [
  'sessions',
  'ceremonies',
  'idempotency',
  'seen_nonces',
  'device_logins',
  'throttles',
  'looks',
] as const;

/** Prunes each minute. */
export const PRUNE_TASK: Task = { name: 'prune', everyMs: MINUTE_MS, run: prune };

/** Takes away what ended before now; answers through the tables alone. */
export async function prune(
  { tables, wallClock }: Pick<Plane, 'tables' | 'wallClock'>,
  signal?: AbortSignal,
): Promise<void> {
  const now = wallClock.now();
  for (const table of EXPIRING)
    while (signal?.aborted !== true && (await pruneSome(tables, table, now)) === BATCH);
}

async function pruneSome(
  tables: Kysely<Tables>,
  table: (typeof EXPIRING)[number],
  now: number,
): Promise<number> {
  const ids = await tables.selectFrom(table).select('id').where('expires', '<=', now).limit(BATCH).execute();
  if (ids.length === 0) return 0;
  await tables
    .deleteFrom(table)
    .where(
      'id',
      'in',
      ids.map(({ id }) => id),
    )
    // One that was made again meanwhile stays.
    .where('expires', '<=', now)
    .execute();
  return ids.length;
}
