import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Settings" />
      <EmptyState title="Nothing to set yet">
        People, teams, channels and keys are administered here.
      </EmptyState>
    </>
  );
}
