/** How did it come to this: one session, step by step. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import { SESSION_STEP, sessionSteps } from './steps.ts';

export const SESSION_STEP_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/receipts/session',
    operation: 'listSessionSteps',
    summary:
      'Decisions of one session of an agent, the newest first, as far as nodes disclosed which session they are of: each with the labels that it was judged under, its outcome, and the labels that it brought.',
    access: 'audit',
    query: {
      ...PAGE_QUERY,
      session: z.string().min(1).max(512),
      node: ULID.optional().describe('One node: labels are of a session at a node.'),
    },
    answers: z.object({ items: z.array(SESSION_STEP), next: z.string().optional() }),
    async handle({ plane, caller, query }) {
      return { body: await sessionSteps(plane, caller.organisation, query) };
    },
  }),
];
