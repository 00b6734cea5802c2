/** A stop as people and programs are shown it. */
import { KILL_REASONS, KILL_SCOPES } from '@writ/core';
import { z } from 'zod';
import type { Call } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { type Effect, quantile } from './effects.ts';
import { type StopRecord, STOPS } from './stop.ts';

export const STOP_SHOWN = z.object({
  id: ULID,
  scope: z.enum(KILL_SCOPES),
  target: z.string(),
  reason: z.enum(KILL_REASONS),
  words: z.string(),
  placedBy: z.string(),
  placed: z.int(),
  status: z.enum(['in_force', 'lifted']),
  lifted: z.object({ by: ULID, at: z.int(), words: z.string() }).optional(),
  drillUntil: z.int().optional(),
});

/** How far a stop came: what nodes said themselves. */
export const REACH_SHOWN = z.object({
  /** Nodes that are enrolled and active. */
  nodes: z.int(),
  /** Those that said that it is in force. */
  reached: z.int(),
  p50Ms: z.int().optional(),
  p99Ms: z.int().optional(),
  effects: z.array(z.object({ node: z.string(), at: z.int(), ms: z.int() })),
});

export function shownStop({ index: _index, ...stop }: Stored<StopRecord>): z.output<typeof STOP_SHOWN> {
  const { lifted, ...rest } = stop;
  return { ...rest, ...(lifted === undefined ? {} : { lifted: { ...lifted } }) };
}

/** Most nodes that an answer lists. */
const MOST_LISTED = 1_000;

export function shownReach(effects: readonly Effect[], nodes: number): z.output<typeof REACH_SHOWN> {
  const [p50Ms, p99Ms] = [quantile(effects, 0.5), quantile(effects, 0.99)];
  return {
    nodes,
    reached: effects.length,
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p99Ms === undefined ? {} : { p99Ms }),
    effects: effects.slice(0, MOST_LISTED).map((effect) => ({ ...effect })),
  };
}

/** The stop `id`. Throws `request.not-found`. */
export function stopIn(objects: Call['objects'], id: string): Stored<StopRecord> {
  const stop = objects(STOPS).get(id);
  if (stop === undefined) throw new Problem('request.not-found', 'there is no such stop');
  return stop;
}
