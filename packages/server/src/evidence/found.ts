/** One receipt of an organisation, by its id, and those that belong to it. */
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { FACT_COLUMNS, RECEIPT_COLUMNS, type ShownRow } from '../receipts/index.ts';

/** Most receipts that are shown beside one. */
const MOST_RELATED = 50;

/** A receipt with everything that its node disclosed of it. */
export type FoundReceipt = ShownRow & { readonly fields: string | null; readonly salts: string | null };

/** The receipt `id` of `organisation`. Throws `request.not-found`. */
export async function receiptIn(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  id: string,
): Promise<FoundReceipt> {
  const row = await tables
    .selectFrom('receipts')
    .leftJoin('facts', (join) =>
      join
        .onRef('facts.organisation', '=', 'receipts.organisation')
        .onRef('facts.origin', '=', 'receipts.origin')
        .onRef('facts.idx', '=', 'receipts.idx'),
    )
    .select([...RECEIPT_COLUMNS, ...FACT_COLUMNS, 'facts.fields', 'facts.salts'])
    .where('receipts.organisation', '=', organisation)
    .where('receipts.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new Problem('request.not-found', 'there is no such receipt');
  return row;
}

/** What belongs to `of`: its decision, the outcome and the answers of that, what it resumes and what resumed it; in the order of their log. */
export async function relatedTo(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  of: FoundReceipt,
): Promise<readonly ShownRow[]> {
  const { origin, idx, decision_of: about } = of;
  const bases = about === null ? [idx] : [idx, about];
  return tables
    .selectFrom('receipts')
    .leftJoin('facts', (join) =>
      join
        .onRef('facts.organisation', '=', 'receipts.organisation')
        .onRef('facts.origin', '=', 'receipts.origin')
        .onRef('facts.idx', '=', 'receipts.idx'),
    )
    .select([...RECEIPT_COLUMNS, ...FACT_COLUMNS])
    .where('receipts.organisation', '=', organisation)
    .where('receipts.origin', '=', origin)
    .where('receipts.idx', '!=', idx)
    .where((build) =>
      build.or([
        build('receipts.decision_of', 'in', bases),
        ...(about === null ? [] : [build('receipts.idx', '=', about)]),
      ]),
    )
    .orderBy('receipts.idx')
    .limit(MOST_RELATED)
    .execute();
}
