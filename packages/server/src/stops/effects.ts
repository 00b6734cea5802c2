/** When each node had a stop in force: what it said itself, by the server's clock. */
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import type { StopEffectRow } from '../tables/index.ts';
import type { StopRecord } from './stop.ts';

/** One node's. */
export interface Effect {
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** From placing to the node's word: an upper bound of the time to effect. */
  readonly ms: number;
}

/** How long words are gathered before they are written together, in milliseconds: hundreds of nodes speak at once. */
const GATHER_MS = 100;
/** Most rows of one statement. */
const MOST_ROWS = 500;

/** What was said and is not written yet, and what was said already, by node: the tag that it named last. */
interface Heard {
  rows: StopEffectRow[];
  readonly tags: Map<string, string>;
  timer?: NodeJS.Timeout | undefined;
}
const HEARD = new WeakMap<Plane, Heard>();

/** Notes that `node` has `stops` in force, all of those that `tag` names; the first word stands. One that is lost with this process is said again with the node's next question. */
export function noteEffects(
  plane: Plane,
  said: { readonly organisation: string; readonly node: string; readonly tag: string; readonly now: number },
  stops: () => readonly Stored<StopRecord>[],
): void {
  const heard = HEARD.get(plane) ?? { rows: [], tags: new Map<string, string>() };
  HEARD.set(plane, heard);
  const { organisation, node, tag, now } = said;
  if (heard.tags.get(node) === tag) return;
  heard.tags.set(node, tag);
  for (const { id, placed } of stops())
    heard.rows.push({ organisation, stop: id, node, at: now, ms: Math.max(0, now - placed) });
  if (heard.rows.length === 0 || heard.timer !== undefined) return;
  heard.timer = setTimeout(() => {
    // What cannot be written is measured as not reached.
    void flush(plane).catch(() => heard.tags.clear());
  }, GATHER_MS);
  heard.timer.unref();
}

async function flush(plane: Plane): Promise<void> {
  const heard = HEARD.get(plane);
  if (heard === undefined) return;
  clearTimeout(heard.timer);
  heard.timer = undefined;
  while (heard.rows.length > 0)
    await plane.tables
      .insertInto('stop_effects')
      .values(heard.rows.splice(0, MOST_ROWS))
      .onConflict((conflict) => conflict.columns(['organisation', 'stop', 'node']).doNothing())
      .execute();
}

/** Of `stop`, by node. */
export async function effectsOf(
  plane: Plane,
  organisation: string,
  stop: string,
): Promise<readonly Effect[]> {
  await flush(plane);
  return plane.tables
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
