/** People: who they are, what they may do, and the link with which somebody comes in for the first time. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { hasRole, useMe } from '../../../api/index.ts';
import { PEOPLE, type Person, TeamName } from '../../../directory/index.ts';
import { useSearchWords, useSetSearch } from '../../../router/index.ts';
import {
  AgentText,
  Badge,
  Button,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  FilterChoice,
  FilterText,
  type Tone,
} from '../../../ui/index.ts';
import { ROLES } from '../roles.ts';
import { AddPerson } from './person-form.tsx';
import { PersonPanel } from './person-panel.tsx';

const STATES: Readonly<Record<Person['status'], Tone>> = {
  invited: 'accent',
  active: 'good',
  suspended: 'bad',
};

export function PeopleSettings(): ReactNode {
  const me = useMe();
  const people = useQuery(PEOPLE);
  const { open, role, name, state } = useSearchWords();
  const set = useSetSearch();
  const [isAdding, setAdding] = useState(false);
  const rows = people.data?.filter(
    (person) =>
      (role === undefined || person.roles.some((one) => one === role)) &&
      (state === undefined || person.status === state) &&
      (name === undefined || person.name.toLowerCase().includes(name.toLowerCase())),
  );
  const opened = people.data?.find(({ id }) => id === open);
  const columns: readonly Column<Person>[] = [
    {
      id: 'name',
      header: 'Name',
      width: 'minmax(140px, 1fr)',
      cell: (person) => (
        <span className="font-medium">
          <AgentText text={person.name} limit={80} />
          {person.id === me?.id && <span className="font-normal text-ink-3"> you</span>}
        </span>
      ),
    },
    {
      id: 'email',
      header: 'Address',
      width: 'minmax(140px, 1.2fr)',
      cell: ({ email }) =>
        email === undefined ? <span className="text-ink-3">–</span> : <AgentText text={email} limit={80} />,
    },
    {
      id: 'roles',
      header: 'Roles',
      width: 'minmax(120px, 0.8fr)',
      cell: ({ roles }) =>
        roles.length === 0 ? (
          <span className="text-ink-3">none</span>
        ) : (
          <span className="inline-flex gap-1">
            {roles.map((one) => (
              <Badge key={one} tone={one === 'admin' ? 'accent' : 'neutral'}>
                {one}
              </Badge>
            ))}
          </span>
        ),
    },
    {
      id: 'teams',
      header: 'Teams',
      width: 'minmax(100px, 0.8fr)',
      cell: ({ teams }) =>
        teams.map((team, at) => (
          <span key={team}>
            {at > 0 && ', '}
            <TeamName id={team} />
          </span>
        )),
    },
    {
      id: 'status',
      header: 'State',
      width: '90px',
      cell: ({ status }) => <Badge tone={STATES[status]}>{status}</Badge>,
    },
  ];
  return (
    <>
      <FilterBar label="Filters of the people">
        <FilterText name="name" label="Name" placeholder="part of it" />
        <FilterChoice name="role" label="Role" options={ROLES.map((one) => [one, one])} />
        <FilterChoice
          name="state"
          label="State"
          options={(['invited', 'active', 'suspended'] as const).map((one) => [one, one])}
        />
        {hasRole(me, 'admin') && (
          <Button className="ml-auto h-7" onClick={() => setAdding(true)}>
            Add a person
          </Button>
        )}
      </FilterBar>
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-64 min-w-0 flex-1 flex-col">
          <DataTable
            what="people"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            openKey={open}
            onOpen={({ id }) => set({ open: id })}
            problem={people.error}
            onRetry={() => void people.refetch()}
            empty={<EmptyState title="Nobody is like that">Clear the filters to see the others.</EmptyState>}
          />
        </div>
        {opened !== undefined && (
          <PersonPanel key={opened.id} person={opened} onClose={() => set({ open: undefined })} />
        )}
      </div>
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
    </>
  );
}
