/** Port of the side of limits that a fleet shares: nodes take shares of an account, spend them by themselves, and say what they spent. */
import type { LimitAccount } from './limit-account.ts';

/** A share of one account. */
export interface LimitLease {
  readonly id: string;
  /** Whole units, at least 1 and at most what was asked for. */
  readonly amount: number;
  /** How long the node may spend it, in milliseconds from when it asked, on its own monotonic time. */
  readonly durationMs: number;
}

/** What a node asks for. */
export interface LeaseRequest {
  readonly node: string;
  /** Names the account, as in a reservation. */
  readonly key: string;
  readonly account: LimitAccount;
  /** Units wanted; fewer are lent where fewer remain. */
  readonly amount: number;
  readonly durationMs: number;
}

/**
 * The shared side. INVARIANT: what is lent and what was spent together never pass the account. A lease is over a grace after its duration;
 * until then its node may say what it spent, and the rest returns. Of a node that does not, nobody knows what it spent: all of it counts as spent,
 * and only what is held at once returns, as after any other unknown outcome.
 */
export interface LimitLeases {
  /** `undefined` where nothing remains, or where as many leases are out as are kept. Rejects with `log.unavailable` where the shared side is out of reach. */
  take(request: LeaseRequest): Promise<LimitLease | undefined>;
  /** The node's last word on a lease: what it spent of it. Answers `false` for a lease that is over or was settled already; then nothing changes. */
  settle(id: string, spent: number): Promise<boolean>;
}
