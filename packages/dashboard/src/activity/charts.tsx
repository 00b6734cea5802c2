/** Four charts: decisions by verdict, denials, how long calls took, what they cost. */
import type { ReactNode } from 'react';
import { tookSaid } from '../durations.ts';
import { useGoTo } from '../router/index.ts';
import { Chart, type Series, Verdict, VERDICT_NAMES, type VerdictName } from '../ui/index.ts';
import { type Activity, decisionsIn, logSearch, type Whose } from './activity.ts';
import { costSaid, countSaid, shareSaid } from './said.ts';

const FILLS: Readonly<Record<VerdictName, string>> = {
  allow: 'fill-allow',
  modify: 'fill-modify',
  step_up: 'fill-step-up',
  defer: 'fill-defer',
  deny: 'fill-deny',
};

/** Which of the four. */
export type ChartName = 'decisions' | 'denials' | 'latency' | 'cost';
const ALL: readonly ChartName[] = ['decisions', 'denials', 'latency', 'cost'];

/** What is drawn. */
export interface ActivityChartsProps {
  readonly activity: Activity;
  readonly whose: Whose;
  /** Whether the log may be opened. */
  readonly mayAudit: boolean;
  readonly only?: readonly ChartName[];
}

export function ActivityCharts({ activity, whose, mayAudit, only = ALL }: ActivityChartsProps): ReactNode {
  const goTo = useGoTo();
  const { buckets, step, whole } = activity;
  const opens = (verdict?: string) =>
    mayAudit
      ? (place: number): void => {
          const at = buckets[place]?.at;
          if (at !== undefined) goTo('/log', logSearch({ from: at, to: at + step }, whose, verdict));
        }
      : undefined;
  const shared = { times: buckets.map(({ at }) => at), step };
  const decisions = decisionsIn(whole);
  const denied = whole.verdicts.deny;
  // Denials stand at the foot, where they are seen however few they are.
  const verdicts = VERDICT_NAMES.toReversed();
  const charts: Readonly<Record<ChartName, () => ReactNode>> = {
    decisions: () => (
      <Chart
        {...shared}
        key="decisions"
        title="Decisions by verdict"
        total={countSaid(decisions)}
        kind="bars"
        format={countSaid}
        onOpen={opens()}
        series={verdicts.map((verdict) => ({
          name: verdict.replace('_', ' '),
          label: (
            <>
              <Verdict verdict={verdict} />
              <span className="tabular ml-1.5 text-ink-2">{countSaid(whole.verdicts[verdict])}</span>
            </>
          ),
          look: FILLS[verdict],
          values: buckets.map((bucket) => bucket.verdicts[verdict]),
        }))}
      />
    ),
    denials: () => (
      <Chart
        {...shared}
        key="denials"
        title="Denials"
        total={`${countSaid(denied)}, ${shareSaid(denied, decisions)} of decisions`}
        kind="bars"
        format={countSaid}
        onOpen={opens('deny')}
        series={[
          {
            name: 'deny',
            label: <Verdict verdict="deny" />,
            look: 'fill-deny',
            values: buckets.map(({ verdicts: { deny } }) => deny),
          },
        ]}
      />
    ),
    latency: () => (
      <Chart
        {...shared}
        key="latency"
        title="How long calls took"
        total={
          whole.timed === 0
            ? undefined
            : `p50 ${tookSaid(whole.p50Us ?? 0)}, p99 ${tookSaid(whole.p99Us ?? 0)} of ${countSaid(whole.timed)} calls`
        }
        kind="lines"
        format={tookSaid}
        onOpen={opens()}
        series={latencySeries(activity)}
        nothing="No call that was decided in this time ran to its end, or its node ended before it. From the decision to the outcome, by the clock of the node’s process."
      />
    ),
    cost: () => (
      <Chart
        {...shared}
        key="cost"
        title="Cost"
        total={
          whole.costMicros === undefined
            ? undefined
            : `${costSaid(whole.costMicros)} currency units, told of ${countSaid(whole.costed)} calls`
        }
        kind="bars"
        format={costSaid}
        onOpen={opens()}
        series={[
          {
            name: 'cost in currency units',
            label: (
              <span className="inline-flex items-center gap-1.5 text-ink-2">
                <span aria-hidden="true" className="inline-block h-2.5 w-2.5 rounded-sm bg-accent" />
                currency units; a step without a bar may be one of which nobody knows
              </span>
            ),
            look: 'fill-accent',
            values: buckets.map(({ costMicros }) => costMicros ?? null),
          },
        ]}
        nothing={
          <span>
            No node told what calls cost, and unknown is not drawn as zero. A node tells it where its host has
            a meter: <code>usage</code> of <code>createGuard</code>, with <code>actual</code>.
          </span>
        }
      />
    ),
  };
  return only.map((name) => charts[name]());
}

function latencySeries({ buckets }: Activity): readonly Series[] {
  const label = (word: string, shape: string): ReactNode => (
    <span className="inline-flex items-baseline gap-1.5 text-ink-2">
      <span aria-hidden="true" className={word === 'p50' ? 'text-accent' : 'text-step-up'}>
        {shape}
      </span>
      {word}
    </span>
  );
  return [
    {
      name: 'p50',
      label: label('p50', '●'),
      look: 'stroke-accent',
      values: buckets.map(({ p50Us }) => p50Us ?? null),
    },
    {
      name: 'p99',
      label: label('p99', '■'),
      look: 'stroke-step-up',
      isSquare: true,
      values: buckets.map(({ p99Us }) => p99Us ?? null),
    },
  ];
}
