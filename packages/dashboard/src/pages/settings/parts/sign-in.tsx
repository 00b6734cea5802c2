/** One's own ways in: passkeys, and sessions that last. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api } from '../../../api/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ConfirmDialog,
  FormDialog,
  Nothing,
  PlainTable,
  Section,
  TextField,
  Time,
  useToast,
} from '../../../ui/index.ts';
import { type Passkey, PASSKEYS, type Session, SESSIONS } from '../data.ts';
import { addPasskey } from '../passkey.ts';
import { Loaded } from './loaded.tsx';

export function SignInSettings(): ReactNode {
  const queries = useQueryClient();
  const toast = useToast();
  const passkeys = useQuery(PASSKEYS);
  const sessions = useQuery(SESSIONS);
  const [isAdding, setAdding] = useState(false);
  const [name, setName] = useState('');
  const [removing, setRemoving] = useState<Passkey>();
  const [ending, setEnding] = useState<Session>();
  return (
    <div className="space-y-4 p-4">
      <Section
        title="Passkeys"
        note="What you sign in with here; only the device holds the key."
        actions={<Button onClick={() => setAdding(true)}>Add a passkey</Button>}
      >
        <Loaded query={passkeys} what="your passkeys">
          {(rows) =>
            rows.length === 0 ? (
              <Nothing>You have none here: you sign in at an identity provider.</Nothing>
            ) : (
              <PlainTable
                label="Your passkeys"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { header: 'Name', cell: (one) => <AgentText text={one.name} limit={80} /> },
                  {
                    header: 'Kept',
                    cell: ({ isSynced }) =>
                      isSynced ? 'by your account, on several devices' : 'on one device',
                  },
                  { header: 'Added', cell: ({ created }) => <Time at={created} /> },
                  {
                    header: '',
                    cell: (one) => (
                      <Button kind="quiet" className="h-6 px-2" onClick={() => setRemoving(one)}>
                        Remove
                      </Button>
                    ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
      <Section title="Sessions" note="Where you are signed in; each ends by itself.">
        <Loaded query={sessions} what="your sessions">
          {(rows) => (
            <PlainTable
              label="Your sessions"
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                {
                  header: 'Began',
                  cell: ({ created, isThis }) => (
                    <>
                      <Time at={created} /> {isThis && <Badge tone="accent">this one</Badge>}
                    </>
                  ),
                },
                { header: 'By', cell: ({ method }) => method },
                { header: 'Last used', cell: ({ lastUsed }) => <Time at={lastUsed} /> },
                { header: 'Ends', cell: ({ expires }) => <Time at={expires} /> },
                {
                  header: '',
                  cell: (one) => (
                    <Button kind="quiet" className="h-6 px-2" onClick={() => setEnding(one)}>
                      End
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Section>
      {isAdding && (
        <FormDialog
          isOpen
          onClose={() => setAdding(false)}
          title="Add a passkey"
          verb="Make it"
          onSubmit={async () => {
            await addPasskey(name);
            await queries.invalidateQueries({ queryKey: ['passkeys'] });
            setAdding(false);
            setName('');
            toast('Added', 'You can sign in with it from now on.');
          }}
        >
          {(wrong) => (
            <TextField
              label="Name"
              hint="The device that will hold it. It is made soon after signing in only."
              value={name}
              onChange={setName}
              isRequired
              longest={120}
              wrong={wrong('/name')}
            />
          )}
        </FormDialog>
      )}
      <ConfirmDialog
        isOpen={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={
          <>
            Remove the passkey <AgentText text={removing?.name ?? ''} limit={80} />?
          </>
        }
        verb="Remove"
        isDangerous
        reason="none"
        onConfirm={async () => {
          await answered(
            api.DELETE('/v1/passkeys/{passkey}', { params: { path: { passkey: removing?.id ?? '' } } }),
          );
          await queries.invalidateQueries({ queryKey: ['passkeys'] });
        }}
      >
        <p className="text-sm">Nobody signs in with it any more. Your only way in cannot be removed.</p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title="End the session?"
        verb="End"
        reason="none"
        onConfirm={async () => {
          await answered(
            api.DELETE('/v1/sessions/{session}', { params: { path: { session: ending?.id ?? '' } } }),
          );
          if (ending?.isThis === true) location.assign('/sign-in');
          await queries.invalidateQueries({ queryKey: ['sessions'] });
        }}
      >
        <p className="text-sm">
          {ending?.isThis === true
            ? 'It is the one you are in: you are signed out.'
            : 'Whoever is in it is signed out with their next request.'}
        </p>
      </ConfirmDialog>
    </div>
  );
}
