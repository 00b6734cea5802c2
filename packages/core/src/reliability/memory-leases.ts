/** The shared side of limits in memory: for one process that serves a fleet, and for tests. It ends with the process. */
import { type Clock, createUlid, Fault, type Random } from '../kernel/index.ts';
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

interface Lent {
  readonly key: string;
  readonly account: LimitAccount;
  readonly amount: number;
  /** When, as the account counts it. */
  readonly at: number;
  readonly over: number;
}

/** Makes an empty shared side over `clock`, whose time never goes back for it. */
export function createMemoryLeases(ports: { readonly clock: Clock; readonly random: Random }): LimitLeases {
  return new MemoryLeases(ports.clock, ports.random);
}

class MemoryLeases implements LimitLeases {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #uses = new Map<string, { readonly use: LimitUse; readonly end: number }>();
  readonly #lent = new Map<string, Lent>();
  #floor = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  async take(request: LeaseRequest): Promise<LimitLease | undefined> {
    const { key, account, amount, durationMs } = request;
    requireRequest(request);
    const now = this.#now();
    this.#endLeases(now);
    const present = this.#uses.get(key)?.use;
    const lent = Math.min(amount, remainingOf(account, present, now));
    if (lent < 1 || this.#lent.size >= MAX_LEASES) return undefined;
    if (present === undefined && !this.#hasRoom(now)) return undefined;
    const use = take(account, present, now, lent);
    this.#put(key, account, use);
    const id = createUlid(this.#clock, this.#random);
    this.#lent.set(id, { key, account, amount: lent, at: use.at, over: now + durationMs + GRACE_MS });
    return { id, amount: lent, durationMs };
  }

  async settle(id: string, spent: number): Promise<boolean> {
    const now = this.#now();
    this.#endLeases(now);
    const lease = this.#lent.get(id);
    if (lease === undefined) return false;
    if (!Number.isSafeInteger(spent) || spent < 0 || spent > lease.amount)
      throw new Fault('bound.exceeded', `a lease of ${lease.amount} cannot have spent \`${spent}\``);
    this.#lent.delete(id);
    this.#return(lease, lease.amount - spent, now);
    return true;
  }

  #now(): number {
    this.#floor = Math.max(this.#floor, this.#clock.now());
    return this.#floor;
  }

  /** Without its node's word a lease counts as spent, but for what is held at once. */
  #endLeases(now: number): void {
    for (const [id, lease] of this.#lent) {
      if (lease.over > now) continue;
      this.#lent.delete(id);
      if (lease.account.type === 'held') this.#return(lease, lease.amount, now);
    }
  }

  #return({ key, account, at }: Lent, amount: number, now: number): void {
    this.#put(key, account, giveBack(account, this.#uses.get(key)?.use, { amount, at, now }));
  }

  #put(key: string, account: LimitAccount, use: LimitUse): void {
    if (use.used === 0) this.#uses.delete(key);
    else this.#uses.set(key, { use, end: endOf(account, use) });
  }

  /** Drops what has ended where all places are taken; a new key finds none where nothing has. */
  #hasRoom(now: number): boolean {
    if (this.#uses.size < MAX_LIMIT_KEYS) return true;
    for (const [key, { end }] of this.#uses) if (end <= now) this.#uses.delete(key);
    return this.#uses.size < MAX_LIMIT_KEYS;
  }
}

function requireRequest({ amount, durationMs }: LeaseRequest): void {
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw new Fault('bound.exceeded', `a lease is of at least one unit, not of \`${amount}\``);
  if (!(durationMs > 0 && durationMs <= MAX_LEASE_MS))
    throw new Fault('bound.exceeded', `a lease lasts up to ${MAX_LEASE_MS} ms, not \`${durationMs}\``);
}
