/** One alert by its address, as messages link to it. */
import { type ReactNode, useState } from 'react';
import { hasRole, useMe } from '../../api/index.ts';
import { PageLink, useParam } from '../../router/index.ts';
import { PageHead } from '../../ui/index.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { AlertDetails } from './alert-details.tsx';
import type { Alert } from './queries.ts';

export function Page(): ReactNode {
  const [asked, setAsked] = useState<Alert>();
  const mayWork = hasRole(useMe(), 'writer', 'admin');
  return (
    <>
      <PageHead title="Alert">
        <PageLink to="/alerts">All alerts</PageLink>
      </PageHead>
      <div className="max-w-3xl p-4">
        <h2 className="sr-only">What it says</h2>
        <AlertDetails id={useParam('alert')} onAcknowledge={mayWork ? setAsked : undefined} />
      </div>
      {asked !== undefined && <AcknowledgeDialog alert={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}
