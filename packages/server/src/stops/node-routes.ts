/** Stops for nodes: asked for, held until they change, pushed; asking with their tag says that they are in force. */
import { KILL_REASONS, KILL_SCOPES } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { createListeners, eventStream, feedOf } from '../events/index.ts';
import { nodeStanding, requireGood } from '../nodes/index.ts';
import type { Plane } from '../plane.ts';
import { noteEffects } from './effects.ts';
import { type NodeStops, stopsOfNode } from './of-node.ts';
import { STOPS } from './stop.ts';

/** Longest a question is held, in seconds: below what proxies give up after. */
const MAX_WAIT_SECONDS = 30;
/** Longest between two looks of a stream, in milliseconds: a drill that ended is none after it. */
const LOOK_MS = 15_000;
/** A stream ends after this long, in milliseconds, and the node proves itself anew. */
const LONGEST_MS = 10 * 60_000;
const MOST_NODES = 8_000;
const LISTENERS = createListeners(MOST_NODES);

const ITEMS = z.object({
  items: z.array(
    z.object({
      stop: z.string(),
      scope: z.enum(KILL_SCOPES),
      target: z.string(),
      reason: z.enum(KILL_REASONS),
      words: z.string(),
    }),
  ),
});

export const NODE_STOP_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/node/stops',
    operation: 'getNodeStops',
    summary:
      'The stops of the node that asks; held until they change where `If-None-Match` names them, which also says that they are in force there.',
    access: 'serve',
    query: { wait: z.coerce.number().int().min(0).max(MAX_WAIT_SECONDS).default(0) },
    answers: ITEMS,
    async handle({ plane, caller, objects, query, request, signal, now }) {
      const { organisation, id } = caller;
      const tag = request.headers.get('if-none-match') ?? undefined;
      const before = stopsOfNode(plane, organisation, id, now);
      // INVARIANT: a node names a tag once all that it names is in force in its own log.
      if (tag === before.tag)
        noteEffects(plane, { organisation, node: id, tag, now }, () =>
          [...new Set(before.items.map(({ stop }) => stop))]
            .map((stop) => objects(STOPS).get(stop))
            .filter((stop) => stop !== undefined),
        );
      const standing = nodeStanding(plane, caller);
      const stands = standing.isGood;
      const asking = { organisation, node: id, stands };
      const stops = await changed(plane, asking, tag, query.wait * 1_000, signal);
      requireGood(standing);
      return stops.tag === tag
        ? new Response(null, { status: 304, headers: { etag: stops.tag } })
        : { body: { items: [...stops.items] }, headers: { etag: stops.tag } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/node/events',
    operation: 'listenAsNode',
    summary:
      'The stops of the node that asks, as Server-Sent Events: all of them at once, and again whenever they change.',
    access: 'serve',
    answers: z.unknown(),
    produces: 'text/event-stream',
    handle({ plane, caller, signal }) {
      const { organisation, id } = caller;
      // INVARIANT: a stream outlives neither the node's part nor the key that asked for it.
      const stands = nodeStanding(plane, caller).isSame;
      const leave = LISTENERS.enter(plane, organisation);
      const until = Date.now() + LONGEST_MS;
      let tag: string | undefined;
      return eventStream({
        signal,
        ended: leave,
        async next(ending) {
          const waitMs = tag === undefined ? 0 : LOOK_MS;
          const stops = await changed(plane, { organisation, node: id, stands }, tag, waitMs, ending);
          if (Date.now() > until || !stands()) return undefined;
          if (stops.tag === tag) return [];
          tag = stops.tag;
          return [{ name: 'stops', data: stops }];
        },
      }).response;
    },
  }),
];

/** Who asks, and whether it may still be answered. */
interface AskingNode {
  readonly organisation: string;
  readonly node: string;
  readonly stands: () => boolean;
}

/** The stops of `asking` once their tag is not `tag`, after `waitMs`, or once it stands no more. */
async function changed(
  plane: Plane,
  { organisation, node, stands }: AskingNode,
  tag: string | undefined,
  waitMs: number,
  signal: AbortSignal,
): Promise<NodeStops> {
  const feed = feedOf(plane);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), waitMs);
  const either = AbortSignal.any([signal, late.signal]);
  try {
    let from = feed.position();
    let stops = stopsOfNode(plane, organisation, node, plane.clock.now());
    while (stops.tag === tag && waitMs > 0 && !either.aborted && stands()) {
      await feed.reached(from, either);
      const to = feed.position();
      let concerns = false;
      for (; from < to; from += 1) concerns ||= feed.at(from)?.organisation === organisation;
      // What ends by itself has no entry, so the last look is made in any case.
      if (concerns || either.aborted) stops = stopsOfNode(plane, organisation, node, plane.clock.now());
    }
    return stops;
  } finally {
    clearTimeout(timer);
  }
}
