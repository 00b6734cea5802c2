/** What a command does that asks to act for somebody: begins, and asks until somebody answered (RFC 8628). */
import { canonicalJson } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { ROLES } from '../authority/index.ts';
import { ownSiteOf, Problem, remoteAddressOf } from '../http/index.ts';
import { concernsOf, PEOPLE, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { API_TOKENS, createSecret, tokenText } from '../tokens/index.ts';
import { CREDENTIALS, hashOf } from '../sign-in/index.ts';
import {
  ASKING_ROLES,
  beginLogin,
  endLogin,
  INTERVAL_SECONDS,
  LIFE_MS,
  type PendingLogin,
  poll,
} from './device-login.ts';

const DAY_MS = 86_400_000;
/** Longest life of a token that a command asks for, in days. */
const MAX_DAYS = 90;
/** Name of a machine: nothing that could read as a sentence to the person who is asked. */
const HOST = z
  .string()
  .max(80)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'the name of a machine: letters, digits, `.`, `_` and `-`');
const CODE = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a device code');

const EXPIRED = 'the code is unknown, used or expired; run `writ login` again';

export const COMMAND_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/device-logins',
    operation: 'beginDeviceLogin',
    summary: 'Begins a sign-in of a command; a person agrees to it in their browser (RFC 8628).',
    access: 'nobody',
    body: z.strictObject({
      host: HOST,
      roles: ASKING_ROLES.default([]),
      days: z.int().min(1).max(MAX_DAYS).default(30),
    }),
    answers: z.object({
      device_code: z.string(),
      user_code: z.string(),
      verification_uri: z.string(),
      verification_uri_complete: z.string(),
      expires_in: z.int(),
      interval: z.int(),
    }),
    secret: true,
    async handle({ plane, request, body }) {
      const begun = await beginLogin(plane, { ...body, address: remoteAddressOf(request) });
      if (begun === undefined)
        throw new Problem('request.too-many', 'too many commands ask to sign in; try again in a minute');
      const page = `${ownSiteOf(plane.url).origin}/device`;
      return {
        body: {
          device_code: begun.deviceCode,
          user_code: begun.userCode,
          verification_uri: page,
          // After `#`, so that no server, proxy or history of requests has it.
          verification_uri_complete: `${page}#code=${begun.userCode}`,
          expires_in: LIFE_MS / 1000,
          interval: INTERVAL_SECONDS,
        },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/device-logins/token',
    operation: 'pollDeviceLogin',
    summary:
      'Asks whether somebody agreed; the API token is answered once, and no more often than every few seconds.',
    access: 'nobody',
    body: z.strictObject({ device_code: CODE }),
    answers: z.object({
      id: ULID,
      token: z.string(),
      name: z.string(),
      roles: z.array(z.enum(ROLES)),
      expires: z.int(),
    }),
    secret: true,
    async handle({ plane, body }) {
      const polled = await poll(plane, body.device_code);
      if (polled.status === 'hasty')
        throw new Problem('device.slow_down', 'ask less often: five seconds more from now on');
      if (polled.status === 'unknown') {
        await plane.refusals.record('token', 'device.code');
        throw new Problem('device.expired_token', EXPIRED);
      }
      const { login } = polled;
      if (login.status === 'denied') throw new Problem('device.access_denied', 'the sign-in was refused');
      if (login.organisation === null || login.person === null)
        throw new Problem('device.authorization_pending', 'nobody answered yet');
      return {
        body: await tokenOf(plane, login, { organisation: login.organisation, person: login.person }),
      };
    },
  }),
];

/**
 * The token of a login that somebody agreed to. INVARIANT: what the log says decides: a row that says that somebody agreed is nothing without their entry, and the object that it put
 * there goes with the token, so that there is one.
 */
async function tokenOf(
  plane: Plane,
  login: PendingLogin,
  { organisation, person: by }: { readonly organisation: string; readonly person: string },
): Promise<{ id: string; token: string; name: string; roles: PersonRoles; expires: number }> {
  const person = plane.objects(organisation, PEOPLE).get(by);
  if (person?.status !== 'active') {
    await endLogin(plane, login.id);
    throw new Problem('device.access_denied', 'whoever agreed may not sign in any more');
  }
  const agreed = plane.objects(organisation, CREDENTIALS).get(login.id);
  if (agreed === undefined)
    throw new Problem('device.authorization_pending', 'this server has not heard of the answer yet');
  const now = plane.clock.now();
  if (
    agreed.type !== 'device' ||
    agreed.person !== by ||
    agreed.hash !== hashOf(canonicalJson([login.device_hash, login.host]))
  )
    throw new Problem('device.access_denied', 'what was agreed to is another sign-in');
  const roles = agreed.roles.filter((role) => person.roles.includes(role));
  if (now >= agreed.expires || roles.length === 0) {
    await endLogin(plane, login.id);
    throw new Problem('device.expired_token', EXPIRED);
  }
  const id = plane.newId();
  const { secret, hash } = createSecret(plane.random);
  const name = tokenName(login.host);
  const expires = now + agreed.days * DAY_MS;
  const { host, address } = login;
  await plane.changes.commit({
    action: 'api_tokens.create',
    object: id,
    organisation,
    actor: { kind: 'person', id: by, concerns: concernsOf(person, by) },
    effects: [
      plane.objects(organisation, CREDENTIALS).remove(login.id, agreed.index),
      plane
        .objects(organisation, API_TOKENS)
        .put(id, { name, person: by, roles, hash, created: now, expires }, null),
    ],
    details: { name, roles, expires, deviceLogin: login.id, host, ...(address === null ? {} : { address }) },
  });
  await endLogin(plane, login.id);
  return { id, token: tokenText(organisation, id, secret), name, roles, expires };
}

type PersonRoles = (typeof ROLES)[number][];

/** Of the token of a command on `host`. */
function tokenName(host: string): string {
  return `writ login on ${host}`;
}
