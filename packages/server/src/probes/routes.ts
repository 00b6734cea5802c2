/** Whether the server lives, and whether it can do its work; who asks is nobody. */
import { sql } from 'kysely';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';

export const PROBE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/livez',
    operation: 'live',
    summary: 'Whether the process answers at all.',
    access: 'nobody',
    answers: z.object({ status: z.literal('ok') }),
    handle: () => ({ body: { status: 'ok' as const } }),
  }),
  defineRoute({
    method: 'get',
    path: '/readyz',
    operation: 'ready',
    summary: 'Whether log and tables can be read, so that requests may be sent here.',
    access: 'nobody',
    answers: z.object({ status: z.literal('ok') }),
    async handle({ plane }) {
      try {
        plane.log.state.epochs('');
        await sql`select 1`.execute(plane.tables);
      } catch {
        throw new Problem('server.unavailable', 'the log or the database cannot be reached');
      }
      return { body: { status: 'ok' as const } };
    },
  }),
];
