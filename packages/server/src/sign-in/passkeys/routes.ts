/** Signing in with a passkey, and one's own passkeys. */
import { z } from 'zod';
import { defineRoute, type Route } from '../../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../../http/index.ts';
import { NAME, PEOPLE, ULID } from '../../people/index.ts';
import { beginCeremony, takeCeremony } from '../ceremonies.ts';
import { requireRecent } from '../recent.ts';
import { refused } from '../refuse.ts';
import { startSession } from '../session.ts';
import { assertedPerson, assertionOptions } from './assert.ts';
import { ASSERTION_RESPONSE, OPTIONS, REGISTRATION_RESPONSE } from './ceremony-bodies.ts';
import { CREDENTIALS, passkeysOf } from './passkey.ts';
import { registeredPasskey, registrationOptions } from './register.ts';

const SHOWN = z.object({
  id: ULID,
  name: z.string(),
  isSynced: z.boolean(),
  created: z.int(),
});
/** Who signed in. */
export const SIGNED_IN: z.ZodType<{ readonly organisation: string; readonly person: string }> = z.object({
  organisation: ULID,
  person: ULID,
});

export const PASSKEY_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/sign-in/passkey/options',
    operation: 'beginPasskeySignIn',
    summary: 'Begins a sign-in with a passkey: options for the browser.',
    access: 'nobody',
    answers: z.object({ options: OPTIONS }),
    async handle({ plane }) {
      const options = await assertionOptions(plane);
      const cookie = await beginCeremony(plane, 'passkey', { challenge: options.challenge });
      return { body: { options: { ...options } }, headers: { 'set-cookie': cookie } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/sign-in/passkey',
    operation: 'signInWithPasskey',
    summary: 'Signs in with what the browser made of the options.',
    access: 'nobody',
    body: z.strictObject({ response: ASSERTION_RESPONSE }),
    answers: SIGNED_IN,
    async handle({ plane, body, request }) {
      const begun = await takeCeremony(plane, 'passkey', request);
      if (begun === undefined) throw await refused(plane, 'passkey', 'passkey.ceremony');
      const asserted = await assertedPerson(plane, begun['challenge'] ?? '', body.response);
      if (asserted.status === 'refused') throw await refused(plane, 'passkey', asserted.code);
      const { organisation, person } = asserted;
      const cookie = await startSession(plane, {
        organisation,
        id: person.id,
        person,
        method: 'passkey',
        request,
      });
      return { body: { organisation, person: person.id }, headers: { 'set-cookie': cookie } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/passkeys',
    operation: 'listPasskeys',
    summary: 'Your passkeys.',
    access: 'own',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ plane, caller, query }) => ({
      body: pageOf(passkeysOf(plane, caller.organisation, caller.id), query),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/passkeys/options',
    operation: 'beginPasskey',
    summary: 'Begins the registration of another passkey of yours; only soon after you signed in.',
    access: 'own',
    naturallyIdempotent: true,
    answers: z.object({ options: OPTIONS }),
    async handle({ plane, caller, objects }) {
      await requireRecent(plane, caller, 'a passkey is added');
      const person = objects(PEOPLE).get(caller.id);
      const registrant = {
        organisation: caller.organisation,
        id: caller.id,
        name: person?.name ?? caller.id,
      };
      const options = await registrationOptions(plane, registrant);
      const data = { challenge: options.challenge, session: caller.credential };
      const cookie = await beginCeremony(plane, 'registration', data);
      return { body: { options: { ...options } }, headers: { 'set-cookie': cookie } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/passkeys',
    operation: 'addPasskey',
    summary: 'Adds the passkey that the browser made of the options.',
    access: 'own',
    body: z.strictObject({ name: NAME, response: REGISTRATION_RESPONSE }),
    answers: SHOWN,
    async handle({ plane, caller, body, request, objects, commit }) {
      await requireRecent(plane, caller, 'a passkey is added');
      const begun = await takeCeremony(plane, 'registration', request);
      if (begun?.['session'] !== caller.credential)
        throw new Problem('request.conflict', 'no registration is under way here; begin again');
      const registrant = { organisation: caller.organisation, id: caller.id, name: body.name };
      const passkey = await registeredPasskey(plane, registrant, begun['challenge'] ?? '', body.response);
      const id = plane.newId();
      const index = await commit({
        action: 'passkeys.create',
        object: id,
        effects: [objects(CREDENTIALS).put(id, passkey, null)],
        details: { name: body.name, isSynced: passkey.isSynced },
      });
      return { status: 201, index, location: `/v1/passkeys/${id}`, body: { ...passkey, id } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/passkeys/{passkey}',
    operation: 'removePasskey',
    summary: 'Removes one of your passkeys; never the only way in.',
    access: 'own',
    params: { passkey: ULID },
    async handle({ plane, caller, params, objects, commit }) {
      const passkeys = passkeysOf(plane, caller.organisation, caller.id);
      const passkey = passkeys.find(({ id }) => id === params.passkey);
      if (passkey === undefined) throw new Problem('request.not-found', 'you have no such passkey');
      if (passkeys.length === 1 && objects(PEOPLE).get(caller.id)?.identity === undefined)
        throw new Problem('request.conflict', 'it is your only way in; add another passkey first');
      await commit({
        action: 'passkeys.remove',
        object: params.passkey,
        effects: [objects(CREDENTIALS).remove(params.passkey, passkey.index)],
        // Two removals at once leave none otherwise.
        records: passkeys
          .filter(({ id }) => id !== params.passkey)
          .slice(0, 1)
          .map(({ id, index }) => ({
            collection: 'credentials' as const,
            key: `${caller.organisation}/${id}`,
            index,
          })),
      });
      await plane.tables.deleteFrom('passkey_counters').where('id', '=', params.passkey).execute();
      return {};
    },
  }),
];
