/** A node's side of one leased account: spends its share without asking, and never past the share or its time. */
import type { Clock } from '../kernel/index.ts';
import type { LeaseRequest, LimitLease, LimitLeases } from '../model/index.ts';

/** A share that a node renews as it is used up. */
export interface LeasedShare {
  /**
   * Takes `amount` units, of the share at hand or of a new one. `false`: they are not to be had. Rejects where the shared side is out of reach and the share
   * at hand does not suffice: the caller must deny.
   */
  spend(amount: number): Promise<boolean>;
  /** Says what was spent and lets go of the rest. Idempotent until the next `spend`. */
  settle(): Promise<void>;
}

interface Held {
  readonly lease: LimitLease;
  /** On the node's monotonic time, from before the lease was asked for: it ends here before it ends there. */
  readonly endsNs: bigint;
  spent: number;
}

/** A share of `request.amount` units at a time, over `leases`. */
export function createLeasedShare(leases: LimitLeases, request: LeaseRequest, clock: Clock): LeasedShare {
  let held: Held | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const settle = async (): Promise<void> => {
    const former = held;
    held = undefined;
    if (former !== undefined) await leases.settle(former.lease.id, former.spent);
  };
  const spend = async (amount: number): Promise<boolean> => {
    if (spendHeld(amount)) return true;
    await settle();
    const askedNs = clock.monotonicNs();
    const lease = await leases.take({ ...request, amount: Math.max(amount, request.amount) });
    if (lease === undefined) return false;
    held = { lease, endsNs: askedNs + BigInt(Math.floor(lease.durationMs * 1e6)), spent: 0 };
    return spendHeld(amount);
  };
  const spendHeld = (amount: number): boolean => {
    if (held === undefined || clock.monotonicNs() >= held.endsNs) return false;
    if (held.spent + amount > held.lease.amount) return false;
    held.spent += amount;
    return true;
  };
  /** One after another: two that find the share too small must not both lease anew. */
  const inTurn = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(run);
    queue = turn.catch(() => undefined);
    return turn;
  };
  return { spend: (amount) => inTurn(() => spend(amount)), settle: () => inTurn(settle) };
}
