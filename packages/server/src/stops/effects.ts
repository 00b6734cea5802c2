/** When each node had a stop in force: what it said itself, by the server's clock. */
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import type { StopRecord } from './stop.ts';

/** One node's. */
export interface Effect {
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** From placing to the node's word: an upper bound of the time to effect. */
  readonly ms: number;
}

/** Notes that `node` has `stops` in force; the first word stands. */
export async function noteEffects(
  { tables }: Plane,
  { organisation, node, now }: { readonly organisation: string; readonly node: string; readonly now: number },
  stops: readonly Stored<StopRecord>[],
): Promise<void> {
  if (stops.length === 0) return;
  await tables
    .insertInto('stop_effects')
    .values(
      stops.map(({ id, placed }) => ({
        organisation,
        stop: id,
        node,
        at: now,
        ms: Math.max(0, now - placed),
      })),
    )
    .onConflict((conflict) => conflict.columns(['organisation', 'stop', 'node']).doNothing())
    .execute();
}

/** Of `stop`, by node. */
export function effectsOf({ tables }: Plane, organisation: string, stop: string): Promise<readonly Effect[]> {
  return tables
    .selectFrom('stop_effects')
    .select(['node', 'at', 'ms'])
    .where('organisation', '=', organisation)
    .where('stop', '=', stop)
    .orderBy('node')
    .limit(10_000)
    .execute();
}

/** The least that `share` of `effects` took at most, in milliseconds; absent for none. */
export function quantile(effects: readonly Effect[], share: number): number | undefined {
  const sorted = effects.map(({ ms }) => ms).toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
