/** Alerts, for people. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { TEAMS, ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { ALERT_SOURCES, ALERT_STATUSES, ALERT_TEXT, type AlertRecord, ALERTS, SEVERITIES } from './alert.ts';
import { raiseAlert } from './raise-alert.ts';

const SHOWN = z.object({
  id: ULID,
  severity: z.enum(SEVERITIES),
  source: z.enum(ALERT_SOURCES),
  key: z.string(),
  text: z.string(),
  team: ULID.optional(),
  node: ULID.optional(),
  raised: z.int(),
  status: z.enum(ALERT_STATUSES),
  acknowledged: z.object({ by: ULID, at: z.int(), words: z.string() }).optional(),
  closed: z.int().optional(),
});
const ALERT = { alert: ULID };

export const ALERT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/alerts',
    operation: 'listAlerts',
    summary: 'Alerts, the oldest first, with who acknowledged each.',
    access: 'read',
    query: {
      ...PAGE_QUERY,
      status: z.enum(ALERT_STATUSES).optional(),
      severity: z.enum(SEVERITIES).optional(),
      team: ULID.optional(),
    },
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle({ objects, query }) {
      const { status, severity, team } = query;
      const found = objects(ALERTS)
        .list()
        .filter(
          (alert) =>
            (status === undefined || alert.status === status) &&
            (severity === undefined || alert.severity === severity) &&
            (team === undefined || alert.team === team),
        );
      const { items, next } = pageOf(found, query);
      return { body: { items: items.map(shown), ...(next === undefined ? {} : { next }) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/alerts',
    operation: 'raiseAlert',
    summary: 'Raises an alert by hand; one that is alike and open stands for it.',
    access: 'work',
    body: z.strictObject({ severity: z.enum(SEVERITIES), text: ALERT_TEXT, team: ULID.optional() }),
    answers: SHOWN,
    async handle({ plane, objects, caller, body, commit }) {
      if (body.team !== undefined && objects(TEAMS).get(body.team) === undefined)
        throw new Problem('request.invalid', 'there is no such team');
      const raised = { ...body, source: 'person' as const, key: `person/${plane.newId()}` };
      const id = await raiseAlert(plane, caller.organisation, raised, commit);
      const alert = id === undefined ? undefined : objects(ALERTS).get(id);
      if (alert === undefined)
        throw new Problem('request.conflict', 'too many alerts are open; acknowledge some');
      return { status: 201, index: alert.index, location: `/v1/alerts/${alert.id}`, body: shown(alert) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/alerts/{alert}',
    operation: 'getAlert',
    summary: 'One alert.',
    access: 'read',
    params: ALERT,
    answers: SHOWN,
    handle({ objects, params }) {
      const alert = alertIn(objects(ALERTS).get(params.alert));
      return { body: shown(alert), index: alert.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/alerts/{alert}/acknowledgement',
    operation: 'acknowledgeAlert',
    summary: 'Says that somebody looks after it; the first who says so stands.',
    access: 'work',
    params: ALERT,
    body: z.strictObject({ words: ALERT_TEXT }),
    answers: SHOWN,
    async handle({ objects, commit, caller, params, body, now }) {
      const { id, index: before, ...alert } = alertIn(objects(ALERTS).get(params.alert));
      if (alert.status === 'acknowledged')
        throw new Problem('request.final', 'somebody acknowledged it already');
      if (alert.status === 'closed')
        throw new Problem('request.final', 'what raised it is over, and nobody needs to look after it');
      const after: AlertRecord = {
        ...alert,
        status: 'acknowledged',
        acknowledged: { by: caller.id, at: now, words: body.words },
      };
      const index = await commit({
        action: 'alerts.acknowledge',
        object: id,
        details: { words: body.words },
        effects: [objects(ALERTS).put(id, after, before)],
      });
      return { index, body: shown({ ...after, id, index }) };
    },
  }),
];

function alertIn(alert: Stored<AlertRecord> | undefined): Stored<AlertRecord> {
  if (alert === undefined) throw new Problem('request.not-found', 'there is no such alert');
  return alert;
}

function shown({ index: _index, ...alert }: Stored<AlertRecord>): Omit<Stored<AlertRecord>, 'index'> {
  return alert;
}
