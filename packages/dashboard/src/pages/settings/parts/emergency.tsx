/** Emergency access: who may come in while an identity provider is out, and every use of it until another administrator looked. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, answeredTagged, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { oneLine } from '../../../control/index.ts';
import { PersonName, usePeople } from '../../../directory/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ConfirmDialog,
  FormDialog,
  markedText,
  Nothing,
  PlainTable,
  Secret,
  Section,
  SelectField,
  Time,
} from '../../../ui/index.ts';
import { EMERGENCIES, type Emergency, EMERGENCY_ACCESS } from '../data.ts';
import { Loaded } from './loaded.tsx';

export function EmergencySettings(): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const isAdmin = hasRole(me, 'admin');
  const access = useQuery(EMERGENCY_ACCESS);
  const uses = useQuery(EMERGENCIES);
  const [asks, ask] = useState<'name' | 'codes'>();
  const [ending, setEnding] = useState<string>();
  const [reviewing, setReviewing] = useState<Emergency>();
  const isNamed = access.data?.people.some(({ person }) => person === me?.id) === true;
  return (
    <div className="space-y-4 p-4">
      <Section title="Uses" note="Each waits for an administrator who did not come in by it.">
        <Loaded query={uses} what="uses of emergency access">
          {(rows) =>
            rows.length === 0 ? (
              <Nothing>Nobody has come in by emergency access.</Nothing>
            ) : (
              <PlainTable
                label="Uses of emergency access"
                rows={rows.toReversed()}
                keyOf={({ id }) => id}
                columns={[
                  { header: 'When', cell: ({ at }) => <Time at={at} /> },
                  {
                    header: 'Who',
                    cell: ({ person, second }) => (
                      <>
                        <PersonName id={person} />
                        {second !== undefined && (
                          <>
                            {' '}
                            with <PersonName id={second} />
                          </>
                        )}
                      </>
                    ),
                  },
                  {
                    header: 'Because',
                    cell: ({ cause, words }) => (
                      <>
                        {cause === 'outage' ? 'a provider was out' : 'two people agreed'}: “
                        <AgentText text={words} limit={200} />”
                      </>
                    ),
                  },
                  {
                    header: 'State',
                    cell: ({ status, until }) =>
                      status === 'reviewed' ? (
                        <Badge>reviewed</Badge>
                      ) : until > Date.now() ? (
                        <Badge tone="bad">in use</Badge>
                      ) : (
                        <Badge tone="caution">waits for review</Badge>
                      ),
                  },
                  {
                    header: '',
                    cell: (one) =>
                      one.status === 'open' && isAdmin ? (
                        <Button kind="quiet" className="h-6 px-2" onClick={() => setReviewing(one)}>
                          Review
                        </Button>
                      ) : one.reviewed === undefined ? null : (
                        <span className="text-ink-3">
                          <PersonName id={one.reviewed.by} />:{' '}
                          <AgentText text={one.reviewed.words} limit={200} />
                        </span>
                      ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
      <Section
        title="Who may come in"
        note="For an hour, to look and to stop, while a provider is out or two of them agree; everybody is told."
        actions={
          <>
            {isNamed && <Button onClick={() => ask('codes')}>Make my codes</Button>}
            {isAdmin && <Button onClick={() => ask('name')}>Name somebody</Button>}
          </>
        }
      >
        <Loaded query={access} what="who may come in">
          {({ people }) =>
            people.length === 0 ? (
              <Nothing>
                Nobody is named. Name two people while all is well; each makes their own codes.
              </Nothing>
            ) : (
              <PlainTable
                label="Who may come in"
                rows={people}
                keyOf={({ person }) => person}
                columns={[
                  { header: 'Person', cell: ({ person }) => <PersonName id={person} /> },
                  { header: 'Until', cell: ({ until }) => <Time at={until} /> },
                  {
                    header: 'Codes left',
                    isNumber: true,
                    cell: ({ codes }) =>
                      codes === 0 ? <span className="text-step-up">none made</span> : codes,
                  },
                  {
                    header: '',
                    cell: ({ person }) =>
                      isAdmin && (
                        <Button kind="quiet" className="h-6 px-2" onClick={() => setEnding(person)}>
                          Take back
                        </Button>
                      ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
      {asks === 'name' && <NameForm onClose={() => ask(undefined)} />}
      {asks === 'codes' && <CodesForm onClose={() => ask(undefined)} />}
      <ConfirmDialog
        isOpen={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title="Take emergency access back?"
        verb="Take back"
        isDangerous
        reason="none"
        onConfirm={async () => {
          const path = { person: ending ?? '' };
          const { tag } = await answeredTagged(api.GET('/v1/people/{person}', { params: { path } }));
          await answered(
            api.DELETE('/v1/people/{person}/emergency-access', { params: { path, header: ifMatch(tag) } }),
          );
          await queries.invalidateQueries({ queryKey: ['emergency_access'] });
        }}
      >
        <p className="text-sm">Their codes are good no more.</p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={reviewing !== undefined}
        onClose={() => setReviewing(undefined)}
        title="Say that you looked at it?"
        verb="I looked at it"
        onConfirm={async (reason) => {
          const path = { emergency: reviewing?.id ?? '' };
          const { tag } = await answeredTagged(api.GET('/v1/emergencies/{emergency}', { params: { path } }));
          await answered(
            api.POST('/v1/emergencies/{emergency}/review', {
              params: { path, header: ifMatch(tag) },
              body: { words: oneLine(reason) },
            }),
          );
          await queries.invalidateQueries({ queryKey: ['emergencies'] });
        }}
      >
        <p className="text-sm">
          It is recorded, under your name, that what was done by emergency access was looked at. Whoever came
          in by it cannot.
        </p>
      </ConfirmDialog>
    </div>
  );
}

const DAY_MS = 86_400_000;

function NameForm({ onClose }: { readonly onClose: () => void }): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const people = usePeople().filter(({ id, status }) => status === 'active' && id !== me?.id);
  const [person, setPerson] = useState('');
  const [days, setDays] = useState('90');
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="Name somebody for emergency access"
      verb="Name"
      onSubmit={async () => {
        const path = { person };
        const { tag } = await answeredTagged(api.GET('/v1/people/{person}', { params: { path } }));
        await answered(
          api.PUT('/v1/people/{person}/emergency-access', {
            params: { path, header: ifMatch(tag) },
            body: { until: Date.now() + Number(days) * DAY_MS },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['emergency_access'] });
        onClose();
      }}
    >
      {() => (
        <>
          <SelectField
            label="Person"
            hint="Nobody names themselves."
            value={person}
            onChange={setPerson}
            options={people.map(({ id, name }) => [id, markedText(name)])}
            none="choose somebody"
            isRequired
          />
          <SelectField
            label="For"
            value={days}
            onChange={setDays}
            options={[
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

function CodesForm({ onClose }: { readonly onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const [codes, setCodes] = useState<readonly string[]>();
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="Make my codes for an emergency"
      verb="Make"
      onSubmit={async () => {
        const made = await answered(api.POST('/v1/emergency-codes'));
        setCodes(made.codes);
        await queries.invalidateQueries({ queryKey: ['emergency_access'] });
      }}
      {...(codes === undefined
        ? {}
        : {
            done: (
              <>
                <p className="text-ink-2">
                  They are shown this once. Keep them where you reach them when nothing else works, and nobody
                  else does. Each is good once.
                </p>
                <Secret label="Codes" text={codes.join('\n')} />
              </>
            ),
          })}
    >
      {() => <p className="mt-2 text-sm text-ink-2">Codes that you made before are good no more.</p>}
    </FormDialog>
  );
}
