/** Adds a person, with the link of their first sign-in shown once; or changes what one may do. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, ifMatch } from '../../../api/index.ts';
import { type Person, useTeams } from '../../../directory/index.ts';
import { AgentText, ChecksField, FormDialog, Secret, TextField, Time } from '../../../ui/index.ts';
import { namesOf, ROLE_WORDS, ROLES, rolesAfter } from '../roles.ts';

interface Given {
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  readonly groups: string;
}

/** Roles, teams and groups. */
function MayFields({
  given,
  set,
}: {
  readonly given: Given;
  readonly set: (given: Given) => void;
}): ReactNode {
  const teams = useTeams();
  return (
    <>
      <ChecksField
        label="Roles"
        values={given.roles}
        options={ROLES.map((role) => [
          role,
          <span key={role}>
            <strong className="font-medium">{role}</strong>{' '}
            <span className="text-ink-3">{ROLE_WORDS[role]}</span>
          </span>,
        ])}
        onChange={(roles) => set({ ...given, roles: rolesAfter(given.roles, roles) })}
      />
      <ChecksField
        label="Teams"
        values={given.teams}
        options={teams.map(({ id, name }) => [id, <AgentText key={id} text={name} limit={60} />])}
        onChange={(next) => set({ ...given, teams: next })}
      />
      <TextField
        label="Groups"
        hint="That quorums of approvals ask for; separated by commas."
        value={given.groups}
        onChange={(groups) => set({ ...given, groups })}
        longest={2_000}
      />
    </>
  );
}

export function AddPerson({ onClose }: { readonly onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [given, setGiven] = useState<Given>({ roles: ['reader'], teams: [], groups: '' });
  const [link, setLink] = useState<{ readonly url: string; readonly expires: number }>();
  const submit = async (): Promise<void> => {
    const { id } = await answered(
      api.POST('/v1/people', {
        body: {
          name,
          ...(email === '' ? {} : { email }),
          roles: [...rolesAfter([], given.roles)],
          teams: [...given.teams],
          groups: namesOf(given.groups),
        },
      }),
    );
    await queries.invalidateQueries({ queryKey: ['people'] });
    setLink(await answered(api.POST('/v1/people/{person}/invitation', { params: { path: { person: id } } })));
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="Add a person"
      verb="Add, and make a link"
      onSubmit={submit}
      {...(link === undefined ? {} : { done: <Invitation name={name} link={link} /> })}
    >
      {(wrong) => (
        <>
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            isRequired
            longest={120}
            wrong={wrong('/name')}
          />
          <TextField
            label="Address"
            hint="For administrators and auditors to see; no mail is sent."
            type="email"
            value={email}
            onChange={setEmail}
            longest={254}
            wrong={wrong('/email')}
          />
          <MayFields given={given} set={setGiven} />
        </>
      )}
    </FormDialog>
  );
}

/** The link of somebody's first sign-in. */
export function Invitation({
  name,
  link,
}: {
  readonly name: string;
  readonly link: { readonly url: string; readonly expires: number };
}): ReactNode {
  return (
    <>
      <p className="text-ink-2">
        The link is shown this once, is good once, and ends <Time at={link.expires} />. Give it to{' '}
        <AgentText text={name} limit={80} /> by a way that only they read: whoever opens it first makes a
        passkey and is that person here.
      </p>
      <Secret label="Link" text={link.url} />
    </>
  );
}

export function ChangePerson({
  person,
  tag,
  onClose,
}: {
  readonly person: Person;
  readonly tag: string;
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState(person.name);
  const [given, setGiven] = useState<Given>({
    roles: person.roles,
    teams: person.teams,
    groups: person.groups.join(', '),
  });
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={
        <>
          What <AgentText text={person.name} limit={80} /> may do
        </>
      }
      verb="Change"
      onSubmit={async () => {
        await answered(
          api.PATCH('/v1/people/{person}', {
            params: { path: { person: person.id }, header: ifMatch(tag) },
            body: {
              name,
              roles: [...rolesAfter(person.roles, given.roles)],
              teams: [...given.teams],
              groups: namesOf(given.groups),
            },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['people'] });
        onClose();
      }}
    >
      {(wrong) => (
        <>
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            isRequired
            longest={120}
            wrong={wrong('/name')}
          />
          <MayFields given={given} set={setGiven} />
        </>
      )}
    </FormDialog>
  );
}
