/** Signing in for the first time, with a link: it makes a passkey, and is good no more. */
import { z } from 'zod';
import { defineRoute, type Route } from '../../api/index.ts';
import { Problem } from '../../http/index.ts';
import { concernsOf, NAME, PEOPLE, ULID } from '../../people/index.ts';
import type { Plane } from '../../plane.ts';
import { beginCeremony, takeCeremony } from '../ceremonies.ts';
import {
  CREDENTIALS,
  credentialsOf,
  OPTIONS,
  type Passkey,
  REGISTRATION_RESPONSE,
  registeredPasskey,
  registrationOptions,
  SIGNED_IN,
} from '../passkeys/index.ts';
import { refused } from '../refuse.ts';
import { endSessions, startSession } from '../session.ts';
import { createLink, type GoodLink, goodLink, linkOfPerson } from './link.ts';

export const LINK_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/sign-in/link',
    operation: 'beginLinkSignIn',
    summary: 'Begins the first sign-in with a link: options for the passkey that the browser makes.',
    access: 'nobody',
    body: z.strictObject({ link: z.string().max(200) }),
    answers: z.object({ options: OPTIONS, name: z.string() }),
    async handle({ plane, body }) {
      const good = goodLink(plane, body.link);
      if (good === undefined) throw await refused(plane, 'link', 'link.unknown');
      const { organisation, person, link } = good;
      const options = await registrationOptions(plane, { organisation, id: person.id, name: person.name });
      const data = { challenge: options.challenge, organisation, person: person.id, link: link.hash };
      const cookie = await beginCeremony(plane, 'link', data);
      return { body: { options: { ...options }, name: person.name }, headers: { 'set-cookie': cookie } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/sign-in/link/passkey',
    operation: 'signInWithLink',
    summary: 'Takes the passkey that the browser made, uses the link up and signs in.',
    access: 'nobody',
    body: z.strictObject({ name: NAME.default('passkey'), response: REGISTRATION_RESPONSE }),
    answers: SIGNED_IN,
    async handle({ plane, body, request }) {
      const begun = (await takeCeremony(plane, 'link', request)) ?? {};
      const { organisation: of = '', person: whose = '', link: hash = '' } = begun;
      const good = linkOfPerson(plane, of, whose, hash);
      if (good === undefined) throw await refused(plane, 'link', 'link.ceremony');
      const { organisation, person } = good;
      const registrant = { organisation, id: person.id, name: body.name };
      const passkey = await registeredPasskey(plane, registrant, begun['challenge'] ?? '', body.response);
      await useLink(plane, good, passkey);
      const cookie = await startSession(plane, {
        organisation,
        id: person.id,
        person,
        method: 'link',
        request,
      });
      return { body: { organisation, person: person.id }, headers: { 'set-cookie': cookie } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/people/{person}/invitation',
    operation: 'invitePerson',
    summary: 'Makes a link with which a person who has never signed in does so; it is shown once.',
    access: 'administer',
    params: { person: ULID },
    answers: z.object({ url: z.string(), expires: z.int() }),
    secret: true,
    async handle({ plane, caller, params, objects, commit }) {
      const person = objects(PEOPLE).get(params.person);
      if (person === undefined) throw new Problem('request.not-found', 'there is no such person');
      if (person.status !== 'invited')
        throw new Problem('request.conflict', 'they have signed in before; nobody gets in in their place');
      const { url, expires } = await createLink(plane, {
        organisation: caller.organisation,
        person,
        purpose: 'invitation',
        commit,
      });
      return { status: 201, body: { url, expires } };
    },
  }),
];

/** One change: the link gone, the passkey there, the person active; of a recovery, what was lost gone too. A second use of the link finds it changed. */
async function useLink(
  plane: Plane,
  { organisation, link, person }: GoodLink,
  passkey: Passkey,
): Promise<void> {
  const { id, index, ...record } = person;
  const credentials = plane.objects(organisation, CREDENTIALS);
  const passkeyId = plane.newId();
  await plane.changes.commit({
    action: 'links.use',
    object: id,
    organisation,
    actor: { kind: 'person', id, concerns: concernsOf(person, id) },
    details: { purpose: link.purpose, passkey: passkeyId },
    effects: [
      ...credentialsOf(plane, organisation, id)
        .filter(({ id: old }) => old === link.id || link.purpose === 'recovery')
        .map((old) => credentials.remove(old.id, old.index)),
      credentials.put(passkeyId, passkey, null),
      plane.objects(organisation, PEOPLE).put(id, { ...record, status: 'active' }, index),
    ],
  });
  await endSessions(plane, organisation, id);
}
