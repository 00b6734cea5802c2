/** Stops an agent, a team, a server, a tool or everything: what it will do is written out before. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api } from '../../../api/index.ts';
import { oneLine } from '../../../control/index.ts';
import { useAgents, useTeams } from '../../../directory/index.ts';
import { AgentText, ConfirmDialog, markedText, SelectField, TextField } from '../../../ui/index.ts';

const SCOPES = [
  ['agent', 'an agent'],
  ['team', 'a team'],
  ['server', 'a server'],
  ['tool', 'a tool'],
  ['all', 'everything'],
] as const;
type Scope = (typeof SCOPES)[number][0];

export function PlaceStop({ onClose }: { readonly onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const agents = useAgents().filter(({ status }) => status !== 'removed');
  const teams = useTeams();
  const [scope, setScope] = useState<Scope>('agent');
  const [target, setTarget] = useState('');
  const named = scope === 'team' ? (teams.find(({ id }) => id === target)?.name ?? '') : target;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title="Kill what?"
      verb="Kill"
      isDangerous
      onConfirm={async (reason) => {
        await answered(
          api.POST('/v1/stops', {
            body: {
              scope,
              target: scope === 'all' ? '*' : target.trim(),
              reason: 'manual',
              words: oneLine(reason),
            },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['stops'] });
      }}
    >
      <div className="text-ink">
        <SelectField
          label="What"
          value={scope}
          options={SCOPES}
          onChange={(next) => {
            setScope(SCOPES.find(([one]) => one === next)?.[0] ?? 'agent');
            setTarget('');
          }}
        />
        {scope === 'agent' && (
          <SelectField
            label="Which agent"
            value={target}
            onChange={setTarget}
            options={agents.map(({ name }) => [name, markedText(name)])}
            none="choose one"
            isRequired
          />
        )}
        {scope === 'team' && (
          <SelectField
            label="Which team"
            value={target}
            onChange={setTarget}
            options={teams.map(({ id, name }) => [id, markedText(name)])}
            none="choose one"
            isRequired
          />
        )}
        {(scope === 'server' || scope === 'tool') && (
          <TextField
            label={scope === 'server' ? 'Name of the server' : 'Name of the tool'}
            hint={scope === 'server' ? 'As receipts say it.' : 'server/tool, as receipts say it.'}
            value={target}
            onChange={setTarget}
            isRequired
            longest={512}
          />
        )}
      </div>
      <p className="mt-3 text-sm">
        Every next call {scope === 'all' ? <strong>of every agent</strong> : scopeWords(scope)}
        {scope !== 'all' && named !== '' && (
          <>
            {' '}
            <strong>
              <AgentText text={named} limit={160} />
            </strong>
          </>
        )}{' '}
        is denied on every node, whatever policy says; calls that run are ended. It lasts until an
        administrator lifts it.
      </p>
    </ConfirmDialog>
  );
}

function scopeWords(scope: Exclude<Scope, 'all'>): string {
  switch (scope) {
    case 'agent':
      return 'of the agent';
    case 'team':
      return 'of every agent of the team';
    case 'server':
      return 'to the server';
    case 'tool':
      return 'to the tool';
    default:
      return scope satisfies never;
  }
}
