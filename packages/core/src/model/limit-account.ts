/** The arithmetic of limits: whole numbers, exact, on a time that never goes back. Pure; the same in the log's transaction and outside. */
import type { LimitDeclaration, LimitMeasure } from './limits.ts';

/** How an amount is counted. */
export type LimitAccount =
  /** Token bucket: `refill` units every `perMs` milliseconds, up to `capacity`; the two are reduced to lowest terms. */
  | {
      readonly type: 'bucket';
      readonly capacity: number;
      readonly refill: number;
      readonly perMs: number;
    }
  /** Fixed windows, the first from the start of 1970 (UTC): at most `capacity` in each, so up to twice that across the end of one. */
  | { readonly type: 'window'; readonly capacity: number; readonly windowMs: number }
  /** For ever, or until nothing was taken for `idleMs`. */
  | { readonly type: 'total'; readonly capacity: number; readonly idleMs?: number }
  /** Held from reservation to outcome. */
  | { readonly type: 'held'; readonly capacity: number };

/** What stands to the account of one key. */
export interface LimitUse {
  /** Taken and not given back; for a bucket in units of `1 / perMs`, and falling by `refill` each millisecond. */
  readonly used: number;
  /** When `used` was so, or for a window its beginning. Milliseconds since 1970. */
  readonly at: number;
}

/** A session's totals are forgotten when it took nothing for this long: 30 days, in milliseconds. */
const SESSION_IDLE_MS = 30 * 24 * 3_600_000;
/** Stands for a use that nothing ends. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** How `declaration` is counted; `undefined` where it limits single calls only. */
export function accountOf(declaration: LimitDeclaration): LimitAccount | undefined {
  const { kind, amount, perMs, burst, key } = declaration;
  if (amount === undefined) return undefined;
  if (kind === 'concurrency') return { type: 'held', capacity: amount };
  if (kind === 'rate') {
    const { refill, per } = reducedRate(amount, perMs ?? 1);
    return { type: 'bucket', capacity: burst ?? amount, refill, perMs: per };
  }
  if (perMs !== undefined) return { type: 'window', capacity: amount, windowMs: perMs };
  const isOfSession = key.includes('session') || key.includes('context.session.id');
  return { type: 'total', capacity: amount, ...(isOfSession ? { idleMs: SESSION_IDLE_MS } : {}) };
}

/** `amount` in `perMs` in lowest terms. */
export function reducedRate(
  amount: number,
  perMs: number,
): { readonly refill: number; readonly per: number } {
  let [left, right] = [amount, perMs];
  while (right !== 0) [left, right] = [right, left % right];
  const divisor = left === 0 ? 1 : left;
  return { refill: amount / divisor, per: perMs / divisor };
}

/** `use` as it stands at `now`. A `now` before `use.at` gives nothing back. */
function useAt(account: LimitAccount, use: LimitUse | undefined, now: number): LimitUse {
  switch (account.type) {
    case 'bucket': {
      const elapsed = use === undefined ? 0 : Math.max(0, now - use.at);
      const used = use?.used ?? 0;
      const isEmptied = account.refill > 0 && elapsed >= used / account.refill;
      return { used: isEmptied ? 0 : used - elapsed * account.refill, at: Math.max(now, use?.at ?? 0) };
    }
    case 'window': {
      const start = now - (now % account.windowMs);
      return use === undefined || use.at < start ? { used: 0, at: start } : use;
    }
    case 'total': {
      const at = Math.max(now, use?.at ?? 0);
      const isForgotten = account.idleMs !== undefined && use !== undefined && now - use.at > account.idleMs;
      return { used: isForgotten ? 0 : (use?.used ?? 0), at };
    }
    case 'held':
      return { used: use?.used ?? 0, at: Math.max(now, use?.at ?? 0) };
    default:
      return account satisfies never;
  }
}

/** Whole units used at `now`, rounded up. */
export function usedOf(account: LimitAccount, use: LimitUse | undefined, now: number): number {
  return Math.ceil(useAt(account, use, now).used / scaleOf(account));
}

/** Whole units left at `now`; never below 0. */
export function remainingOf(account: LimitAccount, use: LimitUse | undefined, now: number): number {
  return Math.max(0, account.capacity - usedOf(account, use, now));
}

/** `use` after `amount` units more, whether there is room for them or not. */
export function take(
  account: LimitAccount,
  use: LimitUse | undefined,
  now: number,
  amount: number,
): LimitUse {
  const present = useAt(account, use, now);
  const used = present.used + amount * scaleOf(account);
  return { ...present, used: Math.min(used, NEVER) };
}

/**
 * `use` after `amount` units that were taken at `takenAt` and not needed. A window gives back only to itself; a bucket less what has flowed in since,
 * so that it never holds more than if they had not been taken.
 */
export function giveBack(
  account: LimitAccount,
  use: LimitUse | undefined,
  taken: { readonly amount: number; readonly at: number; readonly now: number },
): LimitUse {
  const { amount, at, now } = taken;
  const present = useAt(account, use, now);
  switch (account.type) {
    case 'bucket': {
      const flowed = Math.max(0, now - at) * account.refill;
      return { ...present, used: Math.max(0, present.used - Math.max(0, amount * account.perMs - flowed)) };
    }
    case 'window':
      return present.at === at ? { ...present, used: Math.max(0, present.used - amount) } : present;
    case 'total':
      // What was taken so long ago may be forgotten already, and is not given back to what was taken since.
      if (account.idleMs !== undefined && now - at > account.idleMs) return present;
      return { ...present, used: Math.max(0, present.used - amount) };
    case 'held':
      return { ...present, used: Math.max(0, present.used - amount) };
    default:
      return account satisfies never;
  }
}

/** Instant from which `use` means nothing any more and may be dropped; {@link NEVER} where nothing ends it. */
export function endOf(account: LimitAccount, use: LimitUse): number {
  if (use.used === 0) return use.at;
  switch (account.type) {
    case 'bucket':
      return account.refill === 0 ? NEVER : use.at + Math.ceil(use.used / account.refill);
    case 'window':
      return use.at + account.windowMs;
    case 'total':
      return account.idleMs === undefined ? NEVER : use.at + account.idleMs + 1;
    case 'held':
      return NEVER;
    default:
      return account satisfies never;
  }
}

/** Earliest instant at which `need` units can be left, if nobody takes more; absent where no time brings them. */
export function resetOf(
  account: LimitAccount,
  use: LimitUse | undefined,
  now: number,
  need: number,
): number | undefined {
  if (need > account.capacity) return undefined;
  const present = useAt(account, use, now);
  switch (account.type) {
    case 'bucket': {
      const missing = present.used + (need - account.capacity) * account.perMs;
      if (missing <= 0) return now;
      return account.refill === 0 ? undefined : present.at + Math.ceil(missing / account.refill);
    }
    case 'window':
      return present.at + account.windowMs;
    case 'total':
      return account.idleMs === undefined ? undefined : present.at + account.idleMs + 1;
    case 'held':
      return undefined;
    default:
      return account satisfies never;
  }
}

function scaleOf(account: LimitAccount): number {
  return account.type === 'bucket' ? account.perMs : 1;
}

/** Units to take from the account of one key, with the entry that permits a call. */
export interface LimitReservation {
  /** Id of the limit. */
  readonly limit: string;
  /** Names the account: a hash of the limit and of what it is kept for. */
  readonly key: string;
  readonly measure: LimitMeasure;
  readonly account: LimitAccount;
  /** `rest` is all that remains, and at least one. */
  readonly amount: number | 'rest';
  /** Whether the entry is refused where the units are not there; else they are counted all the same. */
  readonly enforced: boolean;
}

/** Most reservations of one entry. */
export const MAX_RESERVATIONS = 256;
/** Most keys that a log counts for. Ended ones make room; past that a new key is refused, and known keys go on. */
export const MAX_LIMIT_KEYS = 100_000;

/** What one call used. Absent: not known, and what was reserved counts. */
export type LimitUsage = Readonly<Partial<Record<LimitMeasure, number>>>;
