import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Policies" />
      <EmptyState title="No policy has been sent" command="writ policy push">
        Versions of policies appear here, with their tests, their reviews and their roll-outs.
      </EmptyState>
    </>
  );
}
