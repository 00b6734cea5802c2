/** How nodes are: their last word, and how far their logs came. */
import { type Mode, MODES } from '@writ/core';
import { z } from 'zod';
import { type Ingested, ingestedOf } from '../mirror/index.ts';
import type { NodeRecord } from '../nodes/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { DECISIONS_UNDER, type DecisionsUnder, lastHeartbeats, STALE_AFTER_MS } from './heartbeat.ts';
import { type Omissions, omissionsOf } from './omissions.ts';

const NOTHING: Ingested = { next: 0, producers: new Map(), evidence: 0 };

/** How a node is. */
export interface Live {
  /** When it spoke last; absent for never. */
  readonly lastHeartbeat?: number | undefined;
  /** Nothing was heard of it for too long. */
  readonly isStale: boolean;
  readonly softwareVersion?: string | undefined;
  readonly policyHash?: string | undefined;
  /** How its policies are enforced, as it says; absent where it does not. */
  readonly mode?: Mode | undefined;
  /** Number of the bundle in force, as it says. */
  readonly bundle?: number | undefined;
  /** Entries of its log that came. */
  readonly ingested: number;
  /** Entries that it has beyond those, by its last word. */
  readonly lag: number;
  readonly omissions: Omissions;
  readonly decisions: readonly DecisionsUnder[];
}

export const LIVE_SHOWN: z.ZodType<Live> = z.object({
  lastHeartbeat: z.int().optional(),
  isStale: z.boolean(),
  softwareVersion: z.string().optional(),
  policyHash: z.string().optional(),
  mode: z.enum(MODES).optional(),
  bundle: z.int().optional(),
  ingested: z.int(),
  lag: z.int(),
  omissions: z.object({ entries: z.int(), evidence: z.int() }),
  decisions: z.array(DECISIONS_UNDER),
});

/** The lives of `nodes`, by id. */
export async function fleetOf(
  plane: Plane,
  organisation: string,
  nodes: readonly Stored<NodeRecord>[],
  now: number,
): Promise<ReadonlyMap<string, Live>> {
  const words = await lastHeartbeats(plane, organisation);
  const copies = await ingestedOf(
    plane.tables,
    nodes.map(({ id, origin }) => ({
      origin,
      boots: words.get(id)?.producers.map(({ boot }) => boot) ?? [],
    })),
  );
  const lives = new Map<string, Live>();
  for (const { id, origin } of nodes) {
    const word = words.get(id);
    const ingested = copies.get(origin) ?? NOTHING;
    lives.set(id, {
      ...(word === undefined
        ? { isStale: true, decisions: [] }
        : {
            lastHeartbeat: word.at,
            isStale: now - word.at > STALE_AFTER_MS,
            softwareVersion: word.softwareVersion,
            ...(word.policyHash === undefined ? {} : { policyHash: word.policyHash }),
            ...(word.mode === undefined ? {} : { mode: word.mode }),
            ...(word.bundle === undefined ? {} : { bundle: word.bundle }),
            decisions: word.decisions,
          }),
      ingested: ingested.next,
      lag: Math.max(0, (word?.size ?? ingested.next) - ingested.next),
      omissions:
        word === undefined ? { entries: 0, evidence: ingested.evidence } : omissionsOf(word, ingested),
    });
  }
  return lives;
}
