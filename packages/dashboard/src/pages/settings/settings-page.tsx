/** Who may do what here? People and teams, one's own ways in, and what the organisation set for itself. */
import type { ReactNode } from 'react';
import { hasRole, useMe } from '../../api/index.ts';
import { PageHead, Tabs } from '../../ui/index.ts';
import {
  Appearance,
  Channels,
  EmergencySettings,
  PeopleSettings,
  Providers,
  ReviewRule,
  SignInSettings,
  Teams,
  Tokens,
} from './parts/index.ts';

export function Page(): ReactNode {
  const me = useMe();
  const mayAudit = hasRole(me, 'admin', 'auditor');
  return (
    <>
      <PageHead title="Settings">Who may do what here?</PageHead>
      <Tabs
        label="Parts of the settings"
        tabs={[
          { id: 'people', label: 'People', content: <PeopleSettings /> },
          { id: 'teams', label: 'Teams and groups', content: <Teams /> },
          { id: 'sign-in', label: 'My sign-in', content: <SignInSettings /> },
          { id: 'tokens', label: 'My API tokens', content: <Tokens /> },
          { id: 'channels', label: 'Channels', content: <Channels /> },
          { id: 'review', label: 'Review rule', content: <ReviewRule /> },
          ...(mayAudit ? [{ id: 'providers', label: 'Identity providers', content: <Providers /> }] : []),
          { id: 'emergency', label: 'Emergency access', content: <EmergencySettings /> },
          { id: 'appearance', label: 'Appearance', content: <Appearance /> },
        ]}
      />
    </>
  );
}
