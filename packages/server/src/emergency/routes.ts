/** What emergency access was used for, and what there is of it. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { PEOPLE, ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { codesOf } from './code.ts';
import { EMERGENCIES, type Emergency, EMERGENCY_WORDS } from './emergency.ts';
import { PREPARE_ROUTES } from './prepare-routes.ts';
import { EMERGENCY_SIGN_IN_ROUTES } from './sign-in-routes.ts';

const SHOWN = z.object({
  id: ULID,
  person: ULID,
  second: ULID.optional(),
  cause: z.enum(['outage', 'two_people']),
  provider: z.string().optional(),
  words: z.string(),
  at: z.int(),
  until: z.int(),
  status: z.enum(['open', 'reviewed']),
  reviewed: z.object({ by: ULID, at: z.int(), words: z.string() }).optional(),
});
const EMERGENCY = { emergency: ULID };

export const EMERGENCY_ROUTES: readonly Route[] = [
  ...PREPARE_ROUTES,
  ...EMERGENCY_SIGN_IN_ROUTES,
  defineRoute({
    method: 'get',
    path: '/v1/emergency-access',
    operation: 'getEmergencyAccess',
    summary:
      'Which identity providers this server sees failing, who may come in then, and what nobody has looked at yet.',
    access: 'read',
    answers: z.object({
      providers: z.array(z.object({ id: z.string(), isOut: z.boolean(), failingSince: z.int().optional() })),
      people: z.array(z.object({ person: ULID, until: z.int(), codes: z.int() })),
      open: z.array(ULID),
    }),
    handle({ plane, caller, objects, now }) {
      const people = objects(PEOPLE)
        .list()
        .flatMap(({ id, status, emergencyUntil: until = 0 }) =>
          status === 'active' && now < until
            ? [{ person: id, until, codes: codesOf(plane, caller.organisation, id).length }]
            : [],
        );
      const open = objects(EMERGENCIES)
        .list()
        .filter(({ status }) => status === 'open');
      const own = new Set(
        plane.identityProviders
          .filter(({ settings }) => (settings.organisation ?? caller.organisation) === caller.organisation)
          .map(({ settings }) => settings.id),
      );
      const providers = plane.outages
        .standing()
        .filter(({ id }) => own.has(id))
        .map(({ issuer: _issuer, ...standing }) => standing);
      return { body: { providers, people, open: open.map(({ id }) => id) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/emergencies',
    operation: 'listEmergencies',
    summary: 'Every use of emergency access, the oldest first.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ objects, query }) => ({ body: pageOf(objects(EMERGENCIES).list(), query) }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/emergencies/{emergency}',
    operation: 'getEmergency',
    summary: 'One use of emergency access.',
    access: 'read',
    params: EMERGENCY,
    answers: SHOWN,
    handle({ objects, params }) {
      const emergency = emergencyIn(objects, params.emergency);
      return { body: emergency, index: emergency.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/emergencies/{emergency}/review',
    operation: 'reviewEmergency',
    summary: 'Says that somebody looked at what was done: an administrator who did not come in by it.',
    access: 'administer',
    params: EMERGENCY,
    conditional: true,
    body: z.strictObject({ words: EMERGENCY_WORDS }),
    answers: SHOWN,
    async handle({ objects, commit, caller, params, body, expects, now, requireAccess }) {
      const { id, index: _index, ...before } = emergencyIn(objects, params.emergency);
      const { person, second } = before;
      requireAccess('decide', { id, authors: second === undefined ? [person] : [person, second] });
      if (before.status === 'reviewed') throw new Problem('request.final', 'somebody looked at it already');
      const after: Emergency = {
        ...before,
        status: 'reviewed',
        reviewed: { by: caller.id, at: now, words: body.words },
      };
      const index = await commit({
        action: 'emergencies.review',
        object: id,
        details: { words: body.words },
        effects: [objects(EMERGENCIES).put(id, after, expects)],
      });
      return { index, body: { ...after, id } };
    },
  }),
];

function emergencyIn(objects: Call['objects'], id: string): Stored<Emergency> {
  const emergency = objects(EMERGENCIES).get(id);
  if (emergency === undefined) throw new Problem('request.not-found', 'there is no such emergency');
  return emergency;
}
