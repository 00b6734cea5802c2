/** Sign-ins that must come to nothing: what a server, an authorization server or somebody on this machine could get a person to agree to. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock, systemTimers } from '@writ/core';
import { signIn, type UpstreamConfig } from '../../src/mcp/index.ts';
import { json, listen, type Listener } from './listener.ts';

type HttpServer = Extract<UpstreamConfig, { url: string }>;

const SECRET = 'a-word-of-the-other-side';

/** What is bent. */
interface Bent {
  /** Members of the authorization server's metadata. */
  readonly metadata?: (base: string) => Readonly<Record<string, unknown>>;
  /** Members of the server's metadata. */
  readonly resource?: (base: string) => Readonly<Record<string, unknown>>;
  /** Parameters of the answer that the browser brings. */
  readonly answer?: (base: string) => Readonly<Record<string, string | undefined>>;
  readonly token?: Readonly<Record<string, unknown>>;
  readonly auth?: Omit<Extract<NonNullable<HttpServer['auth']>, { kind: 'authorizationCode' }>, 'kind'>;
}

/** A server with its authorization server, all in order but for what is bent. */
async function world({ metadata, resource, token }: Bent): Promise<Listener> {
  const listener: Listener = await listen((came, response) => {
    const base = listener.url.replace('/mcp', '');
    switch (URL.parse(came.raw.url ?? '', base)?.pathname ?? '') {
      case '/.well-known/oauth-protected-resource/mcp':
        return json(response, { resource: listener.url, authorization_servers: [base], ...resource?.(base) });
      case '/.well-known/oauth-authorization-server':
        return json(response, {
          issuer: base,
          authorization_endpoint: `${base}/authorize`,
          token_endpoint: `${base}/token`,
          registration_endpoint: `${base}/register`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
          authorization_response_iss_parameter_supported: true,
          token_endpoint_auth_methods_supported: ['none'],
          ...metadata?.(base),
        });
      case '/register':
        return json(response, { client_id: 'registered' }, 201);
      case '/token':
        return json(response, { access_token: 'the-token', token_type: 'Bearer', ...token });
      default:
        return response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    }
  });
  return listener;
}

interface Came {
  readonly thrown: unknown;
  /** Whether a person was sent anywhere. */
  readonly wasSent: boolean;
  readonly isKept: boolean;
  readonly paths: readonly string[];
}

async function attempt(bent: Bent): Promise<Came> {
  const listener = await world(bent);
  const base = listener.url.replace('/mcp', '');
  const data = mkdtempSync(join(tmpdir(), 'writ-refusals-'));
  let wasSent = false;
  const thrown: unknown = await signIn({
    server: { name: 's', url: listener.url, auth: { kind: 'authorizationCode', ...bent.auth } },
    data,
    environment: {},
    clock: systemClock,
    timers: systemTimers,
    person: {
      async open(url) {
        wasSent = true;
        const asked = new URL(url).searchParams;
        const back = new URL(asked.get('redirect_uri') ?? '');
        const answer = { code: 'c', iss: base, state: asked.get('state') ?? '', ...bent.answer?.(base) };
        // Whatever else is on this machine may come first; it is turned away, and the wait goes on.
        for (const state of ['', 'guessed']) {
          const other = await fetch(`${back.href}?code=${SECRET}&state=${state}`);
          expect(other.status).toBe(404);
        }
        for (const [name, value] of Object.entries(answer))
          if (value !== undefined) back.searchParams.set(name, value);
        await fetch(back);
      },
      confirmMove: () => true,
    },
  }).then(
    () => undefined,
    (fault: unknown) => fault,
  );
  const paths = listener.came.map(({ raw }) => raw.url ?? '');
  return { thrown, wasSent, isKept: existsSync(join(data, 'servers/s.json')), paths };
}

test('where nothing is bent, a person comes through', async () => {
  expect(await attempt({})).toMatchObject({ thrown: undefined, wasSent: true, isKept: true });
});

test.each<[string, Bent]>([
  ['metadata of another resource', { resource: () => ({ resource: 'https://other.example.com/mcp' }) }],
  ['metadata of another path', { resource: (base) => ({ resource: `${base}/mc` }) }],
  [
    'an issuer that is not over TLS',
    { resource: () => ({ authorization_servers: ['http://id.example.com'] }) },
  ],
  ['an issuer that is no URL', { resource: () => ({ authorization_servers: [SECRET] }) }],
  ['metadata of another issuer', { metadata: (base) => ({ issuer: `${base}/${SECRET}` }) }],
  ['an issuer that the configuration does not list', { auth: { issuers: ['https://id.example.com'] } }],
  ['no PKCE', { metadata: () => ({ code_challenge_methods_supported: undefined }) }],
  ['PKCE in clear alone', { metadata: () => ({ code_challenge_methods_supported: ['plain'] }) }],
  ['an address that is no page', { metadata: () => ({ authorization_endpoint: 'file:///etc/passwd' }) }],
  ['a page in clear elsewhere', { metadata: () => ({ authorization_endpoint: 'http://id.example.com/' }) }],
  ['a program instead of a page', { metadata: () => ({ authorization_endpoint: 'calculator:1' }) }],
  ['nobody registered', { metadata: () => ({ registration_endpoint: undefined }) }],
])('%s: nobody is sent anywhere', async (_what, bent) => {
  const { thrown, wasSent, isKept, paths } = await attempt(bent);
  expect(thrown).toMatchObject({ code: 'upstream.credential' });
  expect([wasSent, isKept, paths.includes('/token')]).toStrictEqual([false, false, false]);
  expect(JSON.stringify([String(thrown), thrown])).not.toContain(SECRET);
});

test.each<[string, Bent]>([
  ['of another issuer', { answer: () => ({ iss: 'https://evil.example.com' }) }],
  ['of the issuer with a slash', { answer: (base) => ({ iss: `${base}/` }) }],
  ['without the issuer that was promised', { answer: () => ({ iss: undefined }) }],
  [
    'that is an error',
    { answer: () => ({ code: undefined, error: 'access_denied', error_description: SECRET }) },
  ],
])('an answer %s is not redeemed', async (_what, bent) => {
  const { thrown, isKept, paths } = await attempt(bent);
  expect(thrown).toMatchObject({ code: 'upstream.credential' });
  expect([isKept, paths.includes('/token')]).toStrictEqual([false, false]);
  expect(JSON.stringify([String(thrown), thrown])).not.toContain(SECRET);
});

test.each<[string, Bent]>([
  ['of another type', { token: { token_type: 'mac' } }],
  ['that is bound to a key nobody has', { token: { token_type: 'DPoP' } }],
  ['that breaks a header', { token: { access_token: `a\r\nx: ${SECRET}` } }],
  ['that is not bound, where that is configured', { auth: { dpop: {} } }],
  ['without end', { token: { refresh_token: 'x'.repeat(20_000) } }],
])('a token %s is not kept', async (_what, bent) => {
  const { thrown, isKept } = await attempt(bent);
  expect(thrown).toMatchObject({ code: expect.stringMatching(/^upstream\.credential$|^bound\.exceeded$/) });
  expect(isKept).toBe(false);
  expect(JSON.stringify([String(thrown), thrown])).not.toContain(SECRET);
});
