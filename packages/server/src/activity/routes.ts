/** What agents did over a stretch of time. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { activityOf, MOST_STEPS } from './activity.ts';
import { ACTIVITY } from './shown.ts';

/** Latest instant that is an instant (ECMA-262 §21.4.1.1). */
const LATEST_MS = 8_640_000_000_000_000;
const INSTANT = z.coerce.number().int().min(0).max(LATEST_MS);
const WORD = z.string().min(1).max(512);

export const ACTIVITY_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/receipts/activity',
    operation: 'countActivity',
    summary:
      'Decisions in steps of time by verdict, how long the calls took that were decided then and what they cost, with the agents or tools that did most.',
    access: 'watch',
    query: {
      from: INSTANT.describe('Milliseconds since 1970, that one included; a whole minute.'),
      to: INSTANT.describe('Milliseconds since 1970, that one not included; whole steps after `from`.'),
      step: z.coerce
        .number()
        .int()
        .min(60_000)
        .max(LATEST_MS)
        .describe(`Milliseconds, whole minutes; at most ${MOST_STEPS} steps.`),
      by: z.enum(['agent', 'tool']).default('agent'),
      agent: WORD.optional().describe('Of this agent alone, without groups.'),
      tool: WORD.optional().describe('`server/tool`: of this tool alone, without groups.'),
    },
    answers: ACTIVITY,
    async handle({ plane, caller, query }) {
      if (query.agent !== undefined && query.tool !== undefined)
        throw new Problem('request.invalid', 'one of `agent` and `tool`, not both');
      return { body: await activityOf(plane, caller.organisation, query) };
    },
  }),
];
