/** A node's side of one leased account: spends its share without asking, and never past the share or its time. */
import type { Clock } from '../kernel/index.ts';
import type { LeaseRequest, LimitLease, LimitLeases } from '../model/index.ts';

/** Units taken from a share. */
export interface TakenUnits {
  readonly amount: number;
  /** Units that were left at hand after them. */
  readonly left: number;
  /** Gives back units that were not needed, in all no more than were taken, while the lease they came from is at hand; later they count as spent. */
  giveBack(amount: number): void;
}

/** A share that a node renews as it is used up. */
export interface LeasedShare {
  /**
   * Takes `amount` units, of the share at hand or of a new one; `rest` takes all of it, and at least one. Where they are not to be had it answers how many
   * are at hand. Rejects where the shared side is out of reach and the share at hand does not suffice: the caller must deny.
   */
  take(amount: number | 'rest'): Promise<TakenUnits | { readonly short: number }>;
  /** Counts `amount` units that were used already, as far as there are any. Rejects where the shared side is out of reach. */
  charge(amount: number): Promise<void>;
  /** Says what was spent and lets go of the rest. Idempotent until the next `take`. */
  settle(): Promise<void>;
}

interface Held {
  readonly lease: LimitLease;
  /** On the node's monotonic time, from before the lease was asked for: it ends here before it ends there. */
  readonly endsNs: bigint;
  spent: number;
}

/** A share of `request.amount` units at a time, over `leases`; `onLease` is told of each new one. */
export function createLeasedShare(
  leases: LimitLeases,
  request: LeaseRequest,
  clock: Clock,
  onLease: (lease: LimitLease) => void = () => undefined,
): LeasedShare {
  let held: Held | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const settle = async (): Promise<void> => {
    const former = held;
    held = undefined;
    if (former !== undefined) await leases.settle(former.lease.id, former.spent);
  };
  const take = async (amount: number | 'rest'): Promise<TakenUnits | { readonly short: number }> => {
    const taken = takeHeld(amount);
    if (taken !== undefined) return taken;
    const fresh = await renew(amount);
    // A lease of the last moments of a window may be over when it arrives: the next is of the next window.
    const lease = fresh !== undefined && isOver() ? await renew(amount) : fresh;
    if (lease === undefined) return { short: 0 };
    return takeHeld(amount) ?? { short: lease.amount };
  };
  const renew = async (amount: number | 'rest'): Promise<LimitLease | undefined> => {
    await settle();
    const askedNs = clock.monotonicNs();
    const least = amount === 'rest' ? 1 : amount;
    const lease = await leases.take({ ...request, amount: Math.max(least, request.amount) });
    if (lease === undefined) return undefined;
    held = { lease, endsNs: askedNs + BigInt(Math.floor(lease.durationMs * 1e6)), spent: 0 };
    onLease(lease);
    return lease;
  };
  const isOver = (): boolean => held === undefined || clock.monotonicNs() >= held.endsNs;
  const charge = async (amount: number): Promise<void> => {
    const taken = await take(amount);
    if ('short' in taken && taken.short > 0) takeHeld('rest');
  };
  const takeHeld = (wanted: number | 'rest'): TakenUnits | undefined => {
    const from = held;
    if (from === undefined || isOver()) return undefined;
    const left = from.lease.amount - from.spent;
    const amount = wanted === 'rest' ? Math.max(left, 1) : wanted;
    if (amount > left) return undefined;
    from.spent += amount;
    let returnable = amount;
    return {
      amount,
      left: left - amount,
      giveBack(unused) {
        const returned = Math.min(Math.max(0, unused), returnable);
        returnable -= returned;
        from.spent -= returned;
      },
    };
  };
  /** One after another: two that find the share too small must not both lease anew. */
  const inTurn = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(run);
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    take: (amount) => inTurn(() => take(amount)),
    charge: (amount) => inTurn(() => charge(amount)),
    settle: () => inTurn(settle),
  };
}
