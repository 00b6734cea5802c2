/** Counts minutes anew whose receipts or facts changed, and carries the difference to the longer spans that they are in. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Plane } from '../plane.ts';
import { MINUTE_MS, receiptsFrom } from '../receipts/index.ts';
import { type ActivityRow, type Tables, unsynced } from '../tables/index.ts';
import type { Task } from '../upkeep/index.ts';
import {
  addInto,
  type Cell,
  type CellColumns,
  cellOf,
  columnsOf,
  countInto,
  emptyCell,
  isEmptyCell,
} from './cell.ts';

/** Spans of which minutes are summed, so that a month is read in few rows. */
export const SPANS: readonly number[] = [15, 120, 360].map((minutes) => minutes * MINUTE_MS);

const EVERY_MS = 5_000;
/** How long a mark waits, so that a minute that is still under way is not counted with each entry. */
const WAIT_MS = 20_000;
/** Minutes of one transaction, and rows of one statement. */
const MOST_MINUTES = 60;
const MOST_ROWS = 500;

/** Cells by where their span begins, then by grouping and name. */
export type Cells = Map<number, Map<string, Cell>>;

export const ACTIVITY_TASK: Task = { name: 'activity', everyMs: EVERY_MS, run: countActivity };

/** Counts what was marked a while ago. */
export async function countActivity(
  { tables, clock }: Pick<Plane, 'tables' | 'clock'>,
  signal?: AbortSignal,
): Promise<void> {
  while (signal?.aborted !== true) {
    const due = await tables
      .selectFrom('activity_marks')
      .select(['organisation', 'minute'])
      .where('since', '<=', clock.now() - WAIT_MS)
      .orderBy('minute')
      .limit(MOST_MINUTES)
      .execute();
    for (const [organisation, marks] of Map.groupBy(due, (mark) => mark.organisation))
      await countMinutes(
        tables,
        organisation,
        marks.map(({ minute }) => minute),
      );
    if (due.length < MOST_MINUTES) return;
  }
}

/** Counts those of `minutes`, ascending, that are marked. Of two servers that count the same organisation one waits. */
export function countMinutes(
  tables: Kysely<Tables>,
  organisation: string,
  minutes: readonly number[],
): Promise<void> {
  return unsynced(tables, async (within) => {
    await within
      .insertInto('activity_heads')
      .values({ organisation, revision: 1 })
      .onConflict((conflict) =>
        conflict.column('organisation').doUpdateSet({ revision: sql<number>`activity_heads.revision + 1` }),
      )
      .execute();
    const marked: number[] = [];
    for (const minute of minutes) {
      const { numDeletedRows } = await within
        .deleteFrom('activity_marks')
        .where('organisation', '=', organisation)
        .where('minute', '=', minute)
        .executeTakeFirst();
      if (numDeletedRows > 0n) marked.push(minute);
    }
    if (marked.length === 0) return;
    const { counted, difference } = await countAnew(within, organisation, marked);
    await putMinutes(within, organisation, counted);
    for (const span of SPANS) await carry(within, organisation, span, difference);
  });
}

/** What the decisions of `minutes` come to now, and that less what was counted of them before. */
export async function countAnew(
  tables: Kysely<Tables>,
  organisation: string,
  minutes: readonly number[],
): Promise<{ readonly counted: Cells; readonly difference: Cells }> {
  const counted: Cells = new Map(minutes.map((minute) => [minute, newCells()]));
  for (const [from, to] of runsOf(minutes)) await countRaw(tables, organisation, { from, to }, counted);
  const difference: Cells = new Map();
  for (const [minute, cells] of counted)
    for (const [key, cell] of cells) addInto(cellIn(difference, minute, key), cell);
  if (minutes.length === 0) return { counted, difference };
  const before = await tables
    .selectFrom('activity_minutes')
    .select(['minute', 'cells'])
    .where('organisation', '=', organisation)
    .where('minute', 'in', minutes)
    .execute();
  for (const { minute, cells } of before)
    for (const [key, cell] of cellsIn(cells)) addInto(cellIn(difference, minute, key), cell, -1);
  return { counted, difference };
}

/** Cells as a minute's row holds them. */
export function cellsIn(text: string): readonly (readonly [key: string, cell: Cell])[] {
  const cells = JSON.parse(text) as Readonly<Record<string, CellColumns>>;
  return Object.entries(cells).map(([key, columns]) => [key, cellOf(columns)]);
}

async function putMinutes(within: Kysely<Tables>, organisation: string, counted: Cells): Promise<void> {
  await within
    .deleteFrom('activity_minutes')
    .where('organisation', '=', organisation)
    .where('minute', 'in', [...counted.keys()])
    .execute();
  const rows = [...counted]
    .filter(([, cells]) => cells.size > 0)
    .map(([minute, cells]) => ({
      organisation,
      minute,
      cells: JSON.stringify(Object.fromEntries([...cells].map(([key, cell]) => [key, columnsOf(cell)]))),
    }));
  if (rows.length > 0) await within.insertInto('activity_minutes').values(rows).execute();
}

/** `grouping` and `name` as a key, and back. */
export function keyOf(grouping: string, name: string): string {
  return `${grouping}/${name}`;
}
export function partsOf(key: string): { readonly grouping: string; readonly name: string } {
  const at = key.indexOf('/');
  return { grouping: key.slice(0, at), name: key.slice(at + 1) };
}

function newCells(): Map<string, Cell> {
  return new Map();
}

export function cellIn(cells: Cells, at: number, key: string): Cell {
  let here = cells.get(at);
  if (here === undefined) cells.set(at, (here = newCells()));
  let cell = here.get(key);
  if (cell === undefined) here.set(key, (cell = emptyCell()));
  return cell;
}

async function countRaw(
  tables: Kysely<Tables>,
  organisation: string,
  { from, to }: { readonly from: number; readonly to: number },
  cells: Cells,
): Promise<void> {
  const rows = await tables
    .selectFrom('receipts')
    .leftJoin('facts', (join) =>
      join
        .onRef('facts.organisation', '=', 'receipts.organisation')
        .onRef('facts.origin', '=', 'receipts.origin')
        .onRef('facts.idx', '=', 'receipts.idx'),
    )
    .leftJoin('receipts as ended', (join) =>
      join
        .onRef('ended.origin', '=', 'receipts.origin')
        .onRef('ended.decision_of', '=', 'receipts.idx')
        .onRef('ended.organisation', '=', 'receipts.organisation')
        .on('ended.kind', '=', 'outcome'),
    )
    .select([
      'receipts.id',
      'receipts.time',
      'receipts.verdict',
      'facts.agent',
      'facts.tool',
      'ended.outcome',
      'ended.took_us',
      'ended.cost_micros',
    ])
    .where('receipts.organisation', '=', organisation)
    .where('receipts.verdict', 'is not', null)
    .where('receipts.id', '>=', receiptsFrom(from))
    .where('receipts.id', '<', receiptsFrom(to))
    .execute();
  const seen = new Set<string>();
  for (const row of rows) {
    // Once, however many outcomes a node wrote of it.
    if (seen.has(row.id)) continue;
    seen.add(row.id);
    const at = row.time - (row.time % MINUTE_MS);
    countInto(cellIn(cells, at, keyOf('all', '')), row);
    countInto(cellIn(cells, at, keyOf('agent', row.agent ?? '')), row);
    countInto(cellIn(cells, at, keyOf('tool', row.tool ?? '')), row);
  }
}

/** Adds `difference`, which is by minutes, to the spans of `span` that they are in. */
async function carry(
  within: Kysely<Tables>,
  organisation: string,
  span: number,
  difference: Cells,
): Promise<void> {
  const changed: Cells = new Map();
  for (const [minute, cells] of difference)
    for (const [key, cell] of cells) addInto(cellIn(changed, minute - (minute % span), key), cell);
  for (const [at, cells] of changed)
    for (const [key, cell] of cells) if (isEmptyCell(cell)) changed.get(at)?.delete(key);
  const gone: { at: number; grouping: string; name: string }[] = [];
  const rows: ActivityRow[] = [];
  for (const { at, grouping, name, ...columns } of await rowsAt(within, organisation, span, [
    ...changed.keys(),
  ])) {
    const cell = changed.get(at)?.get(keyOf(grouping, name));
    if (cell === undefined) continue;
    addInto(cell, cellOf(columns));
    if (isEmptyCell(cell)) gone.push({ at, grouping, name });
  }
  for (const [at, cells] of changed)
    for (const [key, cell] of cells)
      if (!isEmptyCell(cell)) rows.push({ organisation, span, at, ...partsOf(key), ...columnsOf(cell) });
  for (const { at, grouping, name } of gone)
    await within
      .deleteFrom('activity')
      .where('organisation', '=', organisation)
      .where('grouping', '=', grouping)
      .where('span', '=', span)
      .where('at', '=', at)
      .where('name', '=', name)
      .execute();
  for (let from = 0; from < rows.length; from += MOST_ROWS)
    await within
      .insertInto('activity')
      .values(rows.slice(from, from + MOST_ROWS))
      .onConflict((conflict) =>
        conflict.columns(['organisation', 'grouping', 'span', 'at', 'name']).doUpdateSet((row) => ({
          allow: row.ref('excluded.allow'),
          modify: row.ref('excluded.modify'),
          step_up: row.ref('excluded.step_up'),
          defer: row.ref('excluded.defer'),
          deny: row.ref('excluded.deny'),
          timed: row.ref('excluded.timed'),
          times: row.ref('excluded.times'),
          costed: row.ref('excluded.costed'),
          cost_micros: row.ref('excluded.cost_micros'),
        })),
      )
      .execute();
}

function rowsAt(
  tables: Kysely<Tables>,
  organisation: string,
  span: number,
  places: readonly number[],
): Promise<readonly Omit<ActivityRow, 'organisation' | 'span'>[]> {
  if (places.length === 0) return Promise.resolve([]);
  return tables
    .selectFrom('activity')
    .select(ROW_COLUMNS)
    .where('organisation', '=', organisation)
    .where('grouping', 'in', ['all', 'agent', 'tool'])
    .where('span', '=', span)
    .where('at', 'in', places)
    .execute();
}

/** Columns that are read. */
export const ROW_COLUMNS = [
  'grouping',
  'at',
  'name',
  'allow',
  'modify',
  'step_up',
  'defer',
  'deny',
  'timed',
  'times',
  'costed',
  'cost_micros',
] as const;

/** Minutes that follow each other, together. */
function runsOf(minutes: readonly number[]): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  for (const minute of minutes.toSorted((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last?.[1] === minute) last[1] = minute + MINUTE_MS;
    else runs.push([minute, minute + MINUTE_MS]);
  }
  return runs;
}
