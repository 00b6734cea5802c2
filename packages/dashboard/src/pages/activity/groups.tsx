/** Those that did most, one line each; the rest together. */
import type { ReactNode } from 'react';
import {
  type Activity,
  type ActivityGroup,
  costSaid,
  countSaid,
  decisionsIn,
  logSearch,
  shareSaid,
} from '../../activity/index.ts';
import { tookSaid } from '../../durations.ts';
import { PageLink } from '../../router/index.ts';
import { AgentText, type PlainColumn, PlainTable, Section, Spark } from '../../ui/index.ts';

export function Groups({
  activity,
  mayAudit,
}: {
  readonly activity: Activity;
  readonly mayAudit: boolean;
}): ReactNode {
  const { by, groups } = activity;
  const isUntold = groups.some(({ is }) => is === 'undisclosed');
  return (
    <Section
      title={by === 'agent' ? 'By agent' : 'By tool'}
      note="Those that did most in this time, and the rest together."
    >
      <PlainTable
        label={by === 'agent' ? 'Agents' : 'Tools'}
        columns={columnsOf(activity, mayAudit)}
        rows={groups}
        keyOf={({ is, name }) => `${is} ${name ?? ''}`}
      />
      {isUntold && (
        <p className="border-t border-line px-4 py-2 text-sm text-ink-3">
          Not disclosed: the node did not say whose these are. It does where{' '}
          <code>plane.discloses.always</code> of its <code>writ.yaml</code> names <code>subject</code> and{' '}
          <code>target</code>.
        </p>
      )}
    </Section>
  );
}

function columnsOf(activity: Activity, mayAudit: boolean): readonly PlainColumn<ActivityGroup>[] {
  const { by, buckets } = activity;
  const places = new Map(buckets.map(({ at }, place) => [at, place]));
  const over = (
    group: ActivityGroup,
    of: (step: ActivityGroup['steps'][number]) => number,
  ): readonly number[] => {
    const values = buckets.map(() => 0);
    for (const step of group.steps) values[places.get(step.at) ?? 0] = of(step);
    return values;
  };
  return [
    {
      header: by === 'agent' ? 'Agent' : 'Tool',
      cell: ({ is, name }) =>
        name === undefined ? (
          <span className="text-ink-3">{is === 'others' ? 'all others' : 'not disclosed'}</span>
        ) : (
          <PageLink to="/activity" search={{ by, [by]: name }}>
            <AgentText text={name} limit={60} />
          </PageLink>
        ),
    },
    {
      header: 'Decisions',
      isNumber: true,
      cell: (group) => (
        <span className="inline-flex items-center gap-3">
          <Spark values={over(group, (step) => step.decisions)} parts={over(group, (step) => step.denied)} />
          <span className="w-14">{countSaid(decisionsIn(group))}</span>
        </span>
      ),
    },
    {
      header: 'Denied',
      isNumber: true,
      cell: (group) => {
        const { deny } = group.verdicts;
        return deny === 0 ? (
          <span className="text-ink-3">0</span>
        ) : (
          <span className="whitespace-nowrap">
            <span className="text-deny">{countSaid(deny)}</span>{' '}
            <span className="text-ink-3">{shareSaid(deny, decisionsIn(group))}</span>
          </span>
        );
      },
    },
    { header: 'p50', isNumber: true, cell: ({ p50Us }) => timeShown(p50Us) },
    { header: 'p99', isNumber: true, cell: ({ p99Us }) => timeShown(p99Us) },
    {
      header: 'Cost',
      isNumber: true,
      cell: ({ costMicros }) =>
        costMicros === undefined ? <span className="text-ink-3">not told</span> : costSaid(costMicros),
    },
    ...(mayAudit
      ? [
          {
            header: 'Receipts',
            cell: (group: ActivityGroup) =>
              group.name === undefined ? null : (
                <span className="flex gap-3 whitespace-nowrap">
                  <PageLink to="/log" search={logSearch(activity, { [by]: group.name })}>
                    all
                  </PageLink>
                  {group.verdicts.deny > 0 && (
                    <PageLink to="/log" search={logSearch(activity, { [by]: group.name }, 'deny')}>
                      denied
                    </PageLink>
                  )}
                </span>
              ),
          },
        ]
      : []),
  ];
}

function timeShown(micros: number | undefined): ReactNode {
  return micros === undefined ? (
    <span className="text-ink-3">not known</span>
  ) : (
    <span className="whitespace-nowrap">{tookSaid(micros)}</span>
  );
}
