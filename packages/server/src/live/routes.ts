/** What nodes record, as it comes. */
import { ENTRY_KINDS, VERDICTS } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import { listenLive } from './listen-live.ts';

const PLACE = /^(?:0|[1-9][0-9]{0,14})$/;
const WORD = z.string().min(1).max(512);

export const LIVE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/receipts/live',
    operation: 'listenToReceipts',
    summary:
      'What nodes record, as Server-Sent Events: `receipts`, lists of what came, and `facts`, receipts of which something was disclosed since; resumes after `Last-Event-ID`. People are named to whoever may read the record alone.',
    access: 'watch',
    query: {
      after: z.string().regex(PLACE, 'a place').optional().describe('As `Last-Event-ID`.'),
      node: ULID.optional(),
      kind: z.enum(ENTRY_KINDS).optional(),
      verdict: z.enum(VERDICTS).optional(),
      agent: WORD.optional(),
      tool: WORD.optional().describe('`server/tool`.'),
      session: WORD.optional(),
    },
    answers: z.unknown(),
    produces: 'text/event-stream',
    handle({ plane, caller, query, request, signal }) {
      const { after, ...filter } = query;
      const last = request.headers.get('last-event-id') ?? after;
      if (last !== undefined && !PLACE.test(last))
        throw new Problem('request.malformed', '`Last-Event-ID` is none that this server gave');
      const about = { organisation: caller.organisation, id: caller.organisation };
      return listenLive(plane, caller, {
        after: last === undefined ? undefined : Number(last),
        filter,
        mayAudit: plane.authority.may(caller, 'audit', about).isAllowed,
        signal,
      });
    },
  }),
];
