/** Channels: where people are told that something waits; with how the last deliveries went, and a test. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, answeredTagged, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { TeamName } from '../../../directory/index.ts';
import { useSearchWords, useSetSearch } from '../../../router/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ConfirmDialog,
  EmptyState,
  Facts,
  Nothing,
  PlainTable,
  Section,
  SidePanel,
  Time,
  type Tone,
} from '../../../ui/index.ts';
import { type Channel, CHANNELS, deliveriesQuery } from '../data.ts';
import { ChannelForm } from './channel-form.tsx';
import { Loaded } from './loaded.tsx';

export function Channels(): ReactNode {
  const me = useMe();
  const channels = useQuery(CHANNELS);
  const { open } = useSearchWords();
  const set = useSetSearch();
  const [isMaking, setMaking] = useState(false);
  const make = hasRole(me, 'admin') && <Button onClick={() => setMaking(true)}>Make a channel</Button>;
  const opened = channels.data?.find(({ id }) => id === open);
  return (
    <div className="flex min-h-0 flex-1">
      <div className="min-w-0 flex-1 overflow-auto p-4">
        <Loaded query={channels} what="channels">
          {(rows) =>
            rows.length === 0 ? (
              <>
                <EmptyState title="Nobody is told of anything">
                  A channel tells people by a webhook, Slack or mail that an approval or an alert waits. What
                  it says never holds arguments; nothing rests on it.
                </EmptyState>
                <p className="text-center">{make}</p>
              </>
            ) : (
              <Section title="Channels" actions={make}>
                <PlainTable
                  label="Channels"
                  rows={rows}
                  keyOf={({ id }) => id}
                  columns={[
                    {
                      header: 'Channel',
                      cell: ({ id, name }) => (
                        <button type="button" className="link" onClick={() => set({ open: id })}>
                          <AgentText text={name} limit={60} />
                        </button>
                      ),
                    },
                    { header: 'Kind', cell: ({ channel }) => KINDS[channel.target.kind] },
                    { header: 'Told of', cell: ({ channel }) => channel.topics.join(', ') },
                    { header: 'From', cell: ({ channel }) => `${channel.leastSeverity} on` },
                    {
                      header: 'State',
                      cell: ({ channel }) => (
                        <Badge tone={channel.isEnabled ? 'good' : 'neutral'}>
                          {channel.isEnabled ? 'on' : 'off'}
                        </Badge>
                      ),
                    },
                  ]}
                />
              </Section>
            )
          }
        </Loaded>
      </div>
      {opened !== undefined && (
        <ChannelPanel key={opened.id} channel={opened} onClose={() => set({ open: undefined })} />
      )}
      {isMaking && <ChannelForm onClose={() => setMaking(false)} />}
    </div>
  );
}

const KINDS = { webhook: 'webhook', slack: 'Slack', smtp: 'mail' } as const;
const STATUS_TONES: Readonly<Record<string, Tone>> = {
  sent: 'good',
  waiting: 'caution',
  failed: 'bad',
  dropped: 'neutral',
};

function ChannelPanel({
  channel: { id, name, channel, created },
  onClose,
}: {
  readonly channel: Channel;
  readonly onClose: () => void;
}): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const deliveries = useQuery(deliveriesQuery(id));
  const [asks, ask] = useState<'change' | 'remove'>();
  const { target } = channel;
  return (
    <SidePanel title={<AgentText text={name} limit={60} />} onClose={onClose}>
      <div className="-mx-4 -mt-4">
        {hasRole(me, 'admin') && (
          <div className="flex flex-wrap gap-2 px-4 pt-3" data-print="none">
            <Button onClick={() => ask('change')}>Change</Button>
            <Button onClick={() => ask('remove')}>Remove</Button>
          </div>
        )}
        <Facts
          rows={[
            ['Kind', KINDS[target.kind]],
            [
              'Sends to',
              target.kind === 'webhook' ? (
                <AgentText key="url" text={target.url} limit={200} />
              ) : target.kind === 'smtp' ? (
                <AgentText
                  key="to"
                  text={`${target.to.join(', ')} by ${target.host}:${target.port}`}
                  limit={400}
                />
              ) : (
                'the address that its secret holds'
              ),
            ],
            ['Secret', target.secret === undefined ? 'none' : <code key="secret">{target.secret}</code>],
            ['Told of', channel.topics.join(', ')],
            ['Alerts', `${channel.leastSeverity} and worse`],
            [
              'Teams',
              channel.teams.length === 0
                ? 'any'
                : channel.teams.map((team) => (
                    <span key={team} className="mr-2">
                      <TeamName id={team} />
                    </span>
                  )),
            ],
            ['State', channel.isEnabled ? 'on' : 'off'],
            ['Made', <Time key="created" at={created} />],
          ]}
        />
        <h3 className="border-t border-line px-4 pt-3 pb-1 text-sm">The last deliveries</h3>
        <Loaded query={deliveries} what="deliveries">
          {(rows) =>
            rows.length === 0 ? (
              <Nothing>It was told of nothing yet.</Nothing>
            ) : (
              <PlainTable
                label="Deliveries"
                rows={rows}
                keyOf={(row) => row.id}
                columns={[
                  { header: 'Event', isNumber: true, cell: ({ event }) => event.toLocaleString('en') },
                  {
                    header: 'State',
                    cell: ({ status }) => <Badge tone={STATUS_TONES[status] ?? 'neutral'}>{status}</Badge>,
                  },
                  { header: 'Tries', isNumber: true, cell: ({ attempts }) => attempts },
                  {
                    header: 'Why',
                    cell: ({ error }) =>
                      error === undefined ? (
                        <span className="text-ink-3">–</span>
                      ) : (
                        <AgentText text={error} limit={120} />
                      ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </div>
      {asks === 'change' && (
        <ChannelForm before={{ id, channel, created, name }} onClose={() => ask(undefined)} />
      )}
      <ConfirmDialog
        isOpen={asks === 'remove'}
        onClose={() => ask(undefined)}
        title={
          <>
            Remove <AgentText text={name} limit={60} />?
          </>
        }
        verb="Remove"
        isDangerous
        reason="none"
        onConfirm={async () => {
          const path = { channel: id };
          const { tag } = await answeredTagged(api.GET('/v1/channels/{channel}', { params: { path } }));
          await answered(api.DELETE('/v1/channels/{channel}', { params: { path, header: ifMatch(tag) } }));
          await queries.invalidateQueries({ queryKey: ['channels'] });
        }}
      >
        <p className="text-sm">What it was not told of yet it is not told of any more.</p>
      </ConfirmDialog>
    </SidePanel>
  );
}
