/** How many decisions of which kind there were, over time, and how long permitted actions took. */
import { type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Plane } from '../plane.ts';
import { receiptsFrom } from '../receipts/index.ts';
import type { Tables } from '../tables/index.ts';

/** Most steps of one answer, and most groups; what is of further groups is counted together. */
export const MOST_STEPS = 200;
const MOST_GROUPS = 50;
/** Newest outcomes whose times the quantiles are of. */
const MOST_SAMPLED = 5_000;

export const GROUPINGS = ['verdict', 'agent', 'tool', 'node', 'policy'] as const;

/** What is counted: decisions from `from` up to `to`, without it, in steps of `step` milliseconds. */
export interface SummaryQuery {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly by: (typeof GROUPINGS)[number];
}

/** Decisions of one verdict in one step. */
export interface SummaryCount {
  /** Where the step begins, milliseconds since 1970. */
  readonly at: number;
  /** Agent, tool, node or policy; absent for those that are of none, were not disclosed, or are beyond the groups that are named. */
  readonly group?: string | undefined;
  readonly verdict: string;
  readonly count: number;
}

/** A summary. */
export interface Summary extends SummaryQuery {
  readonly counts: readonly SummaryCount[];
  /** From decision to outcome by the monotonic clock of the process that wrote both; of the newest outcomes in that time, `sampled` of them. Absent for none. */
  readonly latency?:
    | { readonly sampled: number; readonly p50Us: number; readonly p90Us: number; readonly p99Us: number }
    | undefined;
}
export const SUMMARY: z.ZodType<Summary> = z.object({
  from: z.int(),
  to: z.int(),
  step: z.int(),
  by: z.enum(GROUPINGS),
  counts: z.array(
    z.object({ at: z.int(), group: z.string().optional(), verdict: z.string(), count: z.int() }),
  ),
  latency: z.object({ sampled: z.int(), p50Us: z.int(), p90Us: z.int(), p99Us: z.int() }).optional(),
});

/** Counts decisions of `organisation`. */
export async function summarise(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  query: SummaryQuery,
): Promise<Summary> {
  const { from, to, step, by } = query;
  const decisions = tables
    .selectFrom('receipts')
    .where('receipts.organisation', '=', organisation)
    .where('receipts.verdict', 'is not', null)
    .where('receipts.id', '>=', receiptsFrom(from))
    .where('receipts.id', '<', receiptsFrom(to));
  const rows = await grouped(decisions, query);
  const groups = new Map<string, number>();
  for (const { name, count } of rows)
    if (by !== 'verdict' && name !== null) groups.set(name, (groups.get(name) ?? 0) + Number(count));
  const named = new Set(
    [...groups]
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, MOST_GROUPS)
      .map(([name]) => name),
  );
  const counts = new Map<string, SummaryCount>();
  for (const { bucket, name, verdict, count } of rows) {
    const group = name !== null && named.has(name) ? { group: name } : {};
    const at = from + Number(bucket) * step;
    const key = JSON.stringify([at, group, verdict]);
    const before = counts.get(key)?.count ?? 0;
    counts.set(key, { at, ...group, verdict: verdict ?? '', count: before + Number(count) });
  }
  const latency = await latencyOf(tables, organisation, query);
  return {
    from,
    to,
    step,
    by,
    counts: [...counts.values()].toSorted((one, other) => one.at - other.at),
    ...(latency === undefined ? {} : { latency }),
  };
}

interface GroupRow {
  readonly bucket: number;
  readonly name: string | null;
  readonly verdict: string | null;
  readonly count: number | string | bigint;
}

function grouped(
  decisions: SelectQueryBuilder<Tables, 'receipts', object>,
  { from, step, by }: SummaryQuery,
): Promise<readonly GroupRow[]> {
  // Literals, since both databases group by the text of an expression; both are integers that were checked.
  const bucket = sql<number>`(receipts.time - ${sql.lit(from)}) / ${sql.lit(step)}`;
  const count = sql<number>`count(*)`;
  switch (by) {
    case 'agent':
    case 'tool': {
      const name = sql.ref<string | null>(`facts.${by}`);
      return decisions
        .leftJoin('facts', (join) =>
          join
            .onRef('facts.organisation', '=', 'receipts.organisation')
            .onRef('facts.origin', '=', 'receipts.origin')
            .onRef('facts.idx', '=', 'receipts.idx'),
        )
        .select([bucket.as('bucket'), name.as('name'), 'receipts.verdict', count.as('count')])
        .groupBy([bucket, name, 'receipts.verdict'])
        .execute();
    }
    case 'policy':
      return decisions
        .innerJoin('receipt_policies', (join) =>
          join
            .onRef('receipt_policies.organisation', '=', 'receipts.organisation')
            .onRef('receipt_policies.receipt', '=', 'receipts.id')
            .onRef('receipt_policies.origin', '=', 'receipts.origin'),
        )
        .select([
          bucket.as('bucket'),
          sql.ref<string>('receipt_policies.policy').as('name'),
          'receipts.verdict',
          count.as('count'),
        ])
        .groupBy([bucket, 'receipt_policies.policy', 'receipts.verdict'])
        .execute();
    case 'node':
      return decisions
        .select([
          bucket.as('bucket'),
          sql.ref<string>('receipts.node').as('name'),
          'receipts.verdict',
          count.as('count'),
        ])
        .groupBy([bucket, 'receipts.node', 'receipts.verdict'])
        .execute();
    case 'verdict':
      return decisions
        .select([
          bucket.as('bucket'),
          sql<string | null>`null`.as('name'),
          'receipts.verdict',
          count.as('count'),
        ])
        .groupBy([bucket, 'receipts.verdict'])
        .execute();
    default:
      return by satisfies never;
  }
}

async function latencyOf(
  tables: Plane['tables'],
  organisation: string,
  { from, to }: SummaryQuery,
): Promise<Summary['latency']> {
  const rows = await tables
    .selectFrom('receipts')
    .select('took_us')
    .where('organisation', '=', organisation)
    .where('kind', '=', 'outcome')
    .where('id', '>=', receiptsFrom(from))
    .where('id', '<', receiptsFrom(to))
    .where('took_us', 'is not', null)
    .orderBy('id', 'desc')
    .limit(MOST_SAMPLED)
    .execute();
  const times = rows.map(({ took_us: took }) => took ?? 0).sort((one, other) => one - other);
  if (times.length === 0) return undefined;
  const at = (share: number): number => times[Math.ceil(share * times.length) - 1] ?? 0;
  return { sampled: times.length, p50Us: at(0.5), p90Us: at(0.9), p99Us: at(0.99) };
}
