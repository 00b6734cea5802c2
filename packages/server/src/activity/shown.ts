/** Counts as they are answered with. */
import { VERDICTS, type Verdict } from '@writ/core';
import { z } from 'zod';
import { quantileOf } from './bins.ts';
import { type Cell, decisionsIn } from './cell.ts';

/** What is counted of some decisions. */
export interface ActivityCounts {
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Calls that ran to their end and whose time is known. */
  readonly timed: number;
  /** From decision to outcome by the monotonic clock of the process that wrote both, within 1/32; absent where no time is known. */
  readonly p50Us?: number | undefined;
  readonly p99Us?: number | undefined;
  /** Calls whose cost their node told. */
  readonly costed: number;
  /** What those cost together, in millionths of the currency unit; absent where no cost was told. */
  readonly costMicros?: number | undefined;
}

/** Decisions from `at` on, for a step. */
export interface ActivityBucket extends ActivityCounts {
  readonly at: number;
}

/** Decisions of one agent or tool; of those that are not named; of those of which no node told whose they are. */
export interface ActivityGroup extends ActivityCounts {
  readonly is: 'named' | 'others' | 'undisclosed';
  /** Chosen by agents or servers. */
  readonly name?: string | undefined;
  /** One for each step in which it decided anything. */
  readonly steps: readonly {
    readonly at: number;
    readonly decisions: number;
    readonly denied: number;
    readonly costMicros?: number | undefined;
  }[];
}

/** What agents did. */
export interface Activity {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly by: 'agent' | 'tool';
  /** All of it. */
  readonly whole: ActivityCounts;
  readonly buckets: readonly ActivityBucket[];
  /** Most decisions first; `others` and `undisclosed` last. */
  readonly groups: readonly ActivityGroup[];
  /** Minutes that changed and are not counted yet. */
  readonly behind: number;
}

const COUNTS = {
  verdicts: z.object({ allow: z.int(), modify: z.int(), step_up: z.int(), defer: z.int(), deny: z.int() }),
  timed: z.int(),
  p50Us: z.int().optional(),
  p99Us: z.int().optional(),
  costed: z.int(),
  costMicros: z.int().optional(),
};

export const ACTIVITY: z.ZodType<Activity> = z.object({
  from: z.int(),
  to: z.int(),
  step: z.int(),
  by: z.enum(['agent', 'tool']),
  whole: z.object(COUNTS),
  buckets: z.array(z.object({ at: z.int(), ...COUNTS })),
  groups: z.array(
    z.object({
      is: z.enum(['named', 'others', 'undisclosed']),
      name: z.string().optional(),
      ...COUNTS,
      steps: z.array(
        z.object({ at: z.int(), decisions: z.int(), denied: z.int(), costMicros: z.int().optional() }),
      ),
    }),
  ),
  behind: z.int(),
});

export function shownBucket(at: number, cell: Cell): ActivityBucket {
  return { at, ...shownCounts(cell) };
}

export function shownGroup(
  group: Pick<ActivityGroup, 'is' | 'name'>,
  sum: Cell,
  steps: readonly number[],
  cellAt: (place: number) => Cell,
): ActivityGroup {
  return {
    ...group,
    ...shownCounts(sum),
    steps: steps.flatMap((at) => {
      const cell = cellAt(at);
      const decisions = decisionsIn(cell);
      return decisions === 0 ? [] : [{ at, decisions, denied: cell.verdicts.deny, ...costIn(cell) }];
    }),
  };
}

export function shownCounts(cell: Cell): ActivityCounts {
  const [p50Us, p99Us] = [quantileOf(cell.times, 0.5), quantileOf(cell.times, 0.99)];
  return {
    verdicts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, cell.verdicts[verdict]])) as Record<
      Verdict,
      number
    >,
    timed: cell.timed,
    ...(p50Us === undefined ? {} : { p50Us }),
    ...(p99Us === undefined ? {} : { p99Us }),
    costed: cell.costed,
    ...costIn(cell),
  };
}

/** Nothing where no cost was told, which is not the same as 0. */
function costIn({ costed, costMicros }: Cell): { readonly costMicros?: number } {
  return costed === 0 ? {} : { costMicros };
}
