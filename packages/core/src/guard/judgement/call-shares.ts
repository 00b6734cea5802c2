/** What one call took of limits that a fleet keeps together, until it is known what became of it. */
import type { LimitUsage } from '../../model/index.ts';
import type { FleetShare } from '../../reliability/index.ts';

/** The units of one call. INVARIANT: they return unless the action was started. */
export interface CallShares {
  of(key: string): FleetShare | undefined;
  /** Why they could not be asked for; the call is denied. */
  readonly failure?: { readonly code: string; readonly reason: string };
  /** The action is started: from here on what it took is used. */
  start(): void;
  /** What it used after all, by measure; a measure that is absent keeps what was taken. */
  settle(usage: LimitUsage): void;
  /** Returns everything where the action was not started. */
  end(): void;
}
