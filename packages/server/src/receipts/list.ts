/** Pages of receipts: by what stands in their entries, and by what nodes disclosed of them. */
import type { SelectQueryBuilder } from 'kysely';
import { afterOf, cursorAfter } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import type { Tables } from '../tables/index.ts';
import { receiptsFrom } from './receipt.ts';
import { FACT_COLUMNS, RECEIPT_COLUMNS, type ReceiptShown, type ShownRow, shownReceipt } from './shown.ts';

/** What is listed. */
export interface ReceiptQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly node?: string | undefined;
  readonly kind?: string | undefined;
  readonly verdict?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Id of a policy that determined it. */
  readonly policy?: string | undefined;
  readonly agent?: string | undefined;
  readonly person?: string | undefined;
  readonly session?: string | undefined;
  readonly tool?: string | undefined;
}

/** What facts are found by, the rarest first. */
const BY_FACT = ['session', 'person', 'tool', 'agent'] as const;

/** A page of receipts of `organisation`, the newest first. */
export async function listReceipts(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  asked: ReceiptQuery,
): Promise<{ readonly items: readonly ReceiptShown[]; readonly next?: string }> {
  const { limit } = asked;
  // Read in the order of the index that finds them: of a million, those of one agent are few.
  const rows = BY_FACT.some((name) => asked[name] !== undefined)
    ? await byFacts(tables, organisation, asked)
    : asked.policy === undefined
      ? await byEntry(tables, organisation, asked)
      : await byPolicy(tables, organisation, asked, asked.policy);
  const items = rows.slice(0, limit).map(shownReceipt);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: cursorAfter(last.id) } : { items };
}

function byEntry(
  tables: Plane['tables'],
  organisation: string,
  asked: ReceiptQuery,
): Promise<readonly ShownRow[]> {
  const [from, to] = boundsOf(asked);
  let query = tables
    .selectFrom('receipts')
    .leftJoin('facts', (join) =>
      join
        .onRef('facts.organisation', '=', 'receipts.organisation')
        .onRef('facts.origin', '=', 'receipts.origin')
        .onRef('facts.idx', '=', 'receipts.idx'),
    )
    .select([...RECEIPT_COLUMNS, ...FACT_COLUMNS])
    .where('receipts.organisation', '=', organisation);
  // By the id, which begins with the time: the order of the list.
  if (from !== undefined) query = query.where('receipts.id', '>=', from);
  if (to !== undefined) query = query.where('receipts.id', '<', to);
  return withEntry(query, asked)
    .orderBy('receipts.id', 'desc')
    .limit(asked.limit + 1)
    .execute();
}

function byPolicy(
  tables: Plane['tables'],
  organisation: string,
  asked: ReceiptQuery,
  policy: string,
): Promise<readonly ShownRow[]> {
  const [from, to] = boundsOf(asked);
  let query = tables
    .selectFrom('receipt_policies')
    .innerJoin('receipts', (join) =>
      join
        .onRef('receipts.organisation', '=', 'receipt_policies.organisation')
        .onRef('receipts.id', '=', 'receipt_policies.receipt')
        .onRef('receipts.origin', '=', 'receipt_policies.origin'),
    )
    .leftJoin('facts', (join) =>
      join
        .onRef('facts.organisation', '=', 'receipts.organisation')
        .onRef('facts.origin', '=', 'receipts.origin')
        .onRef('facts.idx', '=', 'receipts.idx'),
    )
    .select([...RECEIPT_COLUMNS, ...FACT_COLUMNS])
    .where('receipt_policies.organisation', '=', organisation)
    .where('receipt_policies.policy', '=', policy);
  if (from !== undefined) query = query.where('receipt_policies.receipt', '>=', from);
  if (to !== undefined) query = query.where('receipt_policies.receipt', '<', to);
  return withEntry(query, asked)
    .orderBy('receipt_policies.receipt', 'desc')
    .limit(asked.limit + 1)
    .execute();
}

function byFacts(
  tables: Plane['tables'],
  organisation: string,
  asked: ReceiptQuery,
): Promise<readonly ShownRow[]> {
  const [from, to] = boundsOf(asked);
  const { policy, verdict } = asked;
  let query = tables
    .selectFrom('facts')
    .innerJoin('receipts', (join) =>
      join.onRef('receipts.origin', '=', 'facts.origin').onRef('receipts.idx', '=', 'facts.idx'),
    )
    .select([...RECEIPT_COLUMNS, ...FACT_COLUMNS])
    .where('facts.organisation', '=', organisation)
    // INVARIANT: what is of another organisation is in no page, whatever the tables hold.
    .where('receipts.organisation', '=', organisation);
  for (const name of BY_FACT) {
    const value = asked[name];
    if (value !== undefined) query = query.where(`facts.${name}`, '=', value);
  }
  // Said of both: by the one an index finds them, the other is what is shown.
  if (verdict !== undefined) query = query.where('facts.verdict', '=', verdict);
  if (policy !== undefined)
    query = query.where((build) =>
      build.exists(
        build
          .selectFrom('receipt_policies')
          .select('policy')
          .where('receipt_policies.organisation', '=', organisation)
          .where('receipt_policies.policy', '=', policy)
          .whereRef('receipt_policies.receipt', '=', 'facts.receipt')
          .whereRef('receipt_policies.origin', '=', 'facts.origin'),
      ),
    );
  if (from !== undefined) query = query.where('facts.receipt', '>=', from);
  if (to !== undefined) query = query.where('facts.receipt', '<', to);
  return withEntry(query, asked)
    .orderBy('facts.receipt', 'desc')
    .limit(asked.limit + 1)
    .execute();
}

function withEntry<Query extends SelectQueryBuilder<Tables, 'receipts', ShownRow>>(
  query: Query,
  { node, kind, verdict }: ReceiptQuery,
): Query {
  let found: SelectQueryBuilder<Tables, 'receipts', ShownRow> = query;
  if (node !== undefined) found = found.where('receipts.node', '=', node);
  // The verdict first: it is the rarer of the two, and only decisions have one.
  if (verdict !== undefined) found = found.where('receipts.verdict', '=', verdict);
  if (kind !== undefined) found = found.where('receipts.kind', '=', kind);
  return found as Query;
}

/** Ids that the page lies between: the first included, the last not. */
function boundsOf({ cursor, from, to }: ReceiptQuery): readonly [string | undefined, string | undefined] {
  const ends = [afterOf(cursor), to === undefined ? undefined : receiptsFrom(to)].filter(
    (end) => end !== undefined,
  );
  return [from === undefined ? undefined : receiptsFrom(from), ends.sort()[0]];
}
