import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Live" />
      <EmptyState title="Nothing is happening yet" command="writ up">
        Decisions appear here as agents ask for what they may do.
      </EmptyState>
    </>
  );
}
