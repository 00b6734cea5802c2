/** Whether what policies say is done: nodes by how they enforce, so that nobody takes a trial for a control. */
import { type Mode, MODES } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { NODES } from '../nodes/index.ts';
import { lastHeartbeats, STALE_AFTER_MS } from './heartbeat.ts';

/** Active nodes that were heard of lately, by their own word; `untold`: those that do not say. */
type ModeCounts = Readonly<Record<Mode | 'untold', number>>;
const COUNT = z.int();

export const MODES_ROUTE: Route = defineRoute({
  method: 'get',
  path: '/v1/fleet/modes',
  operation: 'getFleetModes',
  summary:
    'How many nodes enforce what policies say, and how many do not: `permissive` lets run what no policy names, `audit` enforces nothing.',
  access: 'read',
  answers: z.object({ strict: COUNT, permissive: COUNT, audit: COUNT, untold: COUNT }),
  async handle({ plane, caller, objects, now }) {
    const words = await lastHeartbeats(plane, caller.organisation);
    const counts: Record<keyof ModeCounts, number> = { strict: 0, permissive: 0, audit: 0, untold: 0 };
    for (const { id, status } of objects(NODES).list()) {
      const word = words.get(id);
      if (status !== 'active' || word === undefined || now - word.at > STALE_AFTER_MS) continue;
      counts[MODES.find((mode) => mode === word.mode) ?? 'untold'] += 1;
    }
    return { body: counts };
  },
});
