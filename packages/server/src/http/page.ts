/** Pages of lists: in the order of ids, which is that of their creation, after a cursor. */
import { isUlid } from '@writ/core';
import { z } from 'zod';
import { Problem } from './problem.ts';

/** Most items of a page. */
export const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

/** The part of a query that every list has. */
export const PAGE_QUERY: {
  readonly limit: z.ZodDefault<z.ZodCoercedNumber>;
  readonly cursor: z.ZodOptional<z.ZodString>;
} = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(DEFAULT_PAGE)
    .describe('Most items of the page.'),
  cursor: z.string().max(64).optional().describe('`next` of the page before; absent for the first.'),
};

/** One page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of the page after it; absent for the last. */
  readonly next?: string;
}

/** The id after which the page of `cursor` begins. Throws `request.malformed` for what this server never gave. */
export function afterOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!isUlid(id)) throw new Problem('request.malformed', 'the cursor is none of this list');
  return id;
}

/** The page of `sorted`, ascending by `id`, that the query asks for. */
export function pageOf<Item extends { readonly id: string }>(
  sorted: Iterable<Item>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<Item> {
  const after = afterOf(cursor);
  const items: Item[] = [];
  for (const item of sorted) {
    if (after !== undefined && item.id <= after) continue;
    if (items.length === limit) return { items, next: cursorAfter(items.at(-1)?.id ?? '') };
    items.push(item);
  }
  return { items };
}

/** The cursor of what follows `id`. */
export function cursorAfter(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}
