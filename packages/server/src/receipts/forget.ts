/** What a node's log says that was erased is forgotten here with the same rows: nothing that was disclosed of it stays. */
import { isJsonObject, type JsonObject, type JsonValue, MAX_RANGES } from '@writ/core';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables/index.ts';
import { type ReceiptsOf, receiptTime } from './receipt.ts';

/** Indexes from `from` up to `to`, without it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** How far the facts of a log are, and which bodies from there on were erased before anything of them came. */
export interface FactLog {
  readonly revision: number;
  readonly next: number;
  readonly erased: readonly Range[];
}

/** Most ranges that are remembered; past that the lot is one range, of which nothing is taken. */
const MOST_RANGES = 2_000;

/** Forgets the bodies that erasures among `entries` name, within the transaction in which they are listed; times of what was known of them. */
export async function forgetErased(
  within: Kysely<Tables>,
  { organisation, origin }: ReceiptsOf,
  entries: readonly JsonObject[],
): Promise<readonly number[]> {
  const ranges = entries.flatMap(rangesOf);
  if (ranges.length === 0) return [];
  const times: number[] = [];
  for (;;) {
    const log = await factLogOf(within, origin);
    const left = [...log.erased, ...ranges].filter(({ to }) => to > log.next);
    if (await stepFactLog(within, origin, log, { next: log.next, erased: bounded(left) })) break;
  }
  for (const { from, to } of ranges) {
    const known = await within
      .selectFrom('facts')
      .select('receipt')
      .where('organisation', '=', organisation)
      .where('origin', '=', origin)
      .where('idx', '>=', from)
      .where('idx', '<', to)
      .execute();
    for (const { receipt } of known) times.push(receiptTime(receipt));
  }
  for (const { from, to } of ranges)
    for (const table of ['facts', 'tool_pins'] as const)
      await within
        .deleteFrom(table)
        .where('organisation', '=', organisation)
        .where('origin', '=', origin)
        .where('idx', '>=', from)
        .where('idx', '<', to)
        .execute();
  for (const { from, to } of ranges)
    await within
      .deleteFrom('looks')
      .where('organisation', '=', organisation)
      .where('origin', '=', origin)
      .where('idx', '>=', from)
      .where('idx', '<', to)
      .execute();
  return times;
}

/** How far the facts of `origin` are; made where they were not begun. */
export async function factLogOf(tables: Kysely<Tables>, origin: string): Promise<FactLog> {
  const read = (): Promise<{ revision: number; next: number; erased: string } | undefined> =>
    tables
      .selectFrom('fact_logs')
      .select(['revision', 'next', 'erased'])
      .where('origin', '=', origin)
      .executeTakeFirst();
  let row = await read();
  if (row === undefined) {
    await tables
      .insertInto('fact_logs')
      .values({ origin, revision: 0, next: 0, erased: '[]' })
      .onConflict((conflict) => conflict.column('origin').doNothing())
      .execute();
    row = (await read()) ?? { revision: 0, next: 0, erased: '[]' };
  }
  return { revision: row.revision, next: row.next, erased: JSON.parse(row.erased) as readonly Range[] };
}

/** Makes `log` the next, and keeps everybody else from changing it until the transaction ends; `false` where another did meanwhile. */
export async function stepFactLog(
  within: Kysely<Tables>,
  origin: string,
  log: FactLog,
  { next, erased }: Omit<FactLog, 'revision'>,
): Promise<boolean> {
  const { numUpdatedRows } = await within
    .updateTable('fact_logs')
    .set({ revision: sql<number>`revision + 1`, next, erased: JSON.stringify(erased) })
    .where('origin', '=', origin)
    .where('revision', '=', log.revision)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function rangesOf(entry: JsonObject): readonly Range[] {
  const erasure = entry['kind'] === 'erasure' ? entry['erasure'] : undefined;
  if (!isJsonObject(erasure)) return [];
  return [erasure['destroyed'], erasure['resealed']].flatMap((list) =>
    Array.isArray(list) ? (list as readonly JsonValue[]).slice(0, MAX_RANGES).flatMap(rangeOf) : [],
  );
}

function rangeOf(value: JsonValue): readonly Range[] {
  const { from, to } = isJsonObject(value) ? value : {};
  return typeof from === 'number' && typeof to === 'number' && to > from ? [{ from, to }] : [];
}

function bounded(ranges: readonly Range[]): readonly Range[] {
  if (ranges.length <= MOST_RANGES) return ranges;
  return [{ from: Math.min(...ranges.map(({ from }) => from)), to: Math.max(...ranges.map(({ to }) => to)) }];
}
