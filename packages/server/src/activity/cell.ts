/** What is counted of decisions: by verdict, how long calls took, what they cost. Cells are added and taken away from each other. */
import { VERDICTS, type Verdict } from '@writ/core';
import type { ActivityRow } from '../tables/index.ts';
import { type Bins, binOf } from './bins.ts';

/** It, of the decisions of one stretch of time. */
export interface Cell {
  readonly verdicts: Record<Verdict, number>;
  /** Calls that ran and whose time is known, and how many by the bin of it. */
  timed: number;
  readonly times: Bins;
  /** Calls whose cost was told, and its sum in millionths of the currency unit. */
  costed: number;
  costMicros: number;
}

/** Columns that are counted. */
export type CellColumns = Omit<ActivityRow, 'organisation' | 'grouping' | 'span' | 'at' | 'name'>;

/** One decision, and what became of it. */
export interface Counted {
  readonly verdict: string | null;
  readonly outcome: string | null;
  readonly took_us: number | null;
  readonly cost_micros: number | null;
}

/** Outcomes of calls that ran to their end. */
const RAN: ReadonlySet<string | null> = new Set(['performed', 'failed', 'withheld']);

export function emptyCell(): Cell {
  const verdicts = { allow: 0, modify: 0, step_up: 0, defer: 0, deny: 0 };
  return { verdicts, timed: 0, times: new Map(), costed: 0, costMicros: 0 };
}

/** Counts `one` into `cell`. */
export function countInto(cell: Cell, { verdict, outcome, took_us: took, cost_micros: cost }: Counted): void {
  if (isVerdict(verdict)) cell.verdicts[verdict] += 1;
  if (RAN.has(outcome) && took !== null) {
    const bin = binOf(took);
    cell.timed += 1;
    cell.times.set(bin, (cell.times.get(bin) ?? 0) + 1);
  }
  if (cost === null) return;
  cell.costed += 1;
  cell.costMicros += cost;
}

/** Adds `other` to `cell`, or takes it away. */
export function addInto(cell: Cell, other: Cell, sign: 1 | -1 = 1): void {
  addCounts(cell, other, sign);
  for (const [bin, count] of other.times) {
    const left = (cell.times.get(bin) ?? 0) + sign * count;
    if (left === 0) cell.times.delete(bin);
    else cell.times.set(bin, left);
  }
}

/** The same without the times: what they are needed for alone is dear. */
export function addCounts(cell: Cell, other: Cell, sign: 1 | -1 = 1): void {
  for (const verdict of VERDICTS) cell.verdicts[verdict] += sign * other.verdicts[verdict];
  cell.timed += sign * other.timed;
  cell.costed += sign * other.costed;
  cell.costMicros += sign * other.costMicros;
}

/** How many decisions. */
export function decisionsIn({ verdicts }: Cell): number {
  return VERDICTS.reduce((sum, verdict) => sum + verdicts[verdict], 0);
}

/** Whether nothing is left in it. */
export function isEmptyCell(cell: Cell): boolean {
  const { verdicts, timed, times, costed, costMicros } = cell;
  return (
    VERDICTS.every((verdict) => verdicts[verdict] === 0) &&
    [timed, times.size, costed, costMicros].every((count) => count === 0)
  );
}

export function cellOf({ times, timed, costed, cost_micros: costMicros, ...verdicts }: CellColumns): Cell {
  const bins = Object.entries(JSON.parse(times) as Record<string, number>);
  const { allow, modify, step_up, defer, deny } = verdicts;
  return {
    verdicts: { allow, modify, step_up, defer, deny },
    timed,
    times: new Map(bins.map(([bin, count]) => [Number(bin), count])),
    costed,
    costMicros,
  };
}

export function columnsOf({ verdicts, timed, times, costed, costMicros }: Cell): CellColumns {
  return {
    ...verdicts,
    timed,
    times: JSON.stringify(Object.fromEntries(times)),
    costed,
    cost_micros: costMicros,
  };
}

function isVerdict(word: string | null): word is Verdict {
  return VERDICTS.some((verdict) => verdict === word);
}
