/** The caller, and the organisation that they are of. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { ROLES } from '../authority/index.ts';
import { Problem } from '../http/index.ts';
import { NAME, type Organisation, ORGANISATIONS, ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { personOf } from './people.ts';

const SHOWN = z.object({ id: ULID, name: z.string(), created: z.int() });

export const ORGANISATION_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/me',
    operation: 'getMe',
    summary: 'Who you are here, and what you may do with the credential that you showed.',
    access: 'leave',
    answers: z.object({
      id: ULID,
      organisation: z.object({ id: ULID, name: z.string() }),
      name: z.string(),
      email: z.string().optional(),
      roles: z.array(z.enum([...ROLES, 'emergency'])),
      teams: z.array(ULID),
      groups: z.array(z.string()),
      credential: z.object({ kind: z.enum(['session', 'token']), id: ULID }),
    }),
    handle({ caller, objects }) {
      const { name, email, groups } = personOf(objects, caller.id);
      return {
        body: {
          id: caller.id,
          organisation: { id: caller.organisation, name: organisationOf(objects, caller.organisation).name },
          name,
          ...(email === undefined ? {} : { email }),
          roles: caller.roles,
          teams: caller.teams,
          groups,
          credential: {
            kind: caller.kind === 'person' ? ('session' as const) : ('token' as const),
            id: caller.credential,
          },
        },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/organisation',
    operation: 'getOrganisation',
    summary: 'The organisation.',
    access: 'read',
    answers: SHOWN,
    handle({ caller, objects }) {
      const organisation = organisationOf(objects, caller.organisation);
      return { body: organisation, index: organisation.index };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/organisation',
    operation: 'changeOrganisation',
    summary: 'Gives the organisation another name.',
    access: 'administer',
    conditional: true,
    body: z.strictObject({ name: NAME }),
    answers: SHOWN,
    async handle({ caller, objects, commit, body, expects }) {
      const { id, index: _read, ...before } = organisationOf(objects, caller.organisation);
      const organisation: Organisation = { ...before, name: body.name };
      const index = await commit({
        action: 'organisations.change',
        object: id,
        details: { name: body.name },
        effects: [objects(ORGANISATIONS).put(id, organisation, expects)],
      });
      return { body: { ...organisation, id }, index };
    },
  }),
];

function organisationOf(objects: Call['objects'], id: string): Stored<Organisation> {
  const organisation = objects(ORGANISATIONS).get(id);
  if (organisation === undefined) throw new Problem('request.not-found', 'there is no such organisation');
  return organisation;
}
