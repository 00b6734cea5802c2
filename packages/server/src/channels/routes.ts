/** Channels of an organisation, and how their deliveries go. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { restsOnTeams, ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { CHANNEL_CONTENT, type ChannelContent, type ChannelRecord, CHANNELS } from './channel.ts';

/** Channels of one organisation. */
const MAX_CHANNELS = 50;
/** Deliveries that are listed. */
const MAX_DELIVERIES = 100;

const SHOWN = z.object({ id: ULID, name: z.string(), channel: CHANNEL_CONTENT, created: z.int() });

export const CHANNEL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/channels',
    operation: 'listChannels',
    summary: 'Where people are told that something waits, without secrets.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ objects, query }) => ({ body: pageOf(objects(CHANNELS).list().map(shown), query) }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/channels/{channel}',
    operation: 'getChannel',
    summary: 'One channel.',
    access: 'read',
    params: { channel: ULID },
    answers: SHOWN,
    handle({ objects, params }) {
      const channel = requireChannel(objects(CHANNELS).get(params.channel));
      return { index: channel.index, body: shown(channel) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/channels',
    operation: 'createChannel',
    summary: 'Makes a channel; it is told of what happens from now on.',
    access: 'administer',
    body: CHANNEL_CONTENT,
    answers: SHOWN,
    async handle({ plane, caller, objects, commit, body, now }) {
      const records = restsOnTeams(objects, caller.organisation, body.teams, '/teams');
      const channels = objects(CHANNELS);
      if (channels.list().length >= MAX_CHANNELS)
        throw new Problem('request.too-many', `an organisation has at most ${MAX_CHANNELS} channels`);
      const id = plane.newId();
      const record: ChannelRecord = { ...body, since: plane.log.reader.size(), created: now };
      const index = await commit({
        action: 'channels.create',
        object: id,
        effects: [channels.put(id, record, null)],
        records,
        details: { name: body.name, kind: body.target.kind },
      });
      return {
        status: 201,
        index,
        location: `/v1/channels/${id}`,
        body: shown({ ...record, id, index }),
      };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/channels/{channel}',
    operation: 'replaceChannel',
    summary: 'Changes a channel.',
    access: 'administer',
    conditional: true,
    params: { channel: ULID },
    body: CHANNEL_CONTENT,
    answers: SHOWN,
    async handle({ caller, objects, commit, params, body, expects }) {
      const records = restsOnTeams(objects, caller.organisation, body.teams, '/teams');
      const channels = objects(CHANNELS);
      const { since, created, id } = requireChannel(channels.get(params.channel));
      const record: ChannelRecord = { ...body, since, created };
      const index = await commit({
        action: 'channels.change',
        object: id,
        effects: [channels.put(id, record, expects)],
        records,
        details: { name: body.name, kind: body.target.kind, isEnabled: body.isEnabled },
      });
      return { index, body: shown({ ...record, id, index }) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/channels/{channel}',
    operation: 'removeChannel',
    summary: 'Removes a channel; what it was not told of yet it is not told of any more.',
    access: 'administer',
    conditional: true,
    params: { channel: ULID },
    async handle({ objects, commit, params, expects }) {
      const channels = objects(CHANNELS);
      const { id } = requireChannel(channels.get(params.channel));
      await commit({
        action: 'channels.remove',
        object: id,
        effects: [channels.remove(id, expects)],
      });
      return {};
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/channels/{channel}/deliveries',
    operation: 'listDeliveries',
    summary:
      'The last deliveries of a channel, newest first: what was told, what is tried again, what was given up.',
    access: 'read',
    params: { channel: ULID },
    answers: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          event: z.int(),
          status: z.string(),
          attempts: z.int(),
          error: z.string().optional(),
        }),
      ),
    }),
    async handle({ plane, caller, objects, params }) {
      const { id } = requireChannel(objects(CHANNELS).get(params.channel));
      const rows = await plane.tables
        .selectFrom('deliveries')
        .selectAll()
        .where('organisation', '=', caller.organisation)
        .where('channel', '=', id)
        .orderBy('event', 'desc')
        .limit(MAX_DELIVERIES)
        .execute();
      return {
        body: {
          items: rows.map(({ id: delivery, event, status, attempts, last_error: error }) => ({
            id: delivery,
            event,
            status,
            attempts,
            ...(error === null ? {} : { error }),
          })),
        },
      };
    },
  }),
];

function requireChannel(channel: Stored<ChannelRecord> | undefined): Stored<ChannelRecord> {
  if (channel === undefined) throw new Problem('request.not-found', 'there is no such channel');
  return channel;
}

function shown({ id, since: _since, index: _index, created, ...content }: Stored<ChannelRecord>): {
  readonly id: string;
  readonly name: string;
  readonly channel: ChannelContent;
  readonly created: number;
} {
  return { id, name: content.name, channel: content, created };
}
