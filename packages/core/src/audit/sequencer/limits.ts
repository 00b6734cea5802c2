/** Limits inside the log's transaction: taken with the entry that permits, given back by the one that closes it. */
import {
  type AppendRefusal,
  endOf,
  giveBack,
  type LimitReservation,
  type LimitUsage,
  type LimitUse,
  MAX_LIMIT_KEYS,
  remainingOf,
  take,
} from '../../model/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import type { StateTables, StoredReservation } from '../store/index.ts';

/** Ended keys that are dropped for each new one, so that dropping keeps up with adding. */
const DROPPED_PER_NEW_KEY = 2;

/** One key's account after a reservation. */
interface Planned {
  readonly reservation: LimitReservation;
  readonly use: LimitUse;
  readonly amount: number;
  readonly isNew: boolean;
}

/** What `reservations` would do at `now`, or why they may not be made. Never writes. */
export function planReservations(
  tables: StateTables,
  reservations: readonly LimitReservation[],
  now: number,
): readonly Planned[] | Extract<AppendRefusal, 'limit_exceeded' | 'limit_keys'> {
  const planned = new Map<string, Planned>();
  for (const reservation of reservations) {
    const { key, account, enforced } = reservation;
    // One key is taken from once; a second reservation would be lost when the first is given back.
    if (planned.has(key)) return 'limit_exceeded';
    const present = tables.limitUse(key);
    const remaining = remainingOf(account, present, now);
    const amount = reservation.amount === 'rest' ? Math.max(1, remaining) : reservation.amount;
    if (enforced && amount > remaining) return 'limit_exceeded';
    const use = take(account, present, now, amount);
    planned.set(key, { reservation, use, amount, isNew: present === undefined });
  }
  const plan = [...planned.values()];
  const excess = tables.limitCount() + plan.filter(({ isNew }) => isNew).length - MAX_LIMIT_KEYS;
  if (excess <= 0 || tables.endedLimits(now, excess).length >= excess) return plan;
  // Full of keys that still mean something: what is only watched goes uncounted, what is enforced is refused.
  const fitting = plan.filter(({ isNew, reservation }) => !isNew || reservation.enforced);
  return fitting.some(({ isNew }) => isNew) ? 'limit_keys' : fitting;
}

/** INVARIANT: `planReservations` answered a plan in the same transaction. */
export function reserveLimits(
  tables: StateTables,
  reservations: readonly LimitReservation[],
  index: number,
  now: number,
): void {
  const plan = planReservations(tables, reservations, now);
  if (typeof plan === 'string') return;
  const news = plan.filter(({ isNew }) => isNew).length;
  const kept = new Set(plan.map(({ reservation }) => reservation.key));
  if (news > 0)
    for (const key of tables.endedLimits(now, news * DROPPED_PER_NEW_KEY))
      if (!kept.has(key)) tables.deleteLimit(key);
  for (const { reservation, use, amount } of plan) {
    const { key, measure, account } = reservation;
    tables.putLimit(key, use, endOf(account, use));
    tables.putReservation(index, { key, measure, account, amount, at: use.at });
  }
}

/** Settles what decision `index` had reserved, once: its reservations are gone afterwards. */
export function settleLimits(tables: StateTables, entry: PreparedEntry, index: number, now: number): void {
  if (!tables.hasReservations()) return;
  const settled = entry.effects.find((effect) => effect.type === 'settle_limits');
  for (const reservation of tables.reservations(index)) {
    const { key, account } = reservation;
    tables.deleteReservation(index, key);
    const present = tables.limitUse(key);
    const use = settledUse(reservation, present, { entry, usage: settled?.usage ?? {}, now });
    if (use === undefined) continue;
    if (use.used === 0) tables.deleteLimit(key);
    else tables.putLimit(key, use, endOf(account, use));
  }
}

interface Settlement {
  readonly entry: Pick<PreparedEntry, 'outcome'>;
  readonly usage: LimitUsage;
  readonly now: number;
}

/** `undefined` where what was taken stays taken. */
function settledUse(
  { measure, account, amount, at }: StoredReservation,
  present: LimitUse | undefined,
  { entry, usage, now }: Settlement,
): LimitUse | undefined {
  if (account.type === 'held' || entry.outcome === 'not_performed')
    return giveBack(account, present, { amount, at, now });
  // A call is a call. Of an unknown outcome nobody knows what it used: it may have used all of it.
  const actual = measure === 'calls' || entry.outcome === 'unknown' ? undefined : usage[measure];
  if (actual === undefined || actual === amount) return undefined;
  if (actual > amount) return take(account, present, now, actual - amount);
  return giveBack(account, present, { amount: amount - actual, at, now });
}
