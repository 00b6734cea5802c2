/** Teams, and the groups that quorums ask for. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, answeredTagged, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { PersonName, type Team, TEAMS, useAgents, usePeople } from '../../../directory/index.ts';
import {
  AgentText,
  Button,
  ConfirmDialog,
  FormDialog,
  Id,
  Nothing,
  PlainTable,
  Section,
  TextField,
  Time,
} from '../../../ui/index.ts';
import { GROUPS } from '../data.ts';
import { Loaded } from './loaded.tsx';

export function Teams(): ReactNode {
  const me = useMe();
  const isAdmin = hasRole(me, 'admin');
  const teams = useQuery(TEAMS);
  const groups = useQuery(GROUPS);
  const people = usePeople();
  const agents = useAgents();
  const [asks, ask] = useState<'new' | { readonly what: 'name' | 'remove'; readonly team: Team }>();
  return (
    <div className="space-y-4 p-4">
      <Section
        title="Teams"
        note="Agents, nodes, people and channels can be of one."
        actions={isAdmin && <Button onClick={() => ask('new')}>Make a team</Button>}
      >
        <Loaded query={teams} what="teams">
          {(rows) =>
            rows.length === 0 ? (
              <Nothing>There is no team yet. Policies, stops and channels can be for one.</Nothing>
            ) : (
              <PlainTable
                label="Teams"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { header: 'Team', cell: ({ name }) => <AgentText text={name} limit={80} /> },
                  {
                    header: 'People',
                    isNumber: true,
                    cell: ({ id }) => people.filter(({ teams: of }) => of.includes(id)).length,
                  },
                  {
                    header: 'Agents',
                    isNumber: true,
                    cell: ({ id }) => agents.filter(({ team }) => team === id).length,
                  },
                  { header: 'Made', cell: ({ created }) => <Time at={created} /> },
                  { header: 'Id', cell: ({ id }) => <Id id={id} label="team" /> },
                  {
                    header: '',
                    cell: (team) =>
                      isAdmin && (
                        <span className="inline-flex gap-1">
                          <Button
                            kind="quiet"
                            className="h-6 px-2"
                            onClick={() => ask({ what: 'name', team })}
                          >
                            Rename
                          </Button>
                          <Button
                            kind="quiet"
                            className="h-6 px-2"
                            onClick={() => ask({ what: 'remove', team })}
                          >
                            Remove
                          </Button>
                        </span>
                      ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
      <Section title="Groups" note="Quorums of approvals ask for them; they are made by putting people in.">
        <Loaded query={groups} what="groups">
          {(rows) =>
            rows.length === 0 ? (
              <Nothing>Nobody is in a group.</Nothing>
            ) : (
              <PlainTable
                label="Groups"
                rows={rows}
                keyOf={({ name }) => name}
                columns={[
                  { header: 'Group', cell: ({ name }) => <AgentText text={name} limit={80} /> },
                  {
                    header: 'People',
                    cell: ({ people: of }) =>
                      of.map((id, at) => (
                        <span key={id}>
                          {at > 0 && ', '}
                          <PersonName id={id} />
                        </span>
                      )),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
      {asks === 'new' && <TeamForm onClose={() => ask(undefined)} />}
      {typeof asks === 'object' && asks.what === 'name' && (
        <TeamForm team={asks.team} onClose={() => ask(undefined)} />
      )}
      <RemoveTeam
        team={typeof asks === 'object' && asks.what === 'remove' ? asks.team : undefined}
        onClose={() => ask(undefined)}
      />
    </div>
  );
}

async function tagOf(team: string): Promise<string> {
  const { tag } = await answeredTagged(api.GET('/v1/teams/{team}', { params: { path: { team } } }));
  return tag;
}

function TeamForm({ team, onClose }: { readonly team?: Team; readonly onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState(team?.name ?? '');
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={team === undefined ? 'Make a team' : 'Rename the team'}
      verb={team === undefined ? 'Make' : 'Rename'}
      onSubmit={async () => {
        await (team === undefined
          ? answered(api.POST('/v1/teams', { body: { name } }))
          : answered(
              api.PATCH('/v1/teams/{team}', {
                params: { path: { team: team.id }, header: ifMatch(await tagOf(team.id)) },
                body: { name },
              }),
            ));
        await queries.invalidateQueries({ queryKey: ['teams'] });
        onClose();
      }}
    >
      {(wrong) => (
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          isRequired
          longest={120}
          wrong={wrong('/name')}
        />
      )}
    </FormDialog>
  );
}

function RemoveTeam({
  team,
  onClose,
}: {
  readonly team: Team | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      isOpen={team !== undefined}
      onClose={onClose}
      title={
        <>
          Remove the team <AgentText text={team?.name ?? ''} limit={80} />?
        </>
      }
      verb="Remove"
      isDangerous
      reason="none"
      onConfirm={async () => {
        if (team === undefined) return;
        await answered(
          api.DELETE('/v1/teams/{team}', {
            params: { path: { team: team.id }, header: ifMatch(await tagOf(team.id)) },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['teams'] });
      }}
    >
      <p className="text-sm">
        It is refused while a person, an agent, a node, a channel, a stop or a rule names it.
      </p>
    </ConfirmDialog>
  );
}
