import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Log" />
      <EmptyState title="Nothing is recorded yet" command="writ up">
        Each decision of each node appears here, with its receipt and its proof.
      </EmptyState>
    </>
  );
}
