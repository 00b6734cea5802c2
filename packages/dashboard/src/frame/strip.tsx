/** The strip across the frame: what everybody here must know before they believe a page. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered, api } from '../api/index.ts';
import { PageLink } from '../router/index.ts';
import { Time } from '../ui/index.ts';

/** Asked again in case no event said it, in milliseconds. */
const AGAIN_MS = 60_000;
/** As often as nodes speak; no event tells of it. */
const MODES_MS = 10_000;

export function Strip(): ReactNode {
  const emergencies = useQuery({
    queryKey: ['emergencies', 'strip'],
    queryFn: () => answered(api.GET('/v1/emergencies', { params: { query: { limit: 200 } } })),
    refetchInterval: AGAIN_MS,
  });
  const rollouts = useQuery({
    queryKey: ['rollouts', 'strip'],
    queryFn: () => answered(api.GET('/v1/rollouts', { params: { query: { limit: 200 } } })),
    refetchInterval: AGAIN_MS,
  });
  const modes = useQuery({
    queryKey: ['nodes', 'modes'],
    queryFn: () => answered(api.GET('/v1/fleet/modes')),
    refetchInterval: MODES_MS,
  });
  const { audit = 0, permissive = 0 } = modes.data ?? {};
  const now = Date.now();
  const open = (emergencies.data?.items ?? []).filter(({ status }) => status === 'open');
  const current = open.find(({ until }) => until > now);
  const trials = (rollouts.data?.items ?? []).filter(({ candidate }) => candidate !== undefined);
  return (
    <div aria-label="What everybody must know" role="region" className="contents">
      {current !== undefined && (
        <Line tone="bg-deny text-on-deny">
          Emergency access is in use; it ends <Time at={current.until} />.{' '}
          <PageLink to="/settings" search={{ tab: 'emergency' }} className="underline">
            Look at it
          </PageLink>
        </Line>
      )}
      {current === undefined && open.length > 0 && (
        <Line tone="bg-step-up-ground text-step-up">
          {open.length === 1 ? 'An emergency access waits' : `${open.length} emergency accesses wait`} for
          review.{' '}
          <PageLink to="/settings" search={{ tab: 'emergency' }} className="underline">
            Review
          </PageLink>
        </Line>
      )}
      {audit + permissive > 0 && (
        <Line tone="bg-step-up-ground text-step-up">
          {audit > 0 && `${counted(audit)} in audit: what policies refuse there runs all the same. `}
          {permissive > 0 && `${counted(permissive)} permissive: what no policy names runs there. `}
          <PageLink to="/fleet" search={{ state: 'lenient' }} className="underline">
            Which
          </PageLink>
        </Line>
      )}
      {trials.length > 0 && (
        <Line tone="bg-step-up-ground text-step-up">
          {trials
            .map(({ environment, candidate }) =>
              candidate?.stage === 'shadow'
                ? `${environment} tries a policy in shadow: it denies nothing yet`
                : `${environment} tries a policy on ${candidate?.share ?? 0} % of its agents`,
            )
            .slice(0, 3)
            .join(' · ')}
          .{' '}
          <PageLink to="/policies" search={{ tab: 'rollouts' }} className="underline">
            Roll-outs
          </PageLink>
        </Line>
      )}
    </div>
  );
}

function counted(nodes: number): string {
  return nodes === 1 ? 'One node is' : `${nodes.toLocaleString('en')} nodes are`;
}

function Line({ tone, children }: { readonly tone: string; readonly children: ReactNode }): ReactNode {
  return <p className={`px-4 py-1 text-center text-xs font-medium ${tone}`}>{children}</p>;
}
