/** Codes for nodes: an administrator makes one, hands it over, and can take it back until it is used. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { AGENTS } from '../agents/index.ts';
import { ENVIRONMENT_NAME } from '../nodes/index.ts';
import { NAME, restsOnTeams, ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { createSecret } from '../tokens/index.ts';
import { codeText, type Enrolment, ENROLMENTS } from './enrolment.ts';

const MINUTE_MS = 60_000;
/** Shortest and longest life of a code, in minutes. */
const [MIN_MINUTES, MAX_MINUTES] = [1, 1_440];

const SHOWN = z.object({
  id: ULID,
  name: z.string(),
  environment: z.string(),
  team: ULID.optional(),
  agent: ULID.optional(),
  created: z.int(),
  expires: z.int(),
  createdBy: ULID.optional(),
  status: z.enum(['open', 'used', 'revoked', 'expired']),
  node: ULID.optional(),
  seenAgain: z.int().optional(),
});
const ENROLMENT = { enrolment: ULID };

export const ENROLMENT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/enrolments',
    operation: 'listEnrolments',
    summary: 'Codes for nodes, without their secrets, and what became of each.',
    access: 'audit',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle({ objects, query, now }) {
      const all = objects(ENROLMENTS).list();
      return {
        body: pageOf(
          all.map((one) => shown(one, now)),
          query,
        ),
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/enrolments/{enrolment}',
    operation: 'getEnrolment',
    summary: 'One code for a node, without its secret.',
    access: 'audit',
    params: ENROLMENT,
    answers: SHOWN,
    handle({ objects, params, now }) {
      const found = enrolmentIn(objects, params.enrolment);
      return { body: shown(found, now), index: found.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/enrolments',
    operation: 'createEnrolment',
    summary: 'Makes a code with which one node is enrolled, once; it is shown once.',
    access: 'administer',
    body: z.strictObject({
      name: NAME,
      environment: ENVIRONMENT_NAME,
      team: ULID.optional(),
      agent: ULID.optional(),
      minutes: z.int().min(MIN_MINUTES).max(MAX_MINUTES).default(60),
    }),
    answers: SHOWN.extend({ code: z.string() }),
    secret: true,
    async handle({ plane, caller, objects, commit, body, now }) {
      const { name, environment, team, agent, minutes } = body;
      const records = restsOnTeams(objects, caller.organisation, team === undefined ? [] : [team]);
      if (agent !== undefined && objects(AGENTS).get(agent)?.status !== 'active')
        throw unknown('agent', agent);
      const id = plane.newId();
      const { secret, hash } = createSecret(plane.random);
      const enrolment: Enrolment = {
        name,
        environment,
        ...(team === undefined ? {} : { team }),
        ...(agent === undefined ? {} : { agent }),
        hash,
        created: now,
        expires: now + minutes * MINUTE_MS,
        createdBy: caller.id,
        status: 'open',
      };
      const index = await commit({
        action: 'enrolments.create',
        object: id,
        details: { name, environment, team: team ?? null, agent: agent ?? null, expires: enrolment.expires },
        effects: [objects(ENROLMENTS).put(id, enrolment, null)],
        records,
      });
      return {
        status: 201,
        index,
        location: `/v1/enrolments/${id}`,
        body: {
          ...shown({ ...enrolment, id, index }, now),
          code: codeText(caller.organisation, id, secret),
        },
      };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/enrolments/{enrolment}',
    operation: 'revokeEnrolment',
    summary: 'Takes a code back that was not used.',
    access: 'administer',
    params: ENROLMENT,
    async handle({ objects, commit, params }) {
      const { id, index, ...found } = enrolmentIn(objects, params.enrolment);
      if (found.status !== 'open')
        throw new Problem(
          'request.final',
          `the code is ${found.status}; a node is suspended or removed itself`,
        );
      await commit({
        action: 'enrolments.revoke',
        object: id,
        effects: [objects(ENROLMENTS).put(id, { ...found, status: 'revoked' }, index)],
      });
      return {};
    },
  }),
];

function enrolmentIn(objects: Call['objects'], id: string): Stored<Enrolment> {
  const found = objects(ENROLMENTS).get(id);
  if (found === undefined) throw new Problem('request.not-found', 'there is no such code');
  return found;
}

function shown(
  { hash: _hash, keyId: _keyId, index: _index, status, ...rest }: Stored<Enrolment>,
  now: number,
): z.output<typeof SHOWN> {
  return { ...rest, status: status === 'open' && now >= rest.expires ? 'expired' : status };
}

function unknown(what: string, id: string): Problem {
  return new Problem('request.invalid', `there is no active ${what} \`${id}\``, [
    { pointer: `/${what}`, detail: `unknown ${what}` },
  ]);
}
