/** A stop as people and programs are shown it. */
import type { Call } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import type { Stored } from '../state/index.ts';
import { type Effect, quantile } from './effects.ts';
import { type StopRecord, STOPS } from './stop.ts';

/** A stop without its entity tag. */
export type StopShown = Omit<Stored<StopRecord>, 'index'>;

/** How far a stop came: what nodes said themselves. */
export interface ReachShown {
  /** Nodes that are enrolled and active. */
  readonly nodes: number;
  /** Those that said that it is in force. */
  readonly reached: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly effects: readonly Effect[];
}

export function shownStop({ index: _index, ...stop }: Stored<StopRecord>): StopShown {
  return stop;
}

/** Most nodes that an answer lists. */
const MOST_LISTED = 1_000;

export function shownReach(effects: readonly Effect[], nodes: number): ReachShown {
  const [p50Ms, p99Ms] = [quantile(effects, 0.5), quantile(effects, 0.99)];
  return {
    nodes,
    reached: effects.length,
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p99Ms === undefined ? {} : { p99Ms }),
    effects: effects.slice(0, MOST_LISTED),
  };
}

/** The stop `id`. Throws `request.not-found`. */
export function stopIn(objects: Call['objects'], id: string): Stored<StopRecord> {
  const stop = objects(STOPS).get(id);
  if (stop === undefined) throw new Problem('request.not-found', 'there is no such stop');
  return stop;
}
