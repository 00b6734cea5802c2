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
  cancel?: () => void;
}

/** Shares over `ports.leases`, taken as calls need them and let go of when none does. */
export function createFleetShares(ports: FleetSharesPorts): FleetShares {
  const kept = new Map<string, Kept>();
  const letGo = async (key: string): Promise<void> => {
    const one = kept.get(key);
    kept.delete(key);
    one?.cancel?.();
    // Unsaid, the lease ends by itself and counts as spent.
    await one?.share.settle().catch(() => undefined);
  };
  const open = (key: string, account: LimitAccount): Kept => {
    const chunk = Math.max(1, Math.floor(account.capacity / PARTS));
    const request = { node: ports.node, key, account, amount: chunk, durationMs: LEASE_MS };
    const renewed = (_lease: LimitLease): void => {
      one.cancel?.();
      one.cancel = ports.after(LEASE_MS - EARLY_MS, () => void letGo(key));
    };
    const one: Kept = { share: createLeasedShare(ports.leases, request, ports.clock, renewed) };
    kept.set(key, one);
    return one;
  };
  return {
    async take(key, account, amount) {
      const known = kept.get(key);
      if (known === undefined && kept.size >= MAX_SHARES) return { short: 0 };
      return (known ?? open(key, account)).share.take(amount);
    },
    async charge(key, account, amount) {
      const known = kept.get(key);
      if (known === undefined && kept.size >= MAX_SHARES) return;
      await (known ?? open(key, account)).share.charge(amount).catch(() => undefined);
    },
    async close() {
      await Promise.all([...kept.keys()].map(letGo));
    },
  };
}
