/** Entries of nodes, listed: the newest first, out of all nodes of the organisation. */
import { ENTRY_KINDS, VERDICTS } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { afterOf, cursorAfter, PAGE_QUERY } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { receiptsFrom } from './receipt.ts';

/** A receipt in answers. */
export interface ReceiptShown {
  readonly id: string;
  /** `origin#index`. */
  readonly receipt: string;
  /** ULID. */
  readonly node: string;
  readonly kind: string;
  /** Of a decision. */
  readonly verdict?: string | undefined;
  /** Milliseconds since 1970, as the node had it. */
  readonly time: number;
}
export const RECEIPT_SHOWN: z.ZodType<ReceiptShown> = z.object({
  id: ULID,
  receipt: z.string(),
  node: ULID,
  kind: z.string(),
  verdict: z.string().optional(),
  time: z.int(),
});

const INSTANT = z.coerce.number().int().min(0);

export const RECEIPT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/receipts',
    operation: 'listReceipts',
    summary: 'Entries that nodes recorded, the newest first; codes alone, the rest is sealed at the nodes.',
    access: 'audit',
    query: {
      ...PAGE_QUERY,
      node: ULID.optional(),
      kind: z.enum(ENTRY_KINDS).optional(),
      verdict: z.enum(VERDICTS).optional(),
      from: INSTANT.optional().describe('Milliseconds since 1970, that one included.'),
      to: INSTANT.optional().describe('Milliseconds since 1970, that one not included.'),
    },
    answers: z.object({ items: z.array(RECEIPT_SHOWN), next: z.string().optional() }),
    async handle({ plane, caller, query }) {
      return { body: await listReceipts(plane, caller.organisation, query) };
    },
  }),
];

/** What is listed. */
export interface ReceiptQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly node?: string | undefined;
  readonly kind?: string | undefined;
  readonly verdict?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A page of receipts of `organisation`. */
export async function listReceipts(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  { limit, cursor, node, kind, verdict, from, to }: ReceiptQuery,
): Promise<{ readonly items: readonly ReceiptShown[]; readonly next?: string }> {
  const before = afterOf(cursor);
  let query = tables
    .selectFrom('receipts')
    .select(['id', 'origin', 'idx', 'node', 'kind', 'verdict', 'time'])
    .where('organisation', '=', organisation);
  if (before !== undefined) query = query.where('id', '<', before);
  if (node !== undefined) query = query.where('node', '=', node);
  // The verdict first: it is the rarer of the two, and only decisions have one.
  if (verdict !== undefined) query = query.where('verdict', '=', verdict);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  // By the id, which begins with the time: the order of the list.
  if (from !== undefined) query = query.where('id', '>=', receiptsFrom(from));
  if (to !== undefined) query = query.where('id', '<', receiptsFrom(to));
  const rows = await query
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(({ idx, origin, verdict: said, ...rest }) => ({
    ...rest,
    receipt: `${origin}#${idx}`,
    ...(said === null ? {} : { verdict: said }),
  }));
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: cursorAfter(last.id) } : { items };
}
