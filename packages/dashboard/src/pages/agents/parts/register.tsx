/** Registers an agent, or changes what is registered of one. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, ifMatch, useMe } from '../../../api/index.ts';
import { type Agent, usePeople, useTeams } from '../../../directory/index.ts';
import { FormDialog, markedText, SelectField, TextField } from '../../../ui/index.ts';
import { dayOf, instantOfDay, linesOf } from '../registration.ts';

const DAY_MS = 86_400_000;
const REVIEW_AFTER_MS = 90 * DAY_MS;

/** `before`: the agent that is changed, with its tag; a new one where it is absent. */
export function RegisterDialog({
  before,
  onClose,
  onDone,
}: {
  readonly before?: { readonly data: Agent; readonly tag: string };
  readonly onClose: () => void;
  readonly onDone?: (agent: string) => void;
}): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const people = usePeople().filter(({ status }) => status !== 'suspended');
  const teams = useTeams();
  const old = before?.data;
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState(old?.purpose ?? '');
  const [owner, setOwner] = useState(old?.owner ?? me?.id ?? '');
  const [team, setTeam] = useState(old?.team ?? '');
  const [tools, setTools] = useState((old?.tools ?? []).join('\n'));
  const [classes, setClasses] = useState((old?.dataClasses ?? []).join('\n'));
  const [model, setModel] = useState(old?.model ?? '');
  const [review, setReview] = useState(dayOf(old?.reviewDue ?? Date.now() + REVIEW_AFTER_MS));
  const submit = async (): Promise<void> => {
    const body = {
      purpose,
      owner,
      ...(team === '' ? {} : { team }),
      tools: linesOf(tools),
      dataClasses: linesOf(classes),
      credentials: old?.credentials ?? [],
      ...(model.trim() === '' ? {} : { model: model.trim() }),
      reviewDue: instantOfDay(review, old?.reviewDue),
    };
    const { id } =
      before === undefined
        ? await answered(api.POST('/v1/agents', { body: { ...body, name } }))
        : await answered(
            api.PUT('/v1/agents/{agent}', {
              params: { path: { agent: before.data.id }, header: ifMatch(before.tag) },
              body,
            }),
          );
    await queries.invalidateQueries({ queryKey: ['agents'] });
    onClose();
    onDone?.(id);
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={before === undefined ? 'Register an agent' : 'Change what is registered'}
      verb={before === undefined ? 'Register' : 'Change'}
      onSubmit={submit}
    >
      {(wrong) => (
        <>
          {before === undefined && (
            <TextField
              label="Name"
              hint="As policies name it, in Agent::“…”. It is given once, and stays."
              value={name}
              onChange={setName}
              isRequired
              longest={120}
              wrong={wrong('/name')}
            />
          )}
          <TextField
            label="Purpose"
            hint="What it is for, in a sentence."
            value={purpose}
            onChange={setPurpose}
            lines={2}
            isRequired
            longest={2_000}
            wrong={wrong('/purpose')}
          />
          <div className="grid gap-x-4 sm:grid-cols-2">
            <SelectField
              label="Owner"
              hint="Answers for it."
              value={owner}
              onChange={setOwner}
              options={people.map(({ id, name: shown }) => [id, markedText(shown)])}
              isRequired
              wrong={wrong('/owner')}
            />
            <SelectField
              label="Team"
              value={team}
              onChange={setTeam}
              options={teams.map(({ id, name: shown }) => [id, markedText(shown)])}
              none="of no team"
              wrong={wrong('/team')}
            />
            <TextField
              label="Tools"
              hint="server/tool, one a line."
              value={tools}
              onChange={setTools}
              lines={3}
              longest={20_000}
              wrong={wrong('/tools')}
            />
            <TextField
              label="Classes of data"
              hint="Such as personal, one a line."
              value={classes}
              onChange={setClasses}
              lines={3}
              longest={8_000}
              wrong={wrong('/dataClasses')}
            />
            <TextField
              label="Model"
              value={model}
              onChange={setModel}
              longest={120}
              wrong={wrong('/model')}
            />
            <TextField
              label="Look again on"
              hint="When somebody is to review all of this."
              type="date"
              value={review}
              onChange={setReview}
              isRequired
              wrong={wrong('/reviewDue')}
            />
          </div>
        </>
      )}
    </FormDialog>
  );
}
