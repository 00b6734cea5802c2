import type { ReactNode } from 'react';
import { EmptyState, PageHead } from '../../ui/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Tools" />
      <EmptyState title="No tool has been seen" command="writ up">
        Tools and servers appear here once a gateway has listed them, with their pinned definitions.
      </EmptyState>
    </>
  );
}
