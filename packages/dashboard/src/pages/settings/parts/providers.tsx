/** Identity providers, as the server's file configures them: to look at, not to change. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { TeamName } from '../../../directory/index.ts';
import {
  AgentText,
  Badge,
  EmptyState,
  Facts,
  Nothing,
  PlainTable,
  Section,
  Time,
} from '../../../ui/index.ts';
import { PROVIDERS } from '../data.ts';
import { Loaded } from './loaded.tsx';

export function Providers(): ReactNode {
  const providers = useQuery(PROVIDERS);
  return (
    <div className="space-y-4 p-4">
      <Loaded query={providers} what="identity providers">
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="People sign in with passkeys alone">
              An identity provider is configured in <code>writ-server.yaml</code>, under{' '}
              <code>identityProviders</code>, by whoever runs the server; what a group there gives a role here
              is shown then.
            </EmptyState>
          ) : (
            <>
              <p className="text-sm text-ink-3">
                Configured in <code>writ-server.yaml</code> by whoever runs the server; nothing here changes
                it.
              </p>
              {rows.map((provider) => (
                <Section
                  key={provider.id}
                  title={<AgentText text={provider.name} limit={80} />}
                  note={
                    provider.failingSince === undefined ? (
                      <Badge tone="good">answers</Badge>
                    ) : (
                      <>
                        <Badge tone="bad">{provider.isOut ? 'is out' : 'does not answer'}</Badge> since{' '}
                        <Time at={provider.failingSince} />
                      </>
                    )
                  }
                >
                  <Facts
                    rows={[
                      ['Issuer', <AgentText key="issuer" text={provider.issuer} limit={500} />],
                      ['Client', <AgentText key="client" text={provider.clientId} limit={255} />],
                      ['Signatures', provider.algorithms.join(', ')],
                      ['Claim of groups', <code key="claim">{provider.groupsClaim}</code>],
                      [
                        'New people',
                        provider.createPeople
                          ? 'come in by signing in, where a group gives them a role'
                          : 'are invited first',
                      ],
                      [
                        'Invited people',
                        provider.linkByVerifiedEmail
                          ? 'are known by an address that the provider verified'
                          : 'are not known by their address',
                      ],
                    ]}
                  />
                  {provider.groups.length === 0 ? (
                    <Nothing>No group of it gives anything here; roles are given by administrators.</Nothing>
                  ) : (
                    <PlainTable
                      label="What its groups give"
                      rows={provider.groups}
                      keyOf={({ group }) => group}
                      columns={[
                        {
                          header: 'Group there',
                          cell: ({ group }) => <AgentText text={group} limit={120} />,
                        },
                        { header: 'Roles here', cell: ({ roles }) => roles.join(', ') || '–' },
                        {
                          header: 'Teams',
                          cell: ({ teams }) =>
                            teams.map((team) => (
                              <span key={team} className="mr-2">
                                <TeamName id={team} />
                              </span>
                            )),
                        },
                        {
                          header: 'Groups',
                          cell: ({ groups }) => <AgentText text={groups.join(', ') || '–'} />,
                        },
                      ]}
                    />
                  )}
                </Section>
              ))}
            </>
          )
        }
      </Loaded>
    </div>
  );
}
