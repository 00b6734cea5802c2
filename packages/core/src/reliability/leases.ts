/** The shared side of limits, wherever it is kept: what it lends and takes back, over transactions of a store. */
import { Fault } from '../kernel/index.ts';
import {
  endOf,
  giveBack,
  type LeaseRequest,
  type LimitAccount,
  type LimitLease,
  type LimitLeases,
  type LimitUse,
  MAX_LIMIT_KEYS,
  remainingOf,
  take,
} from '../model/index.ts';

/** Longest lease, in milliseconds: a node that is gone keeps a share for no longer than a minute. */
export const MAX_LEASE_MS = 60_000;
/** How long after its end a lease may still be settled, in milliseconds: for the way of the answer, and for a node whose time runs a little slower. */
const GRACE_MS = 5_000;
/** Most leases that are out at once; more are refused. */
const MAX_LEASES = 10_000;

/** A lease that is out. */
export interface Lent {
  readonly key: string;
  readonly account: LimitAccount;
  readonly amount: number;
  /** When, as the account counts it; milliseconds since 1970. */
  readonly at: number;
  /** From when on its node's word no longer counts; milliseconds since 1970. */
  readonly over: number;
}

/** What stands to an account, and when that means nothing any more; milliseconds since 1970. */
export interface StoredUse {
  readonly use: LimitUse;
  readonly ends: number;
}

/** One transaction of a store. No two run at once, and one that fails leaves nothing. */
export interface LeaseTransaction {
  /** Milliseconds since 1970; never before that of an earlier transaction. */
  readonly now: number;
  use(key: string): Promise<LimitUse | undefined>;
  /** `undefined` removes it. */
  putUse(key: string, use: StoredUse | undefined): Promise<void>;
  countUses(): Promise<number>;
  /** Removes those that ended by `now`. */
  dropEndedUses(): Promise<void>;
  /** Adds a lease; the answer is its id, which no other had. */
  addLease(lent: Lent): Promise<string>;
  countLeases(): Promise<number>;
  /** Removes a lease; the answer is what it was, `undefined` where there is none. */
  removeLease(id: string): Promise<Lent | undefined>;
  /** Removes and answers the leases that were over by `now`. */
  removeOver(): Promise<readonly Lent[]>;
}

/** Runs one transaction. Rejects with `log.unavailable` where the store is out of reach. */
export type Transact = <Result>(run: (transaction: LeaseTransaction) => Promise<Result>) => Promise<Result>;

/** The shared side over a store. */
export function createLeases(transact: Transact): LimitLeases {
  return {
    async take(request) {
      requireRequest(request);
      return transact((transaction) => lend(transaction, request));
    },
    settle: (id, spent) => transact((transaction) => settle(transaction, id, spent)),
  };
}

async function lend(transaction: LeaseTransaction, request: LeaseRequest): Promise<LimitLease | undefined> {
  const { key, account, amount, durationMs } = request;
  const { now } = transaction;
  await endLeases(transaction);
  const present = await transaction.use(key);
  const lent = Math.min(amount, remainingOf(account, present, now));
  if (lent < 1 || (await transaction.countLeases()) >= MAX_LEASES) return undefined;
  if (present === undefined && !(await hasRoom(transaction))) return undefined;
  const use = take(account, present, now, lent);
  await put(transaction, key, account, use);
  const lasting = Math.min(durationMs, lastsFor(account, use, now));
  const over = now + lasting + GRACE_MS;
  const id = await transaction.addLease({ key, account, amount: lent, at: use.at, over });
  return { id, amount: lent, durationMs: lasting };
}

/** Milliseconds. INVARIANT: units of a window are spent in it: in the next they would come on top of all that it has. */
function lastsFor(account: LimitAccount, use: LimitUse, now: number): number {
  return account.type === 'window' ? use.at + account.windowMs - now : Number.POSITIVE_INFINITY;
}

async function settle(transaction: LeaseTransaction, id: string, spent: number): Promise<boolean> {
  await endLeases(transaction);
  const lease = await transaction.removeLease(id);
  if (lease === undefined) return false;
  if (!Number.isSafeInteger(spent) || spent < 0 || spent > lease.amount)
    throw new Fault('bound.exceeded', `a lease of ${lease.amount} cannot have spent \`${spent}\``);
  await giveUnits(transaction, lease, lease.amount - spent);
  return true;
}

/** Without its node's word a lease counts as spent, but for what is held at once. */
async function endLeases(transaction: LeaseTransaction): Promise<void> {
  for (const lease of await transaction.removeOver())
    if (lease.account.type === 'held') await giveUnits(transaction, lease, lease.amount);
}

async function giveUnits(
  transaction: LeaseTransaction,
  { key, account, at }: Lent,
  amount: number,
): Promise<void> {
  const { now } = transaction;
  const use = giveBack(account, await transaction.use(key), { amount, at, now });
  await put(transaction, key, account, use);
}

function put(
  transaction: LeaseTransaction,
  key: string,
  account: LimitAccount,
  use: LimitUse,
): Promise<void> {
  return transaction.putUse(key, use.used === 0 ? undefined : { use, ends: endOf(account, use) });
}

/** Drops what has ended where all places are taken; a new key finds none where nothing has. */
async function hasRoom(transaction: LeaseTransaction): Promise<boolean> {
  if ((await transaction.countUses()) < MAX_LIMIT_KEYS) return true;
  await transaction.dropEndedUses();
  return (await transaction.countUses()) < MAX_LIMIT_KEYS;
}

function requireRequest({ amount, durationMs }: LeaseRequest): void {
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw new Fault('bound.exceeded', `a lease is of at least one unit, not of \`${amount}\``);
  if (!(durationMs > 0 && durationMs <= MAX_LEASE_MS))
    throw new Fault('bound.exceeded', `a lease lasts up to ${MAX_LEASE_MS} ms, not \`${durationMs}\``);
}
