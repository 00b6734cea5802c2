/** Stops and drills, for people. */
import { KILL_ALL, KILL_REASONS, KILL_SCOPES, isJsonObject } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { otherAdministrator, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { effectsOf } from './effects.ts';
import { placeStop } from './place.ts';
import { shownReach, shownStop, stopIn } from './shown.ts';
import { isInForce, type StopRecord, STOPS, WORDS } from './stop.ts';

/** How long a drill waits for nodes, in milliseconds; what comes later counts as not reached. */
const DRILL_MS = 120_000;
const STOP_SHOWN = z.object({
  id: ULID,
  scope: z.enum(KILL_SCOPES),
  target: z.string(),
  reason: z.enum(KILL_REASONS),
  words: z.string(),
  placedBy: z.string(),
  placed: z.int(),
  status: z.enum(['in_force', 'lifted']),
  lifted: z.object({ by: ULID, at: z.int(), words: z.string() }).optional(),
  drillUntil: z.int().optional(),
});

/** How far a stop came: what nodes said themselves. */
const REACH_SHOWN = z.object({
  /** Nodes that are enrolled and active. */
  nodes: z.int(),
  /** Those that said that it is in force. */
  reached: z.int(),
  p50Ms: z.int().optional(),
  p99Ms: z.int().optional(),
  effects: z.array(z.object({ node: z.string(), at: z.int(), ms: z.int() })),
});
const WITH_REACH = STOP_SHOWN.extend({ reach: REACH_SHOWN });
const STOP = { stop: ULID };

export const STOP_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/stops',
    operation: 'listStops',
    summary: 'Stops, the oldest first; those in force alone where that is asked.',
    access: 'read',
    query: { ...PAGE_QUERY, status: z.enum(['in_force', 'lifted']).optional() },
    answers: z.object({ items: z.array(STOP_SHOWN), next: z.string().optional() }),
    handle({ objects, query, now }) {
      const { status } = query;
      const found = objects(STOPS)
        .list()
        .filter((stop) => status === undefined || isInForce(stop, now) === (status === 'in_force'));
      const { items, next } = pageOf(found, query);
      return { body: { items: items.map(shownStop), ...(next === undefined ? {} : { next }) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/stops',
    operation: 'placeStop',
    summary: 'Stops an agent, a team, a server, a tool or everything, on every node.',
    access: 'stop',
    body: z.strictObject({
      scope: z.enum(KILL_SCOPES),
      target: z.string().min(1).max(512).default(KILL_ALL),
      reason: z.enum(KILL_REASONS).default('manual'),
      words: WORDS,
    }),
    answers: STOP_SHOWN,
    async handle({ plane, objects, commit, now, caller, body }) {
      const placing = { objects, commit, now, newId: () => plane.newId() };
      const stop = await placeStop(placing, { ...body, placedBy: caller.id });
      return { status: 201, index: stop.index, location: `/v1/stops/${stop.id}`, body: shownStop(stop) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/stops/{stop}',
    operation: 'getStop',
    summary: 'One stop, and which nodes have it in force since when.',
    access: 'read',
    params: STOP,
    answers: WITH_REACH,
    async handle({ plane, caller, objects, params }) {
      const stop = stopIn(objects, params.stop);
      const effects = await effectsOf(plane, caller.organisation, stop.id);
      const reach = shownReach(effects, activeNodes(plane, caller.organisation));
      return { body: { ...shownStop(stop), reach }, index: stop.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/stops/{stop}/lift',
    operation: 'liftStop',
    summary:
      'Lifts a stop: by an administrator other than who placed it, unless there is no other. What was withdrawn stays withdrawn.',
    access: 'administer',
    params: STOP,
    conditional: true,
    body: z.strictObject({ words: WORDS }),
    answers: STOP_SHOWN,
    async handle({ plane, caller, objects, commit, params, body, expects, now, requireAccess }) {
      const { id, index: _index, ...before } = stopIn(objects, params.stop);
      if (before.status === 'lifted') throw new Problem('request.final', 'the stop is lifted already');
      const isAlone = otherAdministrator(plane, caller.organisation, caller.id) === undefined;
      // A drill stops nothing, so anybody who administers ends it.
      if (before.drillUntil === undefined && !isAlone)
        requireAccess('decide', { id, authors: [before.placedBy] });
      const after: StopRecord = {
        ...before,
        status: 'lifted',
        lifted: { by: caller.id, at: now, words: body.words },
      };
      const index = await commit({
        action: 'stops.lift',
        object: id,
        details: { words: body.words, isAlone },
        effects: [objects(STOPS).put(id, after, expects)],
      });
      return { index, body: shownStop({ ...after, id, index }) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/drills',
    operation: 'startDrill',
    summary:
      'Places a stop of an agent that does not exist and measures how long nodes take to have it in force; `GET /v1/stops/{stop}` tells. It ends by itself.',
    access: 'stop',
    body: z.strictObject({ words: WORDS.default('a drill: nothing is stopped') }),
    answers: STOP_SHOWN,
    async handle({ plane, objects, commit, now, caller, body }) {
      const placing = { objects, commit, now, newId: () => plane.newId() };
      const stop = await placeStop(placing, {
        scope: 'agent',
        // No agent has such an id: a drill stops no work.
        target: `writ-drill/${plane.newId()}`,
        reason: 'manual',
        words: body.words,
        placedBy: caller.id,
        drillUntil: now + DRILL_MS,
      });
      return { status: 201, index: stop.index, location: `/v1/stops/${stop.id}`, body: shownStop(stop) };
    },
  }),
];

function activeNodes({ log }: Plane, organisation: string): number {
  const prefix = `${organisation}/`;
  return log.state
    .records('nodes')
    .filter(({ key, value }) => key.startsWith(prefix) && isJsonObject(value) && value['status'] === 'active')
    .length;
}
