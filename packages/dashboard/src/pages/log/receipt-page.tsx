/** One receipt as a page of its own: to be sent, and to be printed. */
import type { ReactNode } from 'react';
import { PageLink, useParam } from '../../router/index.ts';
import { PageHead } from '../../ui/index.ts';
import { NoReceipt, ReceiptBody } from './receipt-body.tsx';

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export function Page(): ReactNode {
  const id = useParam('receipt');
  return (
    <>
      <PageHead title="Receipt">
        <PageLink to="/log">All of the log</PageLink>
      </PageHead>
      <div className="max-w-3xl p-4">
        <h2 className="sr-only">What was recorded</h2>
        {ULID.test(id) ? <ReceiptBody key={id} id={id} /> : <NoReceipt />}
      </div>
    </>
  );
}
