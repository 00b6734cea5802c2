/** Who approved what an agent asked for, and what was changed about it. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AgentName, PersonName } from '../../../directory/index.ts';
import { PageLink } from '../../../router/index.ts';
import {
  Badge,
  EmptyState,
  ErrorState,
  Id,
  PlainTable,
  Section,
  Skeleton,
  Time,
  type Tone,
} from '../../../ui/index.ts';
import type { AgentPage } from '../data.ts';

interface RecordProps {
  readonly page: UseQueryResult<AgentPage>;
}

const TONES: Readonly<Record<string, Tone>> = {
  approved: 'good',
  approve: 'good',
  denied: 'bad',
  deny: 'bad',
  waiting: 'caution',
};

export function Approvals({ page, name: _name }: RecordProps & { readonly name: string }): ReactNode {
  const { data, error, refetch } = page;
  const approvals = data?.approvals;
  if (data === undefined) return pending(error, 'its approvals', () => void refetch());
  if (approvals === undefined) return <NotYours />;
  if (approvals.length === 0)
    return (
      <EmptyState title="Nobody was asked about it">
        Calls that policy holds for a person (<code>@step_up</code>) appear here, with who answered what.
      </EmptyState>
    );
  return (
    <div className="p-4">
      <Section title="Who approved">
        <PlainTable
          label="Approvals"
          rows={approvals}
          keyOf={({ id }) => id}
          columns={[
            {
              header: 'Asked',
              cell: ({ id }) => (
                <span className="inline-flex items-center gap-2">
                  <Id id={id} label="approval" />
                  <PageLink to="/approvals" search={{ open: id }}>
                    open
                  </PageLink>
                </span>
              ),
            },
            {
              header: 'Came to',
              cell: ({ status }) => <Badge tone={TONES[status] ?? 'neutral'}>{status}</Badge>,
            },
            {
              header: 'Answers',
              cell: ({ answers }) =>
                answers.length === 0 ? (
                  <span className="text-ink-3">nobody answered</span>
                ) : (
                  <ul>
                    {answers.map(({ person, answer, at }) => (
                      <li key={`${person}${at}`} className="flex flex-wrap items-center gap-x-2">
                        <PersonName id={person} />
                        <Badge tone={TONES[answer] ?? 'neutral'}>{answer}</Badge>
                        <span className="text-ink-3">
                          <Time at={at} />
                        </span>
                      </li>
                    ))}
                  </ul>
                ),
            },
          ]}
        />
      </Section>
    </div>
  );
}

/** What each action of the control plane's log says of an agent. */
const WORDS: Readonly<Record<string, string>> = {
  'agents.create': 'registered it',
  'agents.change': 'changed what is registered',
  'agents.review': 'reviewed it',
  'agents.suspend': 'suspended it',
  'agents.resume': 'resumed it',
  'agents.remove': 'removed it',
};

export function Changes({ page }: RecordProps): ReactNode {
  const { data, error, refetch } = page;
  const changes = data?.changes;
  if (data === undefined) return pending(error, 'its changes', () => void refetch());
  if (changes === undefined) return <NotYours />;
  return (
    <div className="p-4">
      <Section title="What changed" note="Each is an entry of the control plane’s own log.">
        <PlainTable
          label="Changes"
          rows={changes}
          keyOf={({ index }) => String(index)}
          columns={[
            { header: 'When', cell: ({ at }) => <Time at={at} /> },
            {
              header: 'Who',
              cell: ({ by, actor }) =>
                by === undefined ? (
                  <span className="text-ink-3">{actor}</span>
                ) : actor === 'node' ? (
                  <AgentName id={by} />
                ) : (
                  <PersonName id={by} />
                ),
            },
            { header: 'What', cell: ({ action }) => WORDS[action] ?? <code>{action}</code> },
            {
              header: 'With',
              cell: ({ actor }) => <span className="text-ink-3">{WITH[actor] ?? actor}</span>,
            },
            { header: 'Entry', isNumber: true, cell: ({ index }) => index.toLocaleString('en') },
          ]}
        />
      </Section>
    </div>
  );
}

const WITH: Readonly<Record<string, string>> = {
  person: 'in a session',
  token: 'an API token',
  server: 'the server itself',
};

function NotYours(): ReactNode {
  return (
    <EmptyState title="The record is for administrators and auditors">
      An administrator of the organisation can give you the role that it takes.
    </EmptyState>
  );
}

function pending(problem: unknown, what: string, retry: () => void): ReactNode {
  return problem === null ? (
    <Skeleton label={`Loading ${what}`} />
  ) : (
    <ErrorState what={what} problem={problem} onRetry={retry} />
  );
}
