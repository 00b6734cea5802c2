/** Labels of a step in words: what the picture beside it shows, for whoever does not see it. */
import { Fragment, type ReactNode } from 'react';
import { AgentText } from '../../ui/index.ts';
import type { FlowStep } from './flow.ts';

const MOST_NAMED = 6;
const LABEL_SHOWN = 60;

export function LabelWords({ flow }: { readonly flow: FlowStep }): ReactNode {
  const { carried, brought, again, owed } = flow;
  return (
    <>
      {owed.length > 0 && (
        <>
          <span className="font-medium text-deny">
            {refusedSaid(flow)} because of <Labels of={owed.map(({ label }) => label)} />
          </span>
          {' · '}
        </>
      )}
      {carried === undefined ? 'labels not disclosed' : carriedSaid(carried)}
      {brought.length > 0 && (
        <>
          {' · '}
          <span className="font-medium text-accent">
            brought <Labels of={brought} />
          </span>
        </>
      )}
      {again.length > 0 && (
        <>
          {' · brought '}
          <Labels of={again} /> again
        </>
      )}
    </>
  );
}

function carriedSaid(labels: readonly string[]): ReactNode {
  return labels.length === 0 ? (
    'carried no label'
  ) : (
    <>
      carried <Labels of={labels} />
    </>
  );
}

/** What its verdict did, in a word. */
export function refusedSaid({ step }: FlowStep): string {
  if (step.verdict === 'step_up') return 'held';
  return step.verdict === 'defer' ? 'deferred' : 'refused';
}

/** `pii, secret and 2 more`. */
export function Labels({ of }: { readonly of: readonly string[] }): ReactNode {
  const more = of.length - MOST_NAMED;
  return (
    <>
      {of.slice(0, MOST_NAMED).map((label, place) => (
        <Fragment key={label}>
          {place > 0 && ', '}
          <AgentText text={label} limit={LABEL_SHOWN} />
        </Fragment>
      ))}
      {more > 0 && ` and ${more} more`}
    </>
  );
}
