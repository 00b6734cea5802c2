/** Makes or changes a channel. Secrets are names: what they stand for is in the server's environment. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, answeredTagged, api, ifMatch } from '../../../api/index.ts';
import { useTeams } from '../../../directory/index.ts';
import { AgentText, ChecksField, FormDialog, SelectField, TextField } from '../../../ui/index.ts';
import type { Channel } from '../data.ts';
import { namesOf } from '../roles.ts';

type Content = Channel['channel'];
const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
const TOPICS = ['approvals', 'alerts'] as const;

export function ChannelForm({
  before,
  onClose,
}: {
  readonly before?: Channel;
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const teams = useTeams();
  const old = before?.channel;
  const from = old?.target;
  const [name, setName] = useState(before?.name ?? '');
  const [kind, setKind] = useState<string>(from?.kind ?? 'webhook');
  const [url, setUrl] = useState(from?.kind === 'webhook' ? from.url : '');
  const [secret, setSecret] = useState(from?.secret ?? '');
  const [host, setHost] = useState(from?.kind === 'smtp' ? from.host : '');
  const [port, setPort] = useState(String(from?.kind === 'smtp' ? from.port : 465));
  const [sender, setSender] = useState(from?.kind === 'smtp' ? from.from : '');
  const [to, setTo] = useState(from?.kind === 'smtp' ? from.to.join(', ') : '');
  const [user, setUser] = useState((from?.kind === 'smtp' ? from.user : undefined) ?? '');
  const [topics, setTopics] = useState<readonly string[]>(old?.topics ?? TOPICS);
  const [of, setOf] = useState<readonly string[]>(old?.teams ?? []);
  const [least, setLeast] = useState<string>(old?.leastSeverity ?? 'medium');
  const [isOn, setOn] = useState<readonly string[]>((old?.isEnabled ?? true) ? ['on'] : []);
  const target = (): Content['target'] => {
    if (kind === 'slack') return { kind: 'slack', secret };
    if (kind === 'webhook') return { kind: 'webhook', url, secret };
    return {
      kind: 'smtp',
      host,
      port: Number(port),
      security: Number(port) === 465 ? 'tls' : 'starttls',
      from: sender,
      to: namesOf(to),
      ...(user === '' ? {} : { user }),
      ...(secret === '' ? {} : { secret }),
    };
  };
  const submit = async (): Promise<void> => {
    const body = {
      name,
      isEnabled: isOn.length > 0,
      topics: TOPICS.filter((topic) => topics.includes(topic)),
      teams: [...of],
      leastSeverity: SEVERITIES.find((one) => one === least) ?? 'medium',
      target: target(),
    };
    if (before === undefined) await answered(api.POST('/v1/channels', { body }));
    else {
      const path = { channel: before.id };
      const { tag } = await answeredTagged(api.GET('/v1/channels/{channel}', { params: { path } }));
      await answered(api.PUT('/v1/channels/{channel}', { params: { path, header: ifMatch(tag) }, body }));
    }
    await queries.invalidateQueries({ queryKey: ['channels'] });
    onClose();
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={before === undefined ? 'Make a channel' : 'Change the channel'}
      verb={before === undefined ? 'Make' : 'Change'}
      onSubmit={submit}
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
          <SelectField
            label="Kind"
            value={kind}
            onChange={setKind}
            options={[
              ['webhook', 'webhook, signed'],
              ['slack', 'Slack, or what takes the same'],
              ['smtp', 'mail'],
            ]}
          />
          {kind === 'webhook' && (
            <TextField
              label="Address"
              type="url"
              value={url}
              onChange={setUrl}
              isRequired
              longest={2_000}
              wrong={wrong('/target')}
            />
          )}
          {kind === 'smtp' && (
            <div className="grid gap-x-4 sm:grid-cols-2">
              <TextField
                label="Relay"
                value={host}
                onChange={setHost}
                isRequired
                longest={253}
                wrong={wrong('/target')}
              />
              <TextField
                label="Port"
                hint="465 speaks TLS at once; others are asked to."
                type="number"
                value={port}
                onChange={setPort}
                isRequired
              />
              <TextField
                label="From"
                type="email"
                value={sender}
                onChange={setSender}
                isRequired
                longest={254}
              />
              <TextField
                label="To"
                hint="Separated by commas."
                value={to}
                onChange={setTo}
                isRequired
                longest={5_000}
              />
              <TextField label="User" value={user} onChange={setUser} longest={200} />
            </div>
          )}
          <TextField
            label="Name of the secret"
            hint="In capitals, as the server’s operator named it; the secret itself is never here."
            value={secret}
            onChange={setSecret}
            isRequired={kind !== 'smtp'}
            longest={60}
            wrong={kind === 'webhook' ? undefined : wrong('/target')}
          />
          <ChecksField
            label="Told of"
            options={TOPICS.map((topic) => [topic, topic])}
            values={topics}
            onChange={setTopics}
          />
          <SelectField
            label="Alerts from"
            value={least}
            onChange={setLeast}
            options={SEVERITIES.map((one) => [one, one])}
          />
          <ChecksField
            label="Teams"
            hint="None chosen: of any."
            options={teams.map(({ id, name: shown }) => [id, <AgentText key={id} text={shown} limit={60} />])}
            values={of}
            onChange={setOf}
          />
          <ChecksField label="State" options={[['on', 'it is told']]} values={isOn} onChange={setOn} />
        </>
      )}
    </FormDialog>
  );
}
