import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Alerts" />
      <EmptyState
        title="No alert was raised"
        command=" nodes that fall silent, stops that were placed, roll-outs that were halted."
      >
        What needs somebody appears here
      </EmptyState>
    </>
  );
}
