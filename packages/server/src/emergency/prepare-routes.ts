/** Emergency access, prepared while all is well: an administrator names somebody else, and they make their own codes. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { concernsOf, PEOPLE, type PersonRecord, ULID } from '../people/index.ts';
import { CREDENTIALS, requireRecent } from '../sign-in/index.ts';
import type { Stored } from '../state/index.ts';
import { codesOf, newCodes } from './code.ts';

/** Longest time for which somebody is named, in milliseconds. */
const LONGEST_MS = 400 * 86_400_000;
const PERSON = { person: ULID };
const SHOWN = z.object({ person: ULID, until: z.int() });

export const PREPARE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'put',
    path: '/v1/people/{person}/emergency-access',
    operation: 'allowEmergencyAccess',
    summary: 'Names somebody else who may come in while an identity provider is out, until an instant.',
    access: 'administer',
    params: PERSON,
    conditional: true,
    body: z.strictObject({ until: z.int().min(0) }),
    answers: SHOWN,
    async handle({ caller, objects, commit, params, body, expects, now }) {
      const { id, index: _read, ...before } = personIn(objects, params.person);
      if (caller.id === id)
        throw new Problem('request.forbidden', 'you cannot name yourself; ask another administrator');
      if (body.until <= now || body.until > now + LONGEST_MS)
        throw new Problem('request.invalid', '`until` is to come, in 400 days at most', [
          { pointer: '/until', detail: 'is to come' },
        ]);
      const index = await commit({
        action: 'emergency_access.allow',
        object: id,
        concerns: concernsOf(before, id),
        details: { until: body.until },
        effects: [objects(PEOPLE).put(id, { ...before, emergencyUntil: body.until }, expects)],
      });
      return { body: { person: id, until: body.until }, index };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/people/{person}/emergency-access',
    operation: 'endEmergencyAccess',
    summary: 'Takes emergency access back: their codes are good no more.',
    access: 'administer',
    params: PERSON,
    conditional: true,
    async handle({ plane, caller, objects, commit, params, expects }) {
      const { id, index: _read, emergencyUntil: _until, ...rest } = personIn(objects, params.person);
      const credentials = objects(CREDENTIALS);
      await commit({
        action: 'emergency_access.end',
        object: id,
        concerns: concernsOf(rest, id),
        effects: [
          objects(PEOPLE).put(id, rest, expects),
          ...codesOf(plane, caller.organisation, id).map((code) => credentials.remove(code.id, code.index)),
        ],
      });
      return {};
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/emergency-codes',
    operation: 'createEmergencyCodes',
    summary:
      'Makes your codes for an emergency in place of those you had; they are shown once. Only soon after you signed in, where an administrator named you.',
    access: 'own',
    answers: z.object({ codes: z.array(z.string()), expires: z.int() }),
    secret: true,
    async handle({ plane, caller, objects, commit, now }) {
      await requireRecent(plane, caller, 'codes for an emergency are made');
      const { id, index, emergencyUntil: expires = 0 } = personIn(objects, caller.id);
      if (now >= expires)
        throw new Problem('request.forbidden', 'no administrator named you for emergency access');
      const { codes, effects } = newCodes(plane, caller.organisation, id, expires);
      await commit({
        action: 'emergency_codes.create',
        object: id,
        details: { codes: codes.length, expires },
        effects,
        records: [{ collection: 'people', key: `${caller.organisation}/${id}`, index }],
      });
      return { status: 201, body: { codes: [...codes], expires } };
    },
  }),
];

function personIn(objects: Call['objects'], id: string): Stored<PersonRecord> {
  const person = objects(PEOPLE).get(id);
  if (person === undefined) throw new Problem('request.not-found', 'there is no such person');
  return person;
}
