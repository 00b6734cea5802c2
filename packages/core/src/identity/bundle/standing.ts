/** What decides at an instant: the bundle, the policy that is built in, or nothing. */
import type { Bundle } from '../../model/index.ts';

/** How long the control plane may be silent before it counts as out of reach, in milliseconds: three polls of thirty seconds. */
export const OUT_OF_REACH_MS = 90_000;
/** How far ahead of this clock a bundle may be made, in milliseconds: clocks of machines differ. */
const CREATED_SKEW_MS = 300_000;

/** `in_force`: the bundle decides. `default`: the built-in policy does. `closed`: nobody is permitted anything. */
export type BundleStanding = 'in_force' | 'default' | 'closed';

/** When it is asked. Instants in milliseconds since 1970. */
export interface StandingAt {
  /** Not before anything that the log recorded: a clock that is put back makes nothing young again. */
  readonly now: number;
  /** When the control plane last answered for this bundle; absent for never. */
  readonly reachedAt?: number;
}

/** Pure; asked anew at each call, so that nothing outlives its time. Anything that is not understood is `closed`. */
export function bundleStanding(
  { created, maxAge, offline }: Pick<Bundle, 'created' | 'maxAge' | 'offline'>,
  { now, reachedAt }: StandingAt,
): BundleStanding {
  const isYoung = now <= created + maxAge && created <= now + CREATED_SKEW_MS;
  switch (offline) {
    case 'fail_closed': {
      const isReached = reachedAt !== undefined && Math.abs(now - reachedAt) <= OUT_OF_REACH_MS;
      return isYoung && isReached ? 'in_force' : 'closed';
    }
    case 'cached_with_expiry':
      return isYoung ? 'in_force' : 'closed';
    case 'cached_indefinite':
      return created <= now + CREATED_SKEW_MS ? 'in_force' : 'closed';
    case 'default_policy':
      return isYoung ? 'in_force' : 'default';
    default:
      offline satisfies never;
      return 'closed';
  }
}
