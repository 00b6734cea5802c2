/** Counts of what nodes recorded. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { GROUPINGS, MOST_STEPS, summarise, SUMMARY } from './summary.ts';

/** Latest instant that is an instant (ECMA-262 §21.4.1.1). */
const LATEST_MS = 8_640_000_000_000_000;
const INSTANT = z.coerce.number().int().min(0).max(LATEST_MS);

export const SUMMARY_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/receipts/summary',
    operation: 'summariseReceipts',
    summary:
      'Decisions in steps of time by verdict, and by agent, tool, node or policy; and how long permitted actions took.',
    access: 'watch',
    query: {
      from: INSTANT.describe('Milliseconds since 1970, that one included.'),
      to: INSTANT.describe('Milliseconds since 1970, that one not included.'),
      step: z.coerce.number().int().min(1_000).max(LATEST_MS).describe('Milliseconds; at most 200 steps.'),
      by: z.enum(GROUPINGS).default('verdict'),
    },
    answers: SUMMARY,
    async handle({ plane, caller, query }) {
      const { from, to, step } = query;
      if (to <= from || (to - from) / step > MOST_STEPS)
        throw new Problem('request.invalid', `\`to\` comes after \`from\`, by at most ${MOST_STEPS} steps`);
      return { body: await summarise(plane, caller.organisation, query) };
    },
  }),
];
