/** How far a version is, in words. */
import type { ReactNode } from 'react';
import { Badge } from '../../ui/index.ts';
import type { PolicyVersion } from './policy-data.ts';
import { type Standing, trackSaid } from './standing.ts';

export function VersionState({
  version: { status, missing },
  standings = [],
}: {
  readonly version: PolicyVersion;
  readonly standings?: readonly Standing[] | undefined;
}): ReactNode {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {status === 'in_review' && (
        <Badge tone="caution">
          in review{missing > 0 ? `, ${missing} ${missing === 1 ? 'approval' : 'approvals'} missing` : ''}
        </Badge>
      )}
      {status === 'rejected' && <Badge tone="bad">refused</Badge>}
      {status === 'approved' && standings.length === 0 && <Badge tone="accent">approved</Badge>}
      {standings.map((standing) => (
        <Badge
          key={`${standing.rollout} ${standing.stage}`}
          tone={standing.stage === 'in force' ? 'good' : 'accent'}
        >
          {standing.stage}
          {standing.stage === 'canary' ? ` ${standing.share} %` : ''}: {trackSaid(standing)}
        </Badge>
      ))}
    </span>
  );
}
