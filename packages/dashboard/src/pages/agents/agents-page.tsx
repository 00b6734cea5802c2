/** Every agent: whose it is, what holds it, and when somebody is to look again. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { hasRole, useMe } from '../../api/index.ts';
import { STOPS_IN_FORCE } from '../../control/index.ts';
import { type Agent, AGENTS, PersonName, TeamName, usePeople, useTeams } from '../../directory/index.ts';
import { useGoTo, useSearchWords } from '../../router/index.ts';
import {
  AgentText,
  Button,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  FilterChoice,
  FilterText,
  markedText,
  PageHead,
  Time,
} from '../../ui/index.ts';
import { AgentStatus, RegisterDialog } from './parts/index.ts';
import { stopsOf } from './scope.ts';

export function Page(): ReactNode {
  const me = useMe();
  const goTo = useGoTo();
  const words = useSearchWords();
  const agents = useQuery(AGENTS);
  const stops = useQuery(STOPS_IN_FORCE).data ?? [];
  const teams = useTeams();
  const people = usePeople();
  const [isMaking, setMaking] = useState(false);
  const mayWork = hasRole(me, 'writer', 'admin');
  const rows = agents.data?.filter((agent) => isWanted(agent, words));
  const columns: readonly Column<Agent>[] = [
    {
      id: 'name',
      header: 'Agent',
      width: 'minmax(180px, 1.4fr)',
      cell: ({ name }) => (
        <span className="font-medium">
          <AgentText text={name} limit={80} />
        </span>
      ),
    },
    {
      id: 'status',
      header: 'State',
      width: '150px',
      cell: (agent) => <AgentStatus agent={agent} stops={stopsOf(agent, stops)} />,
    },
    {
      id: 'purpose',
      header: 'Purpose',
      width: 'minmax(180px, 2fr)',
      cell: ({ purpose }) => <AgentText text={purpose} limit={120} />,
    },
    {
      id: 'owner',
      header: 'Owner',
      width: 'minmax(110px, 0.8fr)',
      cell: ({ owner }) => <PersonName id={owner} />,
    },
    {
      id: 'team',
      header: 'Team',
      width: 'minmax(90px, 0.7fr)',
      cell: ({ team }) =>
        team === undefined ? <span className="text-ink-3">none</span> : <TeamName id={team} />,
    },
    { id: 'tools', header: 'Tools', width: '52px', isNumber: true, cell: ({ tools }) => tools.length },
    {
      id: 'review',
      header: 'Review due',
      width: '110px',
      cell: ({ reviewDue, isReviewDue }) => (
        <span className={isReviewDue ? 'font-medium text-step-up' : ''}>
          <Time at={reviewDue} />
        </span>
      ),
    },
  ];
  const isFiltered = Object.keys(words).length > 0;
  return (
    <>
      <PageHead
        title="Agents"
        actions={
          mayWork && (
            <Button kind="main" onClick={() => setMaking(true)}>
              Register an agent
            </Button>
          )
        }
      >
        {agents.data === undefined
          ? 'Can I trust them?'
          : `${rows?.length === agents.data.length ? '' : `${rows?.length ?? 0} of `}${agents.data.length} registered`}
      </PageHead>
      <FilterBar label="Filters of the agents">
        <FilterText name="name" label="Name" placeholder="part of it" />
        <FilterChoice
          name="status"
          label="State"
          options={[
            ['active', 'active'],
            ['suspended', 'suspended'],
            ['removed', 'removed'],
          ]}
        />
        <FilterChoice
          name="team"
          label="Team"
          options={teams.map(({ id, name }) => [id, markedText(name)])}
        />
        <FilterChoice
          name="owner"
          label="Owner"
          options={people.map(({ id, name }) => [id, markedText(name)])}
        />
        <FilterChoice name="due" label="Review" options={[['true', 'due']]} />
      </FilterBar>
      <DataTable
        what="agents"
        columns={columns}
        rows={rows}
        keyOf={({ id }) => id}
        onOpen={({ id }) => goTo(`/agents/${id}`)}
        problem={agents.error}
        onRetry={() => void agents.refetch()}
        empty={
          isFiltered ? (
            <EmptyState title="No agent is like that">
              Clear the filters to see the others; agents that were removed are under “removed”.
            </EmptyState>
          ) : (
            <EmptyState title="No agent is registered" command="writ agents create -F name=billing-bot -F …">
              Agents appear here with what they may do and what they did. Register one: whose it is, what it
              is for, and which tools it was given. Then enrol the node that it runs behind.
            </EmptyState>
          )
        }
      />
      {isMaking && (
        <RegisterDialog onClose={() => setMaking(false)} onDone={(agent) => goTo(`/agents/${agent}`)} />
      )}
    </>
  );
}

function isWanted(agent: Agent, words: Readonly<Record<string, string>>): boolean {
  const { name, status, team, owner, due } = words;
  return (
    (status === undefined ? agent.status !== 'removed' : agent.status === status) &&
    (name === undefined || agent.name.toLowerCase().includes(name.toLowerCase())) &&
    (team === undefined || agent.team === team) &&
    (owner === undefined || agent.owner === owner) &&
    (due === undefined || agent.isReviewDue)
  );
}
