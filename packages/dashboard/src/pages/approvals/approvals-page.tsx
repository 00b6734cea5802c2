import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Approvals" />
      <EmptyState title="Nobody waits for you">
        Calls that a policy holds for a person appear here. Approving one lets exactly that call run.
      </EmptyState>
    </>
  );
}
