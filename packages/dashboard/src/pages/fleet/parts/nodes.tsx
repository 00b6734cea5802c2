/** The nodes, those that need a look first. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AgentName, useTeams } from '../../../directory/index.ts';
import { useSearchWords } from '../../../router/index.ts';
import {
  AgentText,
  Badge,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  FilterChoice,
  Id,
  markedText,
  Time,
  type Tone,
} from '../../../ui/index.ts';
import type { Alert, Node } from '../data.ts';
import { type Given, type Standing, STANDING_WORDS, STANDINGS } from '../standing.ts';

/** A node with what is known of it. */
export interface NodeRow {
  readonly node: Node;
  readonly given: Given;
  readonly standing: Standing;
  /** Open ones that are about it. */
  readonly alerts: readonly Alert[];
}

export const STANDING_TONES: Readonly<Record<Standing, Tone>> = {
  suspended: 'bad',
  silent: 'caution',
  gap: 'bad',
  lenient: 'caution',
  behind: 'bad',
  own: 'neutral',
  enforcing: 'good',
};

const NONE = <span className="text-ink-3">–</span>;

const COLUMNS: readonly Column<NodeRow>[] = [
  {
    id: 'name',
    header: 'Node',
    width: 'minmax(130px, 1.4fr)',
    cell: ({ node }) => (
      <span className="font-medium">
        <AgentText text={node.name} limit={60} />
      </span>
    ),
  },
  {
    id: 'standing',
    header: 'State',
    width: '120px',
    cell: ({ standing }) => <Badge tone={STANDING_TONES[standing]}>{STANDING_WORDS[standing]}</Badge>,
  },
  {
    id: 'heard',
    header: 'Heard of',
    width: '80px',
    cell: ({ node: { live } }) =>
      live?.lastHeartbeat === undefined ? (
        <span className="text-ink-3">never</span>
      ) : (
        <Time at={live.lastHeartbeat} />
      ),
  },
  {
    id: 'alerts',
    header: 'Alerts',
    width: '52px',
    isNumber: true,
    cell: ({ alerts }) =>
      alerts.length === 0 ? NONE : <span className="font-medium text-deny">{alerts.length}</span>,
  },
  { id: 'environment', header: 'Environment', width: '88px', cell: ({ node }) => node.environment },
  {
    id: 'agent',
    header: 'Agent',
    width: 'minmax(80px, 1fr)',
    cell: ({ node }) => (node.agent === undefined ? NONE : <AgentName id={node.agent} />),
  },
  {
    id: 'mode',
    header: 'Mode',
    width: '100px',
    // What a node says of itself stands before what it was given.
    cell: ({ node: { live }, given }) =>
      live?.mode === 'audit' || live?.mode === 'permissive' ? (
        <span className="font-medium text-step-up">{live.mode}</span>
      ) : (
        given.mode
      ),
  },
  {
    id: 'policies',
    header: 'Policies',
    width: '104px',
    cell: ({ node: { live } }) =>
      live?.policyHash === undefined ? NONE : <Id id={live.policyHash} label="hash of the policies" />,
  },
  {
    id: 'version',
    header: 'Version',
    width: '52px',
    cell: ({ node: { live } }) =>
      live?.softwareVersion === undefined ? NONE : <AgentText text={live.softwareVersion} limit={20} />,
  },
  {
    id: 'lag',
    header: 'Lag',
    width: '44px',
    isNumber: true,
    cell: ({ node: { live } }) => (live === undefined ? NONE : live.lag.toLocaleString('en')),
  },
  {
    id: 'missing',
    header: 'Missing',
    width: '56px',
    isNumber: true,
    cell: ({ node: { live } }) => {
      const missing = (live?.omissions.entries ?? 0) + (live?.omissions.evidence ?? 0);
      return missing === 0 ? '0' : <span className="font-medium text-deny">{missing}</span>;
    },
  },
];

export function Nodes({
  rows,
  query: { error, refetch },
  openKey,
  onOpen,
}: {
  readonly rows: readonly NodeRow[] | undefined;
  readonly query: UseQueryResult;
  readonly openKey: string | undefined;
  readonly onOpen: (node: string) => void;
}): ReactNode {
  const teams = useTeams();
  const { environment, team, state } = useSearchWords();
  const environments = [...new Set(rows?.map(({ node }) => node.environment) ?? [])].toSorted();
  const wanted = rows
    ?.filter(
      ({ node, standing }) =>
        (environment === undefined || node.environment === environment) &&
        (team === undefined || node.team === team) &&
        (state === undefined || standing === state),
    )
    .toSorted((one, other) => STANDINGS.indexOf(one.standing) - STANDINGS.indexOf(other.standing));
  return (
    <>
      <FilterBar label="Filters of the nodes">
        <FilterChoice
          name="state"
          label="State"
          options={STANDINGS.map((one) => [one, STANDING_WORDS[one]])}
        />
        <FilterChoice
          name="environment"
          label="Environment"
          options={environments.map((one) => [one, one])}
        />
        <FilterChoice
          name="team"
          label="Team"
          options={teams.map(({ id, name }) => [id, markedText(name)])}
        />
      </FilterBar>
      <DataTable
        what="nodes"
        columns={COLUMNS}
        rows={wanted}
        keyOf={({ node }) => node.id}
        openKey={openKey}
        onOpen={({ node }) => onOpen(node.id)}
        problem={error}
        onRetry={() => void refetch()}
        empty={
          rows !== undefined && rows.length > 0 ? (
            <EmptyState title="No node is like that">Clear the filters to see the others.</EmptyState>
          ) : (
            <EmptyState title="No node is enrolled" command={`writ enroll ${location.origin} --code-stdin`}>
              A node is a gateway or a hook that judges calls where agents run. An administrator makes a code
              here; the command makes a data folder a node with it.
            </EmptyState>
          )
        }
      />
    </>
  );
}
