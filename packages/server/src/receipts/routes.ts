/** Entries of nodes, listed: the newest first, out of all nodes of the organisation. */
import { ENTRY_KINDS, VERDICTS } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import { listReceipts } from './list.ts';
import { RECEIPT_SHOWN } from './shown.ts';

const INSTANT = z.coerce.number().int().min(0);
/** Longest text that something disclosed is found by. */
const WORD = z.string().min(1).max(512);

export const RECEIPT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/receipts',
    operation: 'listReceipts',
    summary:
      'Entries that nodes recorded, the newest first: codes, and what nodes disclose; by agent, person, session and tool those alone that were disclosed.',
    access: 'audit',
    query: {
      ...PAGE_QUERY,
      node: ULID.optional(),
      kind: z.enum(ENTRY_KINDS).optional(),
      verdict: z.enum(VERDICTS).optional(),
      policy: z.string().min(1).max(80).optional().describe('Id of a policy that determined it.'),
      agent: WORD.optional(),
      person: WORD.optional(),
      session: WORD.optional(),
      tool: WORD.optional().describe('`server/tool`.'),
      from: INSTANT.optional().describe('Milliseconds since 1970, that one included.'),
      to: INSTANT.optional().describe('Milliseconds since 1970, that one not included.'),
    },
    answers: z.object({ items: z.array(RECEIPT_SHOWN), next: z.string().optional() }),
    async handle({ plane, caller, query }) {
      return { body: await listReceipts(plane, caller.organisation, query) };
    },
  }),
];
