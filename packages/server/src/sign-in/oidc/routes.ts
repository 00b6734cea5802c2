/** Signing in with an identity provider. */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { defineRoute, type Route } from '../../api/index.ts';
import { ownSiteOf, Problem } from '../../http/index.ts';
import {
  type IdentityProvider,
  PROVIDER_SHOWN,
  type RoundTrip,
  shownProvider,
} from '../../identity-providers/index.ts';
import { organisationsOf } from '../../people/index.ts';
import type { Plane } from '../../plane.ts';
import { beginCeremony, takeCeremony } from '../ceremonies.ts';
import { refused } from '../refuse.ts';
import { newSecret } from '../session-cookie.ts';
import { startSession } from '../session.ts';
import { personOf } from './person-of.ts';

const PROVIDER = { provider: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'the id of a provider') };
const text = z.string().max(4_096).optional();

export const OIDC_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/identity-providers',
    operation: 'listIdentityProviders',
    summary:
      'The identity providers that the operator configured: what their groups give here, and whether they answer.',
    access: 'audit',
    answers: z.object({ items: z.array(PROVIDER_SHOWN) }),
    handle({ plane, caller }) {
      const standing = plane.outages.standing();
      const items = plane.identityProviders
        .filter(({ settings }) => (settings.organisation ?? caller.organisation) === caller.organisation)
        .map(({ settings }) =>
          shownProvider(
            settings,
            standing.find(({ id }) => id === settings.id),
          ),
        );
      return { body: { items } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/sign-in/providers/{provider}',
    operation: 'beginProviderSignIn',
    summary: 'Begins a sign-in with an identity provider: where to send the browser.',
    access: 'nobody',
    params: PROVIDER,
    answers: z.object({ url: z.string() }),
    async handle({ plane, params }) {
      const provider = providerOf(plane, params.provider);
      organisationOf(plane, provider);
      const roundTrip: RoundTrip = {
        state: newSecret(plane.random),
        nonce: newSecret(plane.random),
        verifier: newSecret(plane.random),
      };
      const url = await asked(provider.begin(redirectUri(plane, provider), roundTrip));
      const cookie = await beginCeremony(plane, 'oidc', { provider: params.provider, ...roundTrip });
      return { body: { url: url.href }, headers: { 'set-cookie': cookie } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/sign-in/providers/{provider}/callback',
    operation: 'endProviderSignIn',
    summary: 'Where an identity provider sends the browser back to; signs in and goes to the first page.',
    access: 'nobody',
    params: PROVIDER,
    // Also what providers add that nobody asked for; anything else is refused.
    query: {
      code: text,
      state: text,
      iss: text,
      error: text,
      error_description: text,
      error_uri: text,
      session_state: text,
      scope: text,
      authuser: text,
      hd: text,
      prompt: text,
    },
    async handle({ plane, params, query, request }) {
      try {
        return await signedInBy(plane, params.provider, query, request);
      } catch (thrown) {
        if (thrown instanceof Problem && isPageAsked(request)) return toldOnPage(thrown);
        throw thrown;
      }
    },
  }),
];

async function signedInBy(
  plane: Plane,
  id: string,
  query: Readonly<Record<string, string | undefined>>,
  request: Request,
): Promise<Response> {
  const provider = providerOf(plane, id);
  const roundTrip = await roundTripOf(plane, provider, request, query['state'] ?? '');
  if (query['error'] !== undefined) throw await refused(plane, 'oidc', 'oidc.denied');
  const callback = new URL(redirectUri(plane, provider));
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) callback.searchParams.set(name, value);
  const claims = await finished(plane, provider, callback, roundTrip);
  const organisation = organisationOf(plane, provider);
  const known = await personOf(plane, organisation, provider.settings, claims);
  if (known.status === 'refused') throw await refused(plane, 'oidc', known.code);
  const cookie = await startSession(plane, { ...known, organisation, method: 'oidc', request });
  // To one place, whatever the browser or the provider would like.
  return new Response(null, { status: 303, headers: { location: '/', 'set-cookie': cookie } });
}

/** Whether somebody looks at what is answered. */
function isPageAsked({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/html') === true;
}

const TOLD: Readonly<Partial<Record<Problem['code'], string>>> = {
  'request.unauthenticated': 'refused',
  'request.too-many': 'many',
  'server.unavailable': 'away',
};

/** The page says it, by a word of its own list. */
function toldOnPage({ code }: Problem): Response {
  const location = `/sign-in#problem=${TOLD[code] ?? 'other'}`;
  return new Response(null, { status: 303, headers: { location } });
}

/** One for each provider: an answer of one is none of another (RFC 9700 §4.4.2). */
function redirectUri({ url }: Plane, { settings }: IdentityProvider): string {
  return `${ownSiteOf(url).origin}/v1/sign-in/providers/${settings.id}/callback`;
}

function providerOf({ identityProviders }: Plane, id: string): IdentityProvider {
  const provider = identityProviders.find(({ settings }) => settings.id === id);
  if (provider === undefined) throw new Problem('request.not-found', 'there is no such identity provider');
  return provider;
}

function organisationOf(plane: Plane, { settings }: IdentityProvider): string {
  const all = organisationsOf(plane);
  const one = settings.organisation ?? (all.length === 1 ? all[0] : undefined);
  if (one === undefined || !all.includes(one))
    throw new Problem('server.unavailable', 'the operator has not said whose this identity provider is');
  return one;
}

/** What this browser left with, once; the state is that which it came back with, and the provider the one it was sent to. */
async function roundTripOf(
  plane: Plane,
  { settings }: IdentityProvider,
  request: Request,
  state: string,
): Promise<RoundTrip> {
  const begun = await takeCeremony(plane, 'oidc', request);
  if (begun === undefined) throw await refused(plane, 'oidc', 'oidc.ceremony');
  if (begun['provider'] !== settings.id) throw await refused(plane, 'oidc', 'oidc.mix-up');
  const [expected, given] = [Buffer.from(begun['state'] ?? ''), Buffer.from(state)];
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    throw await refused(plane, 'oidc', 'oidc.state');
  return {
    state,
    nonce: begun['nonce'] ?? '',
    verifier: begun['verifier'] ?? '',
  };
}

async function asked<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch {
    throw away();
  }
}

async function finished(
  plane: Plane,
  provider: IdentityProvider,
  callback: URL,
  roundTrip: RoundTrip,
): Promise<Awaited<ReturnType<IdentityProvider['finish']>>> {
  try {
    return await provider.finish(callback, roundTrip);
  } catch (cause) {
    if (isAway(cause)) throw away();
    throw await refused(plane, 'oidc', 'oidc.answer', { why: whyOf(cause) });
  }
}

function away(): Problem {
  return new Problem(
    'server.unavailable',
    'the identity provider cannot be reached, or is not what was configured',
  );
}

/** Whether nothing was answered, so that nothing is known to be wrong: `fetch` throws a `TypeError` without a code of the library. */
function isAway(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause ? cause.code : undefined;
  return code === 'OAUTH_TIMEOUT' || (cause instanceof TypeError && code === undefined);
}

/** What the library found wrong: its code and words, without anything of the token. */
function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause.message}`.slice(0, 200);
}
