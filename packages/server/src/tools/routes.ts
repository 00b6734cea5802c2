/** Tools and the servers that they are of. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { TOOL_DETAIL, TOOL_SHOWN, toolDetail, toolsOf } from './tool.ts';

const WORD = z.string().min(1).max(512);

export const TOOL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/tools',
    operation: 'listTools',
    summary: 'Tools that nodes pinned and disclose, in the order in which they were seen first.',
    access: 'watch',
    query: {
      ...PAGE_QUERY,
      server: WORD.optional(),
      status: z.enum(['accepted', 'quarantined']).optional(),
    },
    answers: z.object({ items: z.array(TOOL_SHOWN), next: z.string().optional() }),
    async handle({ plane, caller, query }) {
      const { server, status } = query;
      const found = (await toolsOf(plane, caller.organisation)).filter(
        (tool) =>
          (server === undefined || tool.server === server) &&
          (status === undefined || tool.status === status),
      );
      return { body: pageOf(found, query) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/tools/{server}/{tool}',
    operation: 'getTool',
    summary: 'One tool: its pins, and its definitions as far as nodes had them still when they told of them.',
    access: 'watch',
    params: { server: WORD, tool: WORD },
    answers: TOOL_DETAIL,
    async handle({ plane, caller, params }) {
      const found = await toolDetail(plane, caller.organisation, `${params.server}/${params.tool}`);
      if (found === undefined) throw new Problem('request.not-found', 'no node told of such a tool');
      return { body: found };
    },
  }),
];
