/** People of an organisation: who they are, what they may do, and when they may no longer. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { ROLES } from '../authority/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { concernsOf, NAME, PEOPLE, type PersonRecord, restsOnTeams, ULID } from '../people/index.ts';
import { endSessions } from '../sign-in/index.ts';
import type { Stored } from '../state/index.ts';
import { agentsOwnedBy, requireUnnamed } from './named-by.ts';
import { leavesOf, personOf, requireAdministratorBeside, requireOther } from './people.ts';

const ROLES_OF = z
  .array(z.enum(ROLES))
  .max(ROLES.length)
  .refine((roles) => new Set(roles).size === roles.length, 'each role once')
  .refine((roles) => !roles.includes('auditor') || roles.length === 1, 'an auditor has no other role');
const TEAMS_OF = z.array(ULID).max(100);
const GROUPS_OF = z.array(NAME).max(100);

const SHOWN = z.object({
  id: ULID,
  name: z.string(),
  /** For administrators and auditors. */
  email: z.string().optional(),
  identity: z.object({ issuer: z.string(), subject: z.string() }).optional(),
  roles: z.array(z.enum(ROLES)),
  teams: z.array(ULID),
  groups: z.array(z.string()),
  status: z.enum(['invited', 'active', 'suspended']),
  created: z.int(),
});
const PERSON = { person: ULID };

export const PEOPLE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/people',
    operation: 'listPeople',
    summary: 'The people of the organisation; their addresses for administrators and auditors.',
    access: 'read',
    query: { ...PAGE_QUERY, status: z.enum(['invited', 'active', 'suspended']).optional() },
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ objects, caller, query }) => ({
      body: pageOf(
        objects(PEOPLE)
          .list()
          .filter(({ status }) => query.status === undefined || status === query.status)
          .map((person) => shownTo(caller, person)),
        query,
      ),
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/people/{person}',
    operation: 'getPerson',
    summary: 'One person.',
    access: 'read',
    params: PERSON,
    answers: SHOWN,
    handle({ objects, caller, params }) {
      const person = personOf(objects, params.person);
      return { body: shownTo(caller, person), index: person.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/people',
    operation: 'createPerson',
    summary: 'Adds a person, who signs in first with an invitation or at an identity provider.',
    access: 'administer',
    body: z.strictObject({
      name: NAME,
      email: z.email().max(254).optional(),
      roles: ROLES_OF,
      teams: TEAMS_OF.default([]),
      groups: GROUPS_OF.default([]),
    }),
    answers: SHOWN,
    async handle({ plane, caller, objects, commit, body, now }) {
      const records = restsOnTeams(objects, caller.organisation, body.teams, '/teams');
      const id = plane.newId();
      const person: PersonRecord = { ...body, status: 'invited', created: now };
      const index = await commit({
        action: 'people.create',
        object: id,
        concerns: concernsOf(person, id),
        details: { name: body.name, roles: body.roles, teams: body.teams, groups: body.groups },
        effects: [objects(PEOPLE).put(id, person, null)],
        records,
      });
      return {
        status: 201,
        index,
        location: `/v1/people/${id}`,
        body: shownTo(caller, { ...person, id, index }),
      };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/people/{person}',
    operation: 'changePerson',
    summary:
      'Changes a person; nobody changes their own roles, teams or groups, and the last administrator stays one.',
    access: 'administer',
    params: PERSON,
    conditional: true,
    body: z.strictObject({
      name: NAME.optional(),
      email: z.email().max(254).optional(),
      roles: ROLES_OF.optional(),
      teams: TEAMS_OF.optional(),
      groups: GROUPS_OF.optional(),
    }),
    answers: SHOWN,
    async handle({ plane, caller, objects, commit, body, params, expects }) {
      const { id, index: _read, ...before } = personOf(objects, params.person);
      const { roles, teams, groups } = body;
      if (roles !== undefined || teams !== undefined || groups !== undefined) {
        requireOther(caller, id, 'change what you may do yourself');
        requireOwnRoles(
          plane.identityProviders.map(({ settings }) => settings),
          before,
          body,
        );
      }
      const named = restsOnTeams(objects, caller.organisation, teams ?? [], '/teams');
      const person: PersonRecord = {
        ...before,
        ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)),
      };
      const records = [...named, ...requireAdministratorBeside(plane, caller, id, before, person)];
      const index = await commit({
        action: 'people.change',
        object: id,
        concerns: [...concernsOf(before, id), ...concernsOf(person, id)],
        details: JSON.parse(JSON.stringify(body)) as Record<string, string>,
        effects: [objects(PEOPLE).put(id, person, expects)],
        records,
      });
      return { body: shownTo(caller, { ...person, id, index }), index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/people/{person}/suspension',
    operation: 'suspendPerson',
    summary: 'Suspends a person: their sessions end, and their tokens and passkeys are good no more.',
    access: 'administer',
    params: PERSON,
    conditional: true,
    answers: SHOWN,
    handle: (call) => setStatus(call, 'suspended'),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/people/{person}/suspension',
    operation: 'resumePerson',
    summary: 'Lets a person in again who was suspended.',
    access: 'administer',
    params: PERSON,
    conditional: true,
    answers: SHOWN,
    handle: (call) => setStatus(call, 'active'),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/people/{person}',
    operation: 'removePerson',
    summary:
      'Removes a person who answers for no agent, with their tokens, passkeys and links; what they did stays in the record.',
    access: 'administer',
    params: PERSON,
    conditional: true,
    async handle({ plane, caller, objects, commit, params, expects }) {
      const person = personOf(objects, params.person);
      requireOther(caller, person.id, 'remove yourself');
      requireUnnamed(
        'they answer for agents; give those to somebody else first',
        agentsOwnedBy({ objects }, person.id),
      );
      const records = requireAdministratorBeside(plane, caller, person.id, person, undefined);
      await commit({
        action: 'people.remove',
        object: person.id,
        concerns: concernsOf(person, person.id),
        effects: [
          objects(PEOPLE).remove(person.id, expects),
          ...leavesOf(plane, caller.organisation, person.id),
        ],
        records,
      });
      await endSessions(plane, caller.organisation, person.id);
      return {};
    },
  }),
];

type PersonCall = Call<typeof PERSON, {}, undefined>;

async function setStatus(
  { plane, caller, objects, commit, params, expects }: PersonCall,
  status: 'active' | 'suspended',
): Promise<{ readonly body: ReturnType<typeof shownTo>; readonly index: number }> {
  const { id, index: _read, ...before } = personOf(objects, params.person);
  requireOther(caller, id, 'suspend or resume yourself');
  if (before.status === 'invited')
    throw new Problem('request.conflict', 'they have never signed in; remove them instead');
  const person: PersonRecord = { ...before, status };
  const records = requireAdministratorBeside(plane, caller, id, before, person);
  const index = await commit({
    action: status === 'suspended' ? 'people.suspend' : 'people.resume',
    object: id,
    concerns: concernsOf(person, id),
    effects: [objects(PEOPLE).put(id, person, expects)],
    records,
  });
  if (status === 'suspended') await endSessions(plane, caller.organisation, id);
  return { body: shownTo(caller, { ...person, id, index }), index };
}

/** What the provider gives at each sign-in is changed there: here it would last until the next. */
function requireOwnRoles(
  providers: Call['plane']['identityProviders'][number]['settings'][],
  { identity }: Pick<PersonRecord, 'identity'>,
  body: { readonly [Given in 'roles' | 'teams' | 'groups']?: unknown },
): void {
  const provider = providers.find(({ issuer }) => issuer === identity?.issuer);
  if (provider === undefined || provider.groups.length === 0) return;
  const isGiven =
    (body.roles !== undefined && provider.groups.some(({ roles }) => roles.length > 0)) ||
    (body.teams !== undefined && provider.groups.some(({ teams }) => teams.length > 0)) ||
    body.groups !== undefined;
  if (isGiven)
    throw new Problem(
      'request.conflict',
      `the groups of ${provider.name} give what they may do; change it there`,
    );
}

function shownTo(
  { roles }: Call['caller'],
  { index: _index, email, identity, ...person }: Stored<PersonRecord>,
): Omit<Stored<PersonRecord>, 'index'> {
  return roles.includes('admin') || roles.includes('auditor')
    ? { ...person, ...(email && { email }), ...(identity && { identity }) }
    : person;
}
