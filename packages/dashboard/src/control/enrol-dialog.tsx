/** A code with which one node is enrolled, shown once with the command that uses it. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api } from '../api/index.ts';
import { useTeams } from '../directory/index.ts';
import { AgentText, FormDialog, markedText, Secret, SelectField, TextField, Time } from '../ui/index.ts';

/** `agent`: whom the node works for; for anybody where it is absent. */
export function EnrolDialog({
  agent,
  onClose,
}: {
  readonly agent?: { readonly id: string; readonly name: string; readonly team?: string | undefined };
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const teams = useTeams();
  const [name, setName] = useState('');
  const [environment, setEnvironment] = useState('production');
  const [team, setTeam] = useState(agent?.team ?? '');
  const [minutes, setMinutes] = useState('60');
  const [made, setMade] = useState<{ readonly code: string; readonly expires: number }>();
  const submit = async (): Promise<void> => {
    const { code, expires } = await answered(
      api.POST('/v1/enrolments', {
        body: {
          name,
          environment,
          ...(team === '' ? {} : { team }),
          ...(agent === undefined ? {} : { agent: agent.id }),
          minutes: Number(minutes),
        },
      }),
    );
    setMade({ code, expires });
    await queries.invalidateQueries({ queryKey: ['enrolments'] });
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={
        agent === undefined ? (
          'Enrol a node'
        ) : (
          <>
            Enrol a node for <AgentText text={agent.name} limit={60} />
          </>
        )
      }
      verb="Make a code"
      onSubmit={submit}
      {...(made === undefined
        ? {}
        : {
            done: (
              <>
                <p className="text-ink-2">
                  The code is shown this once, and is good for one node; it ends <Time at={made.expires} />.
                  On the machine of the node, run the command and paste the code when it waits for it.
                </p>
                <Secret label="Command" text={`writ enroll ${location.origin} --code-stdin`} />
                <Secret label="Code" text={made.code} />
                <p className="mt-2 text-sm text-ink-3">
                  The node’s key is made there and never leaves it. Whoever comes with the code a second time
                  is refused, and you are told.
                </p>
              </>
            ),
          })}
    >
      {(wrong) => (
        <>
          <TextField
            label="Name of the node"
            hint="For people: the machine or service that it runs as."
            value={name}
            onChange={setName}
            isRequired
            longest={120}
            wrong={wrong('/name')}
          />
          <div className="grid gap-x-4 sm:grid-cols-2">
            <TextField
              label="Environment"
              hint="Small letters, digits and hyphens; it says which policies it is given."
              value={environment}
              onChange={setEnvironment}
              isRequired
              longest={32}
              wrong={wrong('/environment')}
            />
            <SelectField
              label="Team"
              value={team}
              onChange={setTeam}
              options={teams.map(({ id, name: shown }) => [id, markedText(shown)])}
              none="of no team"
              wrong={wrong('/team')}
            />
            <SelectField
              label="The code is good for"
              value={minutes}
              onChange={setMinutes}
              options={[
                ['15', '15 minutes'],
                ['60', 'an hour'],
                ['1440', 'a day'],
              ]}
            />
          </div>
        </>
      )}
    </FormDialog>
  );
}
