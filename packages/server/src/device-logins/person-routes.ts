/** What a person does in the browser with a command that asks to act for them: looks who asks, and answers. */
import { canonicalJson, type RecordEffect } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { type Role, ROLES } from '../authority/index.ts';
import type { Caller } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { attempt } from '../throttle/index.ts';
import { CREDENTIALS, credentialsOf, type DeviceLogin, hashOf, requireRecent } from '../sign-in/index.ts';
import { requireRoom } from '../tokens/index.ts';
import { ASKING_ROLES, answerLogin, loginOfUserCode, type PendingLogin } from './device-login.ts';

const WINDOW_MS = 10 * 60 * 1000;
/** Codes that are typed in ten minutes: by one person, in one organisation, on all servers. Of 20⁸ codes none is found so. */
const MOST_TYPED = { person: 20, organisation: 200, all: 2_000 };

const TYPED = z.string().min(1).max(40);

export const PERSON_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/device-logins/view',
    operation: 'viewDeviceLogin',
    summary: 'Which command asks with this code, and what it would be given.',
    access: 'own',
    naturallyIdempotent: true,
    body: z.strictObject({ user_code: TYPED }),
    answers: z.object({
      host: z.string(),
      address: z.string().optional(),
      roles: z.array(z.enum(ROLES)),
      days: z.int(),
      created: z.int(),
      expires: z.int(),
    }),
    async handle({ plane, caller, body }) {
      const login = await typedLogin(plane, caller, body.user_code);
      if (login.status !== 'asked') throw answered();
      const { host, address, days, created, expires } = login;
      const roles = [...grantedTo(caller, login)];
      return { body: { host, ...(address === null ? {} : { address }), roles, days, created, expires } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/device-logins/answer',
    operation: 'answerDeviceLogin',
    summary: 'Gives the command that asks with this code an API token of yours, or refuses it.',
    access: 'own',
    body: z.strictObject({ user_code: TYPED, answer: z.enum(['approve', 'deny']) }),
    answers: z.object({ answer: z.enum(['approve', 'deny']), host: z.string() }),
    async handle({ plane, caller, objects, body, commit, now }) {
      const login = await typedLogin(plane, caller, body.user_code);
      const { id, host, address } = login;
      const isApproval = body.answer === 'approve';
      const roles = grantedTo(caller, login);
      if (isApproval && roles.length === 0)
        throw new Problem('request.forbidden', 'it asks for what you may not do yourself');
      if (isApproval) {
        // INVARIANT: as for a token that a person makes themselves: a stolen cookie is not made to last.
        await requireRecent(plane, caller, 'a command is signed in');
        requireRoom(objects, caller.id, now);
      }
      const isTaken = await answerLogin(plane, id, {
        status: isApproval ? 'approved' : 'denied',
        organisation: caller.organisation,
        person: caller.id,
      });
      if (!isTaken) throw answered();
      const credentials = plane.objects(caller.organisation, CREDENTIALS);
      if (credentials.get(id) !== undefined) return { body: { answer: body.answer, host } };
      const agreed: DeviceLogin = {
        type: 'device',
        person: caller.id,
        hash: hashOf(canonicalJson([login.device_hash, host])),
        roles: [...roles],
        days: login.days,
        created: now,
        expires: login.expires,
      };
      await commit({
        action: isApproval ? 'device_logins.approve' : 'device_logins.deny',
        object: id,
        effects: isApproval ? [...staleOf(plane, caller, now), credentials.put(id, agreed, null)] : [],
        details: { host, roles: [...roles], days: login.days, ...(address === null ? {} : { address }) },
      });
      return { body: { answer: body.answer, host } };
    },
  }),
];

/** The login whose code `caller` typed. Throws `request.forbidden` without a browser, `request.too-many`, `request.not-found`. */
async function typedLogin(plane: Plane, caller: Caller, typed: string): Promise<PendingLogin> {
  // INVARIANT: a token makes no other through a command: it would outlive itself.
  if (!caller.isCookie)
    throw new Problem('request.forbidden', 'a person answers this in their browser, not an API token');
  const { person, organisation, all } = MOST_TYPED;
  const mayTry = await attempt(plane, [
    { name: `device:person:${caller.organisation}:${caller.id}`, most: person, windowMs: WINDOW_MS },
    { name: `device:organisation:${caller.organisation}`, most: organisation, windowMs: WINDOW_MS },
    { name: 'device:all', most: all, windowMs: WINDOW_MS },
  ]);
  if (!mayTry) throw new Problem('request.too-many', 'too many codes were typed; try again in ten minutes');
  const login = await loginOfUserCode(plane, typed);
  if (login !== undefined) return login;
  await plane.refusals.record('token', 'device.user-code', { person: caller.id });
  throw new Problem(
    'request.not-found',
    'no command asks with this code: it is mistyped, used or expired; it is good for ten minutes',
  );
}

/** What the command would get: what it asks for, and no more than the person may. */
function grantedTo(caller: Caller, { roles }: PendingLogin): readonly Role[] {
  const asked = ASKING_ROLES.parse(JSON.parse(roles));
  return (asked.length === 0 ? ROLES : asked).filter((role) => caller.roles.includes(role));
}

function answered(): Problem {
  return new Problem('request.final', 'this was answered already; the first answer stands');
}

/** Takes away what the person agreed to before and no command came for. */
function staleOf(plane: Plane, { organisation, id }: Caller, now: number): readonly RecordEffect[] {
  const credentials = plane.objects(organisation, CREDENTIALS);
  return credentialsOf(plane, organisation, id)
    .filter((one) => one.type === 'device' && now >= one.expires)
    .map((one) => credentials.remove(one.id, one.index));
}
