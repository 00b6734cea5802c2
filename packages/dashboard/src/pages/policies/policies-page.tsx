/** What would happen if? Versions of policies, and how far each is. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { PageLink, useGoTo, useSearchWords } from '../../router/index.ts';
import {
  AgentText,
  buttonClass,
  DataTable,
  EmptyState,
  FilterBar,
  FilterChoice,
  Id,
  PageHead,
  Time,
} from '../../ui/index.ts';
import {
  BUNDLES,
  MOST_LISTED,
  type PolicyVersion,
  ROLLOUTS,
  usePersonName,
  usePolicyRights,
  VERSIONS,
} from './policy-data.ts';
import { standingsOf } from './standing.ts';
import { VersionState } from './version-state.tsx';

const STATES = [
  ['in_review', 'in review'],
  ['approved', 'approved'],
  ['rejected', 'refused'],
] as const;

export function Page(): ReactNode {
  const { data: versions, error, refetch } = useQuery(VERSIONS);
  const { data: bundles = [] } = useQuery(BUNDLES);
  const { data: rollouts = [] } = useQuery(ROLLOUTS);
  const standings = useMemo(() => standingsOf(rollouts, bundles), [rollouts, bundles]);
  const { state } = useSearchWords();
  const { canWork } = usePolicyRights();
  const goTo = useGoTo();
  const nameOf = usePersonName();
  const rows = useMemo(
    () => versions?.filter(({ status }) => state === undefined || status === state),
    [versions, state],
  );
  const open = ({ id }: PolicyVersion): void => goTo(`/policies/${id}`);
  return (
    <>
      <PageHead
        title="Policies"
        actions={
          canWork && (
            <PageLink to="/policies/edit" className={buttonClass('main')}>
              {versions?.length === 0 ? 'Write the first' : 'Edit'}
            </PageLink>
          )
        }
      >
        Versions, the newest first. None of them changes any more.
      </PageHead>
      <FilterBar label="Narrow the versions">
        <FilterChoice name="state" label="State" options={STATES} />
      </FilterBar>
      <DataTable
        what="policy versions"
        rows={rows}
        keyOf={({ id }) => id}
        problem={error}
        onRetry={() => void refetch()}
        onOpen={open}
        tooMuch={
          (versions?.length ?? 0) >= MOST_LISTED
            ? 'Older ones: `writ policy versions` lists them all.'
            : undefined
        }
        empty={
          versions !== undefined && versions.length > 0 ? (
            <EmptyState title="No version is in that state" />
          ) : (
            <EmptyState title="No policy has been sent" command="writ policy push">
              Versions of policies appear here, with their tests, their reviews and their roll-outs.
            </EmptyState>
          )
        }
        columns={[
          {
            id: 'name',
            header: 'Policies',
            width: 'minmax(9rem, 1fr)',
            cell: ({ id, name }) => (
              <PageLink to={`/policies/${id}`} className="font-medium hover:underline">
                <AgentText text={name} limit={64} />
              </PageLink>
            ),
          },
          {
            id: 'hash',
            header: 'Content',
            width: '8.5rem',
            cell: ({ hash }) => <Id id={hash} label="hash" />,
          },
          {
            id: 'state',
            header: 'State',
            width: 'minmax(15rem, 1.6fr)',
            cell: (version) => <VersionState version={version} standings={standings.get(version.id)} />,
          },
          {
            id: 'tests',
            header: 'Tests',
            width: '6.5rem',
            isNumber: true,
            cell: ({ cases: { passed, failed } }) =>
              failed > 0 ? (
                <span className="text-deny">{failed} fail</span>
              ) : passed === 0 ? (
                <span className="text-ink-3">none</span>
              ) : (
                `${passed} pass`
              ),
          },
          {
            id: 'note',
            header: 'Note',
            width: 'minmax(8rem, 2fr)',
            cell: ({ note }) => (note === undefined ? null : <AgentText text={note} limit={120} />),
          },
          {
            id: 'by',
            header: 'By',
            width: 'minmax(6rem, 0.8fr)',
            cell: ({ authors }) => <AgentText text={nameOf(authors[0] ?? '')} limit={60} />,
          },
          { id: 'when', header: 'Sent', width: '6rem', cell: ({ created }) => <Time at={created} /> },
        ]}
      />
    </>
  );
}
