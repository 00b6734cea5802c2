/** One person beside the list, and what an administrator can do. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { type Person, TeamName } from '../../../directory/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ConfirmDialog,
  Facts,
  FormDialog,
  Id,
  SidePanel,
  Time,
  useToast,
} from '../../../ui/index.ts';
import { personQuery } from '../data.ts';
import { ROLE_WORDS } from '../roles.ts';
import { ChangePerson, Invitation } from './person-form.tsx';

export function PersonPanel({
  person,
  onClose,
}: {
  readonly person: Person;
  readonly onClose: () => void;
}): ReactNode {
  const { email, identity, roles, teams, groups, status, created } = person;
  return (
    <SidePanel title={<AgentText text={person.name} limit={80} />} onClose={onClose}>
      <div className="-mx-4 -mt-4">
        <Steps person={person} />
        <Facts
          rows={[
            ['State', status],
            [
              'Address',
              email === undefined ? 'not said' : <AgentText key="email" text={email} limit={254} />,
            ],
            [
              'Signs in at',
              identity === undefined ? (
                'passkeys'
              ) : (
                <span key="identity">
                  <AgentText text={identity.issuer} limit={120} /> as{' '}
                  <AgentText text={identity.subject} limit={120} />
                </span>
              ),
            ],
            [
              'May',
              roles.length === 0 ? (
                'nothing: no role'
              ) : (
                <ul key="roles" className="space-y-1">
                  {roles.map((role) => (
                    <li key={role}>
                      <Badge tone={role === 'admin' ? 'accent' : 'neutral'}>{role}</Badge>{' '}
                      <span className="text-ink-2">{ROLE_WORDS[role]}</span>
                    </li>
                  ))}
                </ul>
              ),
            ],
            [
              'Teams',
              teams.length === 0 ? (
                'none'
              ) : (
                <ul key="teams">
                  {teams.map((team) => (
                    <li key={team}>
                      <TeamName id={team} />
                    </li>
                  ))}
                </ul>
              ),
            ],
            ['Groups', groups.length === 0 ? 'none' : <AgentText key="groups" text={groups.join(', ')} />],
            ['Added', <Time key="created" at={created} />],
            ['Id', <Id key="id" id={person.id} label="person" />],
          ]}
        />
      </div>
    </SidePanel>
  );
}

function Steps({ person }: { readonly person: Person }): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const toast = useToast();
  const { data } = useQuery(personQuery(person.id));
  const [asks, ask] = useState<'change' | 'invite' | 'suspend' | 'resume' | 'remove'>();
  const [link, setLink] = useState<{ readonly url: string; readonly expires: number }>();
  if (!hasRole(me, 'admin')) return null;
  const isMe = person.id === me?.id;
  const named = { path: { person: person.id }, header: ifMatch(data?.tag ?? '') };
  const close = (): void => ask(undefined);
  const done = async (said: string): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['people'] });
    toast(said);
  };
  const name = <AgentText text={person.name} limit={80} />;
  return (
    <div className="flex flex-wrap gap-2 px-4 pt-3" data-print="none">
      {isMe ? (
        <p className="text-sm text-ink-3">
          Nobody changes what they may do themselves; another administrator does.
        </p>
      ) : (
        <>
          <Button onClick={() => ask('change')}>Change</Button>
          {person.status === 'invited' && <Button onClick={() => ask('invite')}>Make a link</Button>}
          {person.status === 'active' && <Button onClick={() => ask('suspend')}>Suspend</Button>}
          {person.status === 'suspended' && <Button onClick={() => ask('resume')}>Resume</Button>}
          <Button onClick={() => ask('remove')}>Remove</Button>
        </>
      )}
      {asks === 'change' && <ChangePerson person={person} tag={data?.tag ?? ''} onClose={close} />}
      {asks === 'invite' && (
        <FormDialog
          isOpen
          onClose={() => {
            close();
            setLink(undefined);
          }}
          title="Make a link for the first sign-in"
          verb="Make a link"
          onSubmit={async () =>
            setLink(
              await answered(
                api.POST('/v1/people/{person}/invitation', { params: { path: { person: person.id } } }),
              ),
            )
          }
          {...(link === undefined ? {} : { done: <Invitation name={person.name} link={link} /> })}
        >
          {() => <p className="mt-2 text-sm text-ink-2">A link that was made before is good no more.</p>}
        </FormDialog>
      )}
      <ConfirmDialog
        isOpen={asks === 'suspend'}
        onClose={close}
        title={<>Suspend {name}?</>}
        verb="Suspend"
        isDangerous
        reason="none"
        onConfirm={async () => {
          await answered(api.POST('/v1/people/{person}/suspension', { params: named }));
          await done('Suspended');
        }}
      >
        <p className="text-sm">Their sessions end now, and their tokens and passkeys are good no more.</p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asks === 'resume'}
        onClose={close}
        title={<>Resume {name}?</>}
        verb="Resume"
        reason="none"
        onConfirm={async () => {
          await answered(api.DELETE('/v1/people/{person}/suspension', { params: named }));
          await done('Resumed');
        }}
      >
        <p className="text-sm">They may sign in again, and do what their roles say.</p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asks === 'remove'}
        onClose={close}
        title={<>Remove {name}?</>}
        verb="Remove"
        isDangerous
        reason="none"
        onConfirm={async () => {
          await answered(api.DELETE('/v1/people/{person}', { params: named }));
          await done('Removed');
        }}
      >
        <p className="text-sm">
          With them go their tokens, passkeys and links. What they did stays in the record. Whoever answers
          for agents gives those to somebody else first.
        </p>
      </ConfirmDialog>
    </div>
  );
}
