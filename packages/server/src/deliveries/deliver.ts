/** Tells channels what happened: by a cursor over the log, at least once, bounded. Nothing rests on a message; whoever gets none still finds what waits. */
import { describeFault, isFault } from '@writ/core';
import { CHANNELS } from '../channels/index.ts';
import { feedOf } from '../events/index.ts';
import type { Plane } from '../plane.ts';
import type { DeliveryRow } from '../tables/index.ts';
import { channelsFor, messageOf } from './message.ts';
import { type ChannelPorts, DEFAULT_CHANNEL_PORTS } from '../channel-ports/index.ts';
import { send } from './send.ts';

const CURSOR = 'deliveries';
/** Entries looked at in one round, and messages sent in it. */
const MOST_ENTRIES = 2_000;
const MOST_SENT = 500;
/** Of these, most of one channel. */
const MOST_OF_CHANNEL = 25;
/** After so long no other message of a round is begun, in milliseconds. */
const ROUND_MS = 10_000;
/** Messages of one channel that wait at once; one more is dropped, and listed as such. */
export const MAX_WAITING = 1_000;
/** Between two attempts: doubled each time, up to the longest. After so many it is given up. */
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 3_600_000;
export const MAX_ATTEMPTS = 12;
/** How long a server that took a message has it for itself: longer than any attempt. */
const LEASE_MS = 60_000;
/** How long what was told, or given up, stays listed. */
const KEPT_MS = 7 * 86_400_000;

/** One round: takes up what the log tells since the last one, and sends what is due. Several servers may at once. */
export async function deliver(plane: Plane, signal: AbortSignal): Promise<void> {
  const ports = plane.channels ?? DEFAULT_CHANNEL_PORTS;
  await takeUp(plane);
  const due = await dueOf(plane);
  // INVARIANT: channels wait for nothing of one another. Whoever answers late, or never, is late alone.
  const enough = AbortSignal.timeout(ROUND_MS);
  const lanes = Map.groupBy(due, ({ channel }) => channel).values();
  await Promise.all(
    [...lanes].map(async (rows) => {
      for (const row of rows) {
        if (signal.aborted || enough.aborted) return;
        if ((await isOurs(plane, row)) && !(await attempt(plane, ports, row, signal))) return;
      }
    }),
  );
  await plane.tables
    .deleteFrom('deliveries')
    .where('status', '!=', 'waiting')
    .where('next_at', '<=', plane.clock.now() - KEPT_MS)
    .execute();
}

/** What is due, the oldest of each channel before the second of any. */
async function dueOf({ tables, clock }: Plane): Promise<readonly DeliveryRow[]> {
  const ranked = tables
    .selectFrom('deliveries')
    .selectAll()
    .select(({ fn }) =>
      fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('channel').orderBy('next_at'))
        .as('place'),
    )
    .where('status', '=', 'waiting')
    .where('next_at', '<=', clock.now())
    .as('ranked');
  return tables
    .selectFrom(ranked)
    .selectAll()
    .where('place', '<=', MOST_OF_CHANNEL)
    .orderBy('place')
    .orderBy('next_at')
    .limit(MOST_SENT)
    .execute();
}

async function takeUp(plane: Plane): Promise<void> {
  const { tables, clock } = plane;
  const feed = feedOf(plane);
  const stored = await tables
    .selectFrom('cursors')
    .select('position')
    .where('name', '=', CURSOR)
    .executeTakeFirst();
  const from = stored?.position ?? 0;
  const to = Math.min(feed.position(), from + MOST_ENTRIES);
  if (to <= from) return;
  for (let index = from; index < to; index += 1) {
    const event = feed.at(index);
    if (event === undefined) continue;
    for (const { id } of channelsFor(plane, event)) {
      const waiting = await tables
        .selectFrom('deliveries')
        .select((build) => build.fn.countAll<number>().as('count'))
        .where('channel', '=', id)
        .where('status', '=', 'waiting')
        .executeTakeFirstOrThrow();
      await tables
        .insertInto('deliveries')
        .values({
          id: plane.newId(),
          organisation: event.organisation,
          channel: id,
          event: index,
          attempts: 0,
          next_at: clock.now(),
          status: Number(waiting.count) >= MAX_WAITING ? 'dropped' : 'waiting',
          last_error: null,
        })
        .onConflict((conflict) => conflict.columns(['channel', 'event']).doNothing())
        .execute();
    }
  }
  // INVARIANT: after what was taken up is kept. A server that ends in between takes it up again, which changes nothing.
  await tables
    .insertInto('cursors')
    .values({ name: CURSOR, position: to })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ position: to }).where('cursors.position', '<', to),
    )
    .execute();
}

/** Takes the message for this server for a while; another one that was asked at once does not get it. */
async function isOurs({ tables, clock }: Plane, row: DeliveryRow): Promise<boolean> {
  const taken = await tables
    .updateTable('deliveries')
    .set({ attempts: row.attempts + 1, next_at: clock.now() + LEASE_MS })
    .where('id', '=', row.id)
    .where('status', '=', 'waiting')
    .where('attempts', '=', row.attempts)
    .where('next_at', '=', row.next_at)
    .returning('id')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Answers whether the channel takes more. */
async function attempt(
  plane: Plane,
  ports: ChannelPorts,
  { id, organisation, channel: channelId, event: index, attempts }: DeliveryRow,
  signal: AbortSignal,
): Promise<boolean> {
  const now = plane.clock.now();
  const end = async (status: string, nextAt: number, error: string | null): Promise<boolean> => {
    await plane.tables
      .updateTable('deliveries')
      .set({ status, next_at: nextAt, last_error: error })
      .where('id', '=', id)
      .execute();
    return status !== 'waiting';
  };
  const channel = plane.objects(organisation, CHANNELS).get(channelId);
  const event = feedOf(plane).at(index);
  const message = event === undefined ? undefined : messageOf(plane, event);
  if (channel?.isEnabled !== true || message === undefined) return end('dropped', now, null);
  try {
    await send(ports, channel, { id: `msg_${id}`, message, now, signal });
    return await end('sent', now, null);
  } catch (fault) {
    const isOver = isFault(fault, 'export.refused') || attempts + 1 >= MAX_ATTEMPTS;
    const retry = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
    return end(isOver ? 'failed' : 'waiting', isOver ? now : now + retry, describeFault(fault).slice(0, 200));
  }
}
