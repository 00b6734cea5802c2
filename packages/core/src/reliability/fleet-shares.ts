/** A node's shares of all limits that a fleet keeps together. */
import type { Clock } from '../kernel/index.ts';
import type { LimitAccount, LimitLease, LimitLeases } from '../model/index.ts';
import { createLeasedShare, type LeasedShare, type TakenUnits } from './leased-share.ts';

/** What shares stand on. */
export interface FleetSharesPorts {
  readonly leases: LimitLeases;
  readonly clock: Clock;
  readonly node: string;
  /** Runs `act` once after `ms` milliseconds; the answer cancels it. */
  after(ms: number, act: () => void): () => void;
}

/** The shares of one node. */
export interface FleetShares {
  /** Takes `amount` units of the account of `key`, see {@link LeasedShare.take}. */
  take(
    key: string,
    account: LimitAccount,
    amount: number | 'rest',
  ): Promise<TakenUnits | { readonly short: number }>;
  /** Counts `amount` units that a call used beyond what it took, as far as there are any. Never rejects: what cannot be said stays uncounted. */
  charge(key: string, account: LimitAccount, amount: number): Promise<void>;
  /** Lets go of every share. Never rejects: what cannot be said counts as spent. */
  close(): Promise<void>;
}

/** How long a node keeps a share, in milliseconds. */
const LEASE_MS = 10_000;
/** A share that is not asked for is let go of this long before it ends, so that what is left returns. */
const EARLY_MS = 2_000;
/** Of the whole, what a node takes at a time: so many nodes find something. */
const PARTS = 20;
/** Most accounts a node has shares of at once; past that a call that counts for a new one is denied. */
const MAX_SHARES = 10_000;

interface Kept {
  readonly share: LeasedShare;
  /** Present while a lease is at hand that ends by itself. */
  cancel?: () => void;
  /** Calls that wait for an answer of the shared side. */
  asking: number;
}

/** Shares over `ports.leases`, taken as calls need them and let go of when none does. */
export function createFleetShares(ports: FleetSharesPorts): FleetShares {
  const kept = new Map<string, Kept>();
  const forget = (key: string, one: Kept): void => {
    if (kept.get(key) === one) kept.delete(key);
  };
  const letGo = async (key: string, one: Kept): Promise<void> => {
    forget(key, one);
    one.cancel?.();
    // Unsaid, the lease ends by itself and counts as spent.
    await one.share.settle().catch(() => undefined);
  };
  const open = (key: string, account: LimitAccount): Kept => {
    const chunk = Math.max(1, Math.floor(account.capacity / PARTS));
    const request = { node: ports.node, key, account, amount: chunk, durationMs: LEASE_MS };
    const renewed = (_lease: LimitLease): void => {
      one.cancel?.();
      one.cancel = ports.after(LEASE_MS - EARLY_MS, () => void letGo(key, one));
    };
    const one: Kept = { share: createLeasedShare(ports.leases, request, ports.clock, renewed), asking: 0 };
    kept.set(key, one);
    return one;
  };
  /** A share that got no lease takes no place: keys that find nothing, or nobody to ask, are without end. */
  const ask = async <Answer>(
    key: string,
    one: Kept,
    act: (share: LeasedShare) => Promise<Answer>,
  ): Promise<Answer> => {
    one.asking += 1;
    try {
      return await act(one.share);
    } finally {
      one.asking -= 1;
      if (one.asking === 0 && one.cancel === undefined) forget(key, one);
    }
  };
  return {
    async take(key, account, amount) {
      const known = kept.get(key);
      if (known === undefined && kept.size >= MAX_SHARES) return { short: 0 };
      return ask(key, known ?? open(key, account), (share) => share.take(amount));
    },
    async charge(key, account, amount) {
      const known = kept.get(key);
      if (known === undefined && kept.size >= MAX_SHARES) return;
      const one = known ?? open(key, account);
      await ask(key, one, (share) => share.charge(amount)).catch(() => undefined);
    },
    async close() {
      await Promise.all([...kept].map(([key, one]) => letGo(key, one)));
    },
  };
}
