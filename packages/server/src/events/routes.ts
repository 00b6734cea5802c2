/** What happens in one's organisation, as it happens. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { listenAlong } from './listen-along.ts';

const INDEX = /^(?:0|[1-9][0-9]{0,14})$/;

export const EVENT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/events',
    operation: 'listenToEvents',
    summary:
      'Changes of objects of your organisation as Server-Sent Events; resumes after `Last-Event-ID`. What changed exactly is read from the object.',
    access: 'read',
    query: { after: z.string().regex(INDEX, 'an index').optional().describe('As `Last-Event-ID`.') },
    answers: z.unknown(),
    produces: 'text/event-stream',
    handle({ plane, caller, query, request, signal }) {
      if (caller.kind === 'node') throw new Problem('request.forbidden', 'nodes listen to `/v1/node/events`');
      const last = request.headers.get('last-event-id') ?? query.after;
      if (last !== undefined && !INDEX.test(last))
        throw new Problem('request.malformed', '`Last-Event-ID` is none that this server gave');
      return listenAlong(plane, caller, {
        after: last === undefined ? undefined : Number(last),
        signal,
      });
    },
  }),
];
