import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Fleet" />
      <EmptyState title="No node is enrolled" command="writ enroll">
        Machines that enforce appear here, with their version, their policy and their lag.
      </EmptyState>
    </>
  );
}
