/** One approval by its address, as messages link to it. */
import type { ReactNode } from 'react';
import { PageLink, useParam } from '../../router/index.ts';
import { PageHead } from '../../ui/index.ts';
import { ApprovalCard } from './card/index.ts';

export function Page(): ReactNode {
  return (
    <>
      <PageHead title="Approval">
        <PageLink to="/approvals">All that waits for you</PageLink>
      </PageHead>
      <ApprovalCard id={useParam('approval')} />
    </>
  );
}
