/** One's own API tokens: shown once when they are made, and never again. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, useMe } from '../../../api/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ChecksField,
  ConfirmDialog,
  EmptyState,
  FormDialog,
  Id,
  PlainTable,
  Secret,
  Section,
  SelectField,
  TextField,
  Time,
} from '../../../ui/index.ts';
import { type Token, TOKENS } from '../data.ts';
import { ROLES } from '../roles.ts';
import { Loaded } from './loaded.tsx';

export function Tokens(): ReactNode {
  const queries = useQueryClient();
  const tokens = useQuery(TOKENS);
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token>();
  const now = Date.now();
  const make = <Button onClick={() => setMaking(true)}>Make a token</Button>;
  return (
    <div className="p-4">
      <Loaded query={tokens} what="your tokens">
        {(rows) =>
          rows.length === 0 ? (
            <>
              <EmptyState title="You have no API token" command={`writ login ${location.origin}`}>
                Programs and the command line act as you with one, with your roles or fewer.
              </EmptyState>
              <p className="text-center">{make}</p>
            </>
          ) : (
            <Section title="Your API tokens" note="Without their secrets." actions={make}>
              <PlainTable
                label="Your API tokens"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { header: 'Name', cell: ({ name }) => <AgentText text={name} limit={80} /> },
                  {
                    header: 'May',
                    cell: ({ roles }) => (
                      <span className="inline-flex gap-1">
                        {roles.map((role) => (
                          <Badge key={role}>{role}</Badge>
                        ))}
                      </span>
                    ),
                  },
                  { header: 'Made', cell: ({ created }) => <Time at={created} /> },
                  {
                    header: 'Ends',
                    cell: ({ expires }) => (
                      <span className={expires < now ? 'text-ink-3' : ''}>
                        <Time at={expires} />
                      </span>
                    ),
                  },
                  { header: 'Id', cell: ({ id }) => <Id id={id} label="token" /> },
                  {
                    header: '',
                    cell: (one) => (
                      <Button kind="quiet" className="h-6 px-2" onClick={() => setRevoking(one)}>
                        Revoke
                      </Button>
                    ),
                  },
                ]}
              />
            </Section>
          )
        }
      </Loaded>
      {isMaking && <MakeToken onClose={() => setMaking(false)} />}
      <ConfirmDialog
        isOpen={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={
          <>
            Revoke <AgentText text={revoking?.name ?? ''} limit={80} />?
          </>
        }
        verb="Revoke"
        isDangerous
        reason="none"
        onConfirm={async () => {
          await answered(
            api.DELETE('/v1/api-tokens/{token}', { params: { path: { token: revoking?.id ?? '' } } }),
          );
          await queries.invalidateQueries({ queryKey: ['api_tokens'] });
        }}
      >
        <p className="text-sm">The next call with it is refused. It cannot be brought back.</p>
      </ConfirmDialog>
    </div>
  );
}

function MakeToken({ onClose }: { readonly onClose: () => void }): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const own = ROLES.filter((role) => me?.roles.includes(role) === true);
  const [name, setName] = useState('');
  const [days, setDays] = useState('30');
  const [roles, setRoles] = useState<readonly string[]>(own);
  const [token, setToken] = useState<string>();
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="Make an API token"
      verb="Make"
      onSubmit={async () => {
        const made = await answered(
          api.POST('/v1/api-tokens', {
            body: { name, roles: ROLES.filter((role) => roles.includes(role)), days: Number(days) },
          }),
        );
        setToken(made.token);
        await queries.invalidateQueries({ queryKey: ['api_tokens'] });
      }}
      {...(token === undefined
        ? {}
        : {
            done: (
              <>
                <p className="text-ink-2">
                  The token is shown this once. Whoever has it acts as you, until it ends or you revoke it.
                </p>
                <Secret label="Token" text={token} />
                <Secret label="Command" text={`writ login ${location.origin}`} />
              </>
            ),
          })}
    >
      {(wrong) => (
        <>
          <TextField
            label="Name"
            hint="What it is for."
            value={name}
            onChange={setName}
            isRequired
            longest={120}
            wrong={wrong('/name')}
          />
          <ChecksField
            label="May act as"
            hint="Yours, or fewer."
            options={own.map((role) => [role, role])}
            values={roles}
            onChange={setRoles}
          />
          <SelectField
            label="Good for"
            value={days}
            onChange={setDays}
            options={[
              ['1', 'a day'],
              ['30', '30 days'],
              ['90', '90 days'],
              ['365', 'a year'],
            ]}
          />
        </>
      )}
    </FormDialog>
  );
}
