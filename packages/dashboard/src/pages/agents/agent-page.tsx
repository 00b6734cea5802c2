/** One agent: can I trust it? Who answers for it, what it may do, what it did, who approved that, and what changed. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense, useState } from 'react';
import { SmallActivity } from '../../activity/index.ts';
import { hasRole, useMe } from '../../api/index.ts';
import { STOPS_IN_FORCE } from '../../control/index.ts';
import { PageLink, useParam } from '../../router/index.ts';
import { AgentText, ErrorState, PageHead, Skeleton, Tabs, useTitle } from '../../ui/index.ts';
import { agentPageQuery, agentQuery, refusalsQuery } from './data.ts';
import {
  Actions,
  Activity,
  AgentStatus,
  Approvals,
  Changes,
  May,
  Nodes,
  Refusals,
  Registration,
  Scope,
  StopState,
} from './parts/index.ts';
import { stopsOf } from './scope.ts';

export function Page(): ReactNode {
  const id = useParam('agent');
  const me = useMe();
  const agent = useQuery(agentQuery(id));
  const page = useQuery(agentPageQuery(id));
  const mayAudit = hasRole(me, 'admin', 'auditor');
  const refusals = useQuery(refusalsQuery(mayAudit ? agent.data?.data.name : undefined));
  const stops = useQuery(STOPS_IN_FORCE).data ?? [];
  const [isAsking, ask] = useState<'kill' | 'suspend' | 'enrol' | 'change' | 'review' | 'remove'>();
  useTitle('Agent');
  if (agent.data === undefined)
    return agent.error === null ? (
      <>
        <PageHead title="Agent" />
        <Skeleton label="Loading the agent" />
      </>
    ) : (
      <>
        <PageHead title="Agent" />
        <ErrorState
          what="the agent"
          problem={agent.error}
          works="The list of agents may still work."
          onRetry={() => void agent.refetch()}
        />
      </>
    );
  const { data } = agent.data;
  const holding = stopsOf(data, stops);
  const nodes = page.data?.nodes ?? [];
  return (
    <>
      <PageHead
        title={
          <span className="flex min-w-0 flex-wrap items-center gap-2">
            <PageLink to="/agents" className="font-normal text-ink-3 hover:text-ink">
              Agents
            </PageLink>
            <span aria-hidden="true" className="text-ink-3">
              /
            </span>
            <AgentText text={data.name} limit={120} />
            <AgentStatus agent={data} stops={holding} />
          </span>
        }
        actions={<Actions agent={agent.data} nodes={nodes} stops={holding} asking={isAsking} ask={ask} />}
      />
      {holding.length > 0 && (
        <div className="space-y-3 px-4 pt-4 pb-2">
          {holding.map((stop) => (
            <StopState key={stop.id} stop={stop} />
          ))}
        </div>
      )}
      {data.status !== 'active' && (
        <p className="mx-4 mt-4 rounded-md bg-deny-ground px-4 py-2 text-sm text-deny">
          {data.status === 'removed'
            ? 'It was removed, and acts no more'
            : 'It is suspended: its calls are denied'}
          {data.reason !== undefined && (
            <>
              : “<AgentText text={data.reason} limit={500} />”
            </>
          )}
        </p>
      )}
      <Tabs
        label="Parts of the agent"
        tabs={[
          {
            id: 'overview',
            label: 'Overview',
            content: (
              <div className="grid min-w-0 items-start gap-4 p-4 xl:grid-cols-2">
                <Registration agent={data} />
                <Scope agent={data} page={page} />
                <May page={page} />
                <Nodes page={page} onEnrol={hasRole(me, 'admin') ? () => ask('enrol') : undefined} />
              </div>
            ),
          },
          {
            id: 'did',
            label: 'What it did',
            content: (
              <div className="space-y-4 p-4">
                <Suspense fallback={<Skeleton rows={3} label="Loading activity" />}>
                  <SmallActivity agent={data.name} />
                </Suspense>
                <Refusals receipts={refusals.data} problem={refusals.error} mayAudit={mayAudit} />
                <Activity page={page} name={data.name} />
              </div>
            ),
          },
          { id: 'approvals', label: 'Who approved', content: <Approvals page={page} name={data.name} /> },
          { id: 'changes', label: 'What changed', content: <Changes page={page} /> },
        ]}
      />
    </>
  );
}
