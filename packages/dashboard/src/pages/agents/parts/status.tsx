/** How an agent stands: what holds it counts before what it is registered as. */
import type { ReactNode } from 'react';
import type { Stop } from '../../../control/index.ts';
import type { Agent } from '../../../directory/index.ts';
import { Badge } from '../../../ui/index.ts';

const HELD: Readonly<Record<string, string>> = {
  agent: 'killed',
  team: 'team killed',
  all: 'all killed',
};

export function AgentStatus({
  agent: { status, isReviewDue },
  stops,
}: {
  readonly agent: Pick<Agent, 'status' | 'isReviewDue'>;
  /** Those that hold it. */
  readonly stops: readonly Stop[];
}): ReactNode {
  const [stop] = stops;
  return (
    <span className="inline-flex gap-1">
      {stop !== undefined && <Badge tone="bad">{HELD[stop.scope] ?? 'stopped'}</Badge>}
      {status === 'suspended' && <Badge tone="bad">suspended</Badge>}
      {status === 'removed' && <Badge>removed</Badge>}
      {status === 'active' && stop === undefined && <Badge tone="good">active</Badge>}
      {isReviewDue && <Badge tone="caution">review due</Badge>}
    </span>
  );
}
