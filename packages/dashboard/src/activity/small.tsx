/** What one agent or tool did in a day, on its own page. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { hasRole, useMe } from '../api/index.ts';
import { PageLink } from '../router/index.ts';
import { ErrorState, Skeleton } from '../ui/index.ts';
import { activityQuery, decisionsIn } from './activity.ts';
import { ActivityCharts } from './charts.tsx';

/** Whose: one of both. */
export interface SmallActivityProps {
  readonly agent?: string;
  readonly tool?: string;
}

export function SmallActivity({ agent, tool }: SmallActivityProps): ReactNode {
  const whose = { agent, tool };
  const { data, error, refetch } = useQuery(activityQuery('24h', whose));
  const mayAudit = hasRole(useMe(), 'admin', 'auditor');
  if (data === undefined)
    return error === null ? (
      <Skeleton rows={3} label="Loading activity" />
    ) : (
      <ErrorState what="its activity" problem={error} onRetry={() => void refetch()} />
    );
  const search = { ...(agent === undefined ? {} : { agent }), ...(tool === undefined ? {} : { tool }) };
  return (
    <div className="space-y-2">
      {decisionsIn(data.whole) === 0 ? (
        <p className="text-sm text-ink-3">
          No decision in the last 24 hours, as far as nodes disclose whose they are (
          <code>plane.discloses</code> in <code>writ.yaml</code>).
        </p>
      ) : (
        <div className="grid gap-3 [grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr))]">
          <ActivityCharts activity={data} whose={whose} mayAudit={mayAudit} only={['decisions', 'denials']} />
        </div>
      )}
      <PageLink to="/activity" search={search} className="link text-sm">
        More in Activity
      </PageLink>
    </div>
  );
}
