/** The way to a session, by its id, which a node wrote. */
import type { ReactNode } from 'react';
import { PageLink } from '../router/index.ts';
import { AgentText } from '../ui/index.ts';

const MOST_SHOWN = 80;

export function SessionLink({
  session,
  at,
  children,
}: {
  readonly session: string;
  /** Receipt of a decision in it, a ULID: the step that is shown first. */
  readonly at?: string;
  /** In place of its id. */
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <PageLink to="/sessions/$session" params={{ session }} search={at === undefined ? {} : { at }}>
      {children ?? <AgentText text={session} limit={MOST_SHOWN} />}
    </PageLink>
  );
}
