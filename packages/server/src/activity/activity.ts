/** What agents did over a stretch of time: of all, and of those agents or tools that did most. */
import { type Kysely, sql } from 'kysely';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { MINUTE_MS } from '../receipts/index.ts';
import type { Tables } from '../tables/index.ts';
import { addCounts, addInto, type Cell, cellOf, decisionsIn, emptyCell } from './cell.ts';
import { cellIn, type Cells, cellsIn, countAnew, keyOf, partsOf, ROW_COLUMNS, SPANS } from './count.ts';
import { type Activity, type ActivityGroup, shownBucket, shownCounts, shownGroup } from './shown.ts';

/** Most steps of one answer, most spans that one is made of, and most agents or tools that are named. */
export const MOST_STEPS = 200;
const MOST_SPANS = 1_000;
const MOST_NAMED = 8;
/** Newest minutes that were not counted yet and are counted for the answer; of more it says that they are missing. */
const MOST_PENDING = 120;
/** How often an answer is begun again because somebody counted meanwhile. */
const MOST_TRIES = 4;

/** The key of all decisions. */
const ALL = keyOf('all', '');

/** What is asked: decisions from `from` up to `to`, without it, in steps of `step`; all whole minutes since 1970, in milliseconds. */
export interface ActivityQuery {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly by: 'agent' | 'tool';
  /** Of this agent or tool alone; at most one of them. */
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
}

/** Counts decisions of `organisation`. Throws a problem for a stretch that is not made of whole steps, or of too many. */
export async function activityOf(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  query: ActivityQuery,
): Promise<Activity> {
  const span = spanOf(query);
  for (let tries = 1; ; tries += 1) {
    const before = await revisionOf(tables, organisation);
    const answer = await read(tables, organisation, query, span);
    // INVARIANT: what is taken from counted minutes is counted in no other part of the answer.
    if (tries === MOST_TRIES || (await revisionOf(tables, organisation)) === before) return answer;
  }
}

/** The longest span that all steps are made of. */
function spanOf({ from, to, step }: ActivityQuery): number {
  const wrong = (what: string): Problem => new Problem('request.invalid', what);
  if (from % MINUTE_MS !== 0 || step % MINUTE_MS !== 0)
    throw wrong('`from` and `step` are whole minutes, in milliseconds');
  if (to <= from || (to - from) % step !== 0 || (to - from) / step > MOST_STEPS)
    throw wrong(`\`to\` comes after \`from\`, by 1 to ${MOST_STEPS} whole steps`);
  const span = SPANS.findLast((one) => from % one === 0 && step % one === 0) ?? MINUTE_MS;
  if ((to - from) / span > MOST_SPANS)
    throw wrong('for so long a time, `from` and `step` are multiples of 15 minutes, 2 hours or 6 hours');
  return span;
}

async function revisionOf(tables: Kysely<Tables>, organisation: string): Promise<number> {
  const row = await tables
    .selectFrom('activity_heads')
    .select('revision')
    .where('organisation', '=', organisation)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

async function read(
  tables: Kysely<Tables>,
  organisation: string,
  query: ActivityQuery,
  span: number,
): Promise<Activity> {
  const { from, to, step, by, agent, tool } = query;
  const { difference, behind } = await pendingOf(tables, organisation, query);
  const one =
    agent === undefined ? (tool === undefined ? undefined : keyOf('tool', tool)) : keyOf('agent', agent);
  const cells: Cells = new Map();
  const sums = new Map<string, Cell>();
  const whole = one ?? ALL;
  // Quantiles are of all in each step, and of each agent or tool in all of the time.
  const take = (at: number, key: string, cell: Cell): void => {
    const add = key === whole ? addInto : addCounts;
    add(cellIn(cells, at - ((at - from) % step), key), cell);
    let sum = sums.get(key);
    if (sum === undefined) sums.set(key, (sum = emptyCell()));
    addInto(sum, cell);
  };
  let keys: readonly string[];
  if (span === MINUTE_MS) {
    const minutes = await minutesOf(tables, organisation, query);
    for (const [minute, here] of minutes) for (const [key, cell] of here) take(minute, key, cell);
    keys =
      one === undefined
        ? [ALL, keyOf(by, ''), ...new Set([...keysIn(minutes, by), ...keysIn(difference, by)])]
        : [one];
  } else {
    keys = one === undefined ? await keysOf(tables, organisation, query, span, difference) : [one];
    await takeSpans(tables, organisation, query, span, { keys, take });
  }
  const asked = new Set(keys);
  for (const [minute, here] of difference)
    for (const [key, cell] of here) if (asked.has(key)) take(minute, key, cell);
  const steps = Array.from({ length: (to - from) / step }, (_, place) => from + place * step);
  const at = (place: number, key: string): Cell => cells.get(place)?.get(key) ?? emptyCell();
  return {
    from,
    to,
    step,
    by,
    whole: shownCounts(sums.get(whole) ?? emptyCell()),
    buckets: steps.map((place) => shownBucket(place, at(place, whole))),
    groups: one === undefined ? groupsOf(by, { keys, sums, steps, at }) : [],
    behind,
  };
}

/** Names of `by` that stand in `cells`, as keys. */
function keysIn(cells: Cells, by: string): ReadonlySet<string> {
  const keys = [...cells.values()].flatMap((here) => [...here.keys()]);
  return new Set(keys.filter((key) => key.startsWith(`${by}/`) && key !== keyOf(by, '')));
}

async function minutesOf(
  tables: Kysely<Tables>,
  organisation: string,
  { from, to }: ActivityQuery,
): Promise<Cells> {
  const rows = await tables
    .selectFrom('activity_minutes')
    .select(['minute', 'cells'])
    .where('organisation', '=', organisation)
    .where('minute', '>=', from)
    .where('minute', '<', to)
    .execute();
  return new Map(rows.map(({ minute, cells }) => [minute, new Map(cellsIn(cells))]));
}

/** Takes what `keys` come to in each span. */
async function takeSpans(
  tables: Kysely<Tables>,
  organisation: string,
  { from, to }: ActivityQuery,
  span: number,
  {
    keys,
    take,
  }: { readonly keys: readonly string[]; readonly take: (at: number, key: string, cell: Cell) => void },
): Promise<void> {
  for (const [grouping, some] of Map.groupBy(keys.map(partsOf), (part) => part.grouping)) {
    const rows = await tables
      .selectFrom('activity')
      .select(ROW_COLUMNS)
      .where('organisation', '=', organisation)
      .where('grouping', '=', grouping)
      .where('span', '=', span)
      .where(
        'name',
        'in',
        some.map(({ name }) => name),
      )
      .where('at', '>=', from)
      .where('at', '<', to)
      .execute();
    for (const { at, name, ...columns } of rows) take(at, keyOf(grouping, name), cellOf(columns));
  }
}

/** What changed since it was counted: newest minutes, and how many more there are. */
async function pendingOf(
  tables: Kysely<Tables>,
  organisation: string,
  { from, to }: ActivityQuery,
): Promise<{ readonly difference: Cells; readonly behind: number }> {
  const marked = tables
    .selectFrom('activity_marks')
    .where('organisation', '=', organisation)
    .where('minute', '>=', from)
    .where('minute', '<', to);
  const rows = await marked.select('minute').orderBy('minute', 'desc').limit(MOST_PENDING).execute();
  const { difference } = await countAnew(
    tables,
    organisation,
    rows.map(({ minute }) => minute),
  );
  if (rows.length < MOST_PENDING) return { difference, behind: 0 };
  const all = await marked.select(sql<number>`count(*)`.as('count')).executeTakeFirst();
  return { difference, behind: Math.max(0, Number(all?.count ?? 0) - rows.length) };
}

/** Of all, of what no node told of, and of those that did most. */
async function keysOf(
  tables: Kysely<Tables>,
  organisation: string,
  { from, to, by }: ActivityQuery,
  span: number,
  difference: Cells,
): Promise<readonly string[]> {
  const pending = new Map<string, number>();
  for (const here of difference.values())
    for (const [key, cell] of here) {
      const { grouping, name } = partsOf(key);
      if (grouping === by && name !== '') pending.set(name, (pending.get(name) ?? 0) + decisionsIn(cell));
    }
  const decisions = sql<number>`sum(allow + modify + step_up + defer + deny)`;
  const counted = tables
    .selectFrom('activity')
    .select(['name', decisions.as('decisions')])
    .where('organisation', '=', organisation)
    .where('grouping', '=', by)
    .where('span', '=', span)
    .where('at', '>=', from)
    .where('at', '<', to)
    .groupBy('name');
  const most = await counted
    .where('name', '!=', '')
    .orderBy(decisions, 'desc')
    .orderBy('name')
    // What is pending may take away from any of them.
    .limit(MOST_NAMED + pending.size)
    .execute();
  const left = [...pending.keys()].filter((name) => !most.some((one) => one.name === name));
  const others = left.length === 0 ? [] : await counted.where('name', 'in', left).execute();
  const totals = new Map([...most, ...others].map((one) => [one.name, Number(one.decisions)]));
  for (const [name, more] of pending) totals.set(name, (totals.get(name) ?? 0) + more);
  const first = [...totals]
    .toSorted(([name, count], [other, less]) => less - count || (name < other ? -1 : 1))
    .slice(0, MOST_NAMED);
  return [ALL, keyOf(by, ''), ...first.map(([name]) => keyOf(by, name))];
}

interface Summed {
  readonly keys: readonly string[];
  /** What each key comes to in all of the time. */
  readonly sums: ReadonlyMap<string, Cell>;
  readonly steps: readonly number[];
  /** What a key comes to in a step, without times. */
  readonly at: (place: number, key: string) => Cell;
}

/** Those that did most, the rest together, and what no node told of. */
function groupsOf(by: 'agent' | 'tool', { keys, sums, steps, at }: Summed): readonly ActivityGroup[] {
  const untold = keyOf(by, '');
  const sumOf = (key: string): Cell => sums.get(key) ?? emptyCell();
  const named = keys
    .filter((key) => key !== ALL && key !== untold && decisionsIn(sumOf(key)) > 0)
    .toSorted((one, other) => decisionsIn(sumOf(other)) - decisionsIn(sumOf(one)) || (one < other ? -1 : 1))
    .slice(0, MOST_NAMED);
  const others = [untold, ...named];
  const rest = emptyCell();
  addInto(rest, sumOf(ALL));
  for (const key of others) addInto(rest, sumOf(key), -1);
  const restAt = (place: number): Cell => {
    const left = emptyCell();
    addCounts(left, at(place, ALL));
    for (const key of others) addCounts(left, at(place, key), -1);
    return left;
  };
  const unknown = sumOf(untold);
  return [
    ...named.map((key) =>
      shownGroup({ is: 'named', name: partsOf(key).name }, sumOf(key), steps, (place) => at(place, key)),
    ),
    ...(decisionsIn(rest) > 0 ? [shownGroup({ is: 'others' }, rest, steps, restAt)] : []),
    ...(decisionsIn(unknown) > 0
      ? [shownGroup({ is: 'undisclosed' }, unknown, steps, (place) => at(place, untold))]
      : []),
  ];
}
