/** Decisions of one session, each with what its session carried, what became of it, and which labels that brought. */
import { z } from 'zod';
import { afterOf, cursorAfter } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import {
  FACT_COLUMNS,
  RECEIPT_COLUMNS,
  RECEIPT_SHOWN,
  type ReceiptShown,
  type ShownRow,
  shownReceipt,
} from '../receipts/index.ts';
import { readSessionFacts, type SessionFacts } from './read-facts.ts';

/** A step. Texts in it were chosen by agents, servers, policies or clients. */
export interface SessionStep extends ReceiptShown, SessionFacts {
  /** Its outcome; absent where there is none, or not yet. */
  readonly became?: ReceiptShown | undefined;
}

const TEXTS = z.array(z.string());
export const SESSION_STEP: z.ZodType<SessionStep> = z.intersection(
  RECEIPT_SHOWN,
  z.object({
    carried: TEXTS.optional().describe(
      'Labels that the session carried when it was judged; absent where that was not disclosed.',
    ),
    becauseOf: TEXTS.optional().describe(
      'Of those, the ones without which the answer would have been milder.',
    ),
    reasons: TEXTS.optional(),
    parent: z.string().optional().describe('The session that this one is part of.'),
    became: RECEIPT_SHOWN.optional(),
  }),
);

/** What is read. */
export interface SessionQuery {
  readonly session: string;
  readonly node?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of the steps of a session, the newest first. */
export async function sessionSteps(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  { session, node, limit, cursor }: SessionQuery,
): Promise<{ readonly items: readonly SessionStep[]; readonly next?: string }> {
  const before = afterOf(cursor);
  let query = tables
    .selectFrom('facts')
    .innerJoin('receipts', (join) =>
      join.onRef('receipts.origin', '=', 'facts.origin').onRef('receipts.idx', '=', 'facts.idx'),
    )
    .select([...RECEIPT_COLUMNS, ...FACT_COLUMNS, 'facts.fields'])
    .where('facts.organisation', '=', organisation)
    // INVARIANT: what is of another organisation is in no page, whatever the tables hold.
    .where('receipts.organisation', '=', organisation)
    .where('facts.session', '=', session)
    .where('receipts.kind', '=', 'decision');
  if (node !== undefined) query = query.where('receipts.node', '=', node);
  if (before !== undefined) query = query.where('facts.receipt', '<', before);
  const rows = await query
    .orderBy('facts.receipt', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const outcomes = await outcomesOf(tables, organisation, shown);
  const items = shown.map((row): SessionStep => {
    const became = outcomes.get(placeOf(row.origin, row.idx));
    return {
      ...shownReceipt(row),
      ...readSessionFacts(row.fields),
      ...(became === undefined ? {} : { became }),
    };
  });
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: cursorAfter(last.id) } : { items };
}

/** Outcomes of `decisions`, by their places. */
async function outcomesOf(
  tables: Plane['tables'],
  organisation: string,
  decisions: readonly ShownRow[],
): Promise<ReadonlyMap<string, ReceiptShown>> {
  const found = new Map<string, ReceiptShown>();
  for (const [origin, some] of Map.groupBy(decisions, (row) => row.origin)) {
    const rows = await tables
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
      .where('receipts.kind', '=', 'outcome')
      .where(
        'receipts.decision_of',
        'in',
        some.map(({ idx }) => idx),
      )
      .execute();
    for (const row of rows)
      if (row.decision_of !== null) found.set(placeOf(origin, row.decision_of), shownReceipt(row));
  }
  return found;
}

function placeOf(origin: string, index: number): string {
  return `${origin}#${index}`;
}
