import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Agents" />
      <EmptyState title="No agent is registered" command="writ agents create">
        Agents that nodes work for appear here, with what they may do and what they did.
      </EmptyState>
    </>
  );
}
