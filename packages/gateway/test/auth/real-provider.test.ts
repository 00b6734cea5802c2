// Access tokens of a real OpenID provider on the loopback interface (RFC 9068, RFC 8707), and what attackers make of them.
import { createHmac, createPublicKey, KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactEncrypt, exportJWK, generateKeyPair, UnsecuredJWT } from 'jose';
import Provider, { type ResourceServerInfo } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type JsonObject, systemClock } from '@writ/core';
import { createAuthenticator, isChallenge } from '../../src/auth/index.ts';
import { authOf, type IssuerKey, issuerKey, signed } from './issuer.ts';

const RESOURCE = 'https://gateway.example.com/mcp';
const OTHER = 'https://files.example.com/mcp';

let server: Server;
let issuer: string;
let provider: Provider;
let key: IssuerKey;
let second: IssuerKey;
/** Addresses asked for since the start of the test. */
const asked: string[] = [];

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  [key, second] = await Promise.all([issuerKey('first'), issuerKey('second')]);
  const keys = await Promise.all(
    [key, second].map(async ({ privateKey, kid, alg }) => ({
      ...(await exportJWK(privateKey)),
      kid,
      alg,
      use: 'sig',
    })),
  );
  provider = new Provider(issuer, {
    jwks: { keys },
    clients: [
      {
        client_id: 'research-bot',
        client_secret: 'a-secret-of-the-test',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    scopes: ['mcp.use'],
    ttl: { AccessToken: 3600, ClientCredentials: 3600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: (_context: unknown, resource: string) => serverInfo(resource),
      },
    },
  });
  server.on('request', provider.callback());
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function serverInfo(audience: string): ResourceServerInfo {
  return {
    scope: 'mcp.use',
    audience,
    accessTokenFormat: 'jwt',
    accessTokenTTL: 3600,
    jwt: { sign: { alg: 'RS256' } },
  };
}

/** A token from the provider's token endpoint. */
async function programToken(resource = RESOURCE): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from('research-bot:a-secret-of-the-test').toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'mcp.use', resource }).toString(),
  });
  const answer = (await response.json()) as { readonly access_token?: string };
  if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
  return answer.access_token;
}

/** A token of the provider for a person. */
async function personToken(): Promise<string> {
  const token = new provider.AccessToken({
    accountId: 'ann',
    client: await provider.Client.find('research-bot'),
    grantId: 'grant-1',
    scope: 'mcp.use',
    gty: 'authorization_code',
  });
  token.resourceServer = new provider.ResourceServer(RESOURCE, serverInfo(RESOURCE));
  return token.save();
}

function gateway(yaml = '') {
  const auth = authOf(`
resource: ${RESOURCE}
scopes: {required: [mcp.use]}
issuers:
  idp: {issuer: '${issuer}'${yaml}}
`);
  const reports: string[] = [];
  const authenticator = createAuthenticator(auth, {
    clock: systemClock,
    data: '/nowhere',
    report: (line) => void reports.push(line),
    fetch: (url, init) => {
      asked.push(url);
      return fetch(url, init);
    },
  });
  return {
    reports,
    call: (token: string) =>
      authenticator.authenticate({
        method: 'POST',
        url: '/mcp',
        headers: { authorization: [`Bearer ${token}`] },
      }),
  };
}

describe('a token that the provider issued for the gateway', () => {
  test('lets a program in', async () => {
    const answer = await gateway().call(await programToken());
    expect(answer).toMatchObject({
      caller: { agent: { id: 'idp:research-bot' }, authentication: { method: 'oauth' } },
    });
    expect(isChallenge(answer) ? undefined : answer.caller?.person).toBeUndefined();
  });

  test('lets a program in that acts for a person', async () => {
    expect(await gateway().call(await personToken())).toMatchObject({
      caller: { agent: { id: 'idp:research-bot' }, person: { id: 'idp:ann' } },
    });
  });

  test('is not let in where it was issued for another resource', async () => {
    expect(await gateway().call(await programToken(OTHER))).toMatchObject({
      status: 401,
      code: 'auth.audience',
    });
  });
});

/** Claims like those of the provider. */
function claims(changes: JsonObject = {}): JsonObject {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: RESOURCE,
    sub: 'ann',
    client_id: 'research-bot',
    scope: 'mcp.use',
    jti: 'one',
    iat: now - 5,
    exp: now + 3600,
    ...changes,
  };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the provider writes it, with other header members. */
const withHeader = (header: Readonly<Record<string, unknown>>, signer = key): Promise<string> =>
  signed(claims(), signer, { typ: 'at+jwt', ...header });

/** A token with a good signature over header members that signers refuse to write. */
function rawlySigned(header: JsonObject): string {
  const input = `${encode({ alg: 'RS256', kid: 'first', typ: 'at+jwt', ...header })}.${encode(claims())}`;
  return `${input}.${sign('sha256', Buffer.from(input), KeyObject.from(key.privateKey)).toString('base64url')}`;
}

/** HMAC over the claims with what is public: the confusion of a key for a secret. */
function hmac(secret: string | Buffer, header: JsonObject): string {
  const input = `${encode(header)}.${encode(claims())}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function publicPem(): string {
  return createPublicKey({ key: key.publicJwk, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

describe('what attackers make of tokens', () => {
  test('the form that they start from is accepted', async () => {
    expect(await gateway().call(await withHeader({}))).toMatchObject({
      caller: { person: { id: 'idp:ann' } },
    });
  });

  test.each<[string, () => Promise<string> | string, string]>([
    ['no signature at all, `alg: none`', () => new UnsecuredJWT(claims()).encode(), 'auth.signature'],
    [
      '`alg: none` with the type of an access token',
      () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims())}.`,
      'auth.signature',
    ],
    [
      '`alg: NONE` in other letters',
      () => `${encode({ alg: 'NonE', typ: 'at+jwt', kid: 'first' })}.${encode(claims())}.AA`,
      'auth.signature',
    ],
    [
      'HMAC with the public key in PEM as the secret',
      () => hmac(publicPem(), { alg: 'HS256', typ: 'at+jwt', kid: 'first' }),
      'auth.signature',
    ],
    [
      'HMAC with the modulus as the secret',
      () =>
        hmac(Buffer.from(key.publicJwk['n'] as string, 'base64url'), {
          alg: 'HS256',
          typ: 'at+jwt',
          kid: 'first',
        }),
      'auth.signature',
    ],
    ['HMAC with the empty secret', () => hmac('', { alg: 'HS256', typ: 'at+jwt' }), 'auth.signature'],
    ['one key’s signature under another’s id', () => withHeader({ kid: 'second' }), 'auth.signature'],
    ['a key id that nobody has', () => withHeader({ kid: 'third' }), 'auth.signature'],
    ['a key id that is a path', () => withHeader({ kid: '../../../../dev/null' }), 'auth.signature'],
    ['no key id, where two keys could be meant', () => withHeader({ kid: undefined }), 'auth.signature'],
    [
      'an algorithm that is not configured for the issuer',
      async () => withHeader({}, await issuerKey('first', 'RS512')),
      'auth.signature',
    ],
    [
      'a set of keys of the attacker’s own, `jku`',
      () => withHeader({ jku: 'http://127.0.0.1:9/keys' }),
      'auth.signature',
    ],
    [
      'a certificate of the attacker’s own, `x5u`',
      () => withHeader({ x5u: 'http://127.0.0.1:9/cert' }),
      'auth.signature',
    ],
    ['a certificate within, `x5c`', () => withHeader({ x5c: ['AAAA'] }), 'auth.signature'],
    [
      'a key within, `jwk`',
      async () => {
        const own = await issuerKey('first');
        return signed(claims(), own, { typ: 'at+jwt', jwk: own.publicJwk });
      },
      'auth.signature',
    ],
    [
      'a header parameter that must be understood, `crit`',
      () => rawlySigned({ crit: ['x'], x: 1 }),
      'auth.signature',
    ],
    [
      'a payload that is not encoded, `b64: false`',
      () => rawlySigned({ crit: ['b64'], b64: false }),
      'auth.signature',
    ],
    ['an ID token, by its type', () => withHeader({ typ: 'JWT' }), 'auth.signature'],
    ['a token without a type', () => withHeader({ typ: undefined }), 'auth.signature'],
    ['a logout token', () => withHeader({ typ: 'logout+jwt' }), 'auth.signature'],
    [
      'altered claims under the old signature',
      async () => {
        const [header = '', , signature = ''] = (await withHeader({})).split('.');
        return `${header}.${encode(claims({ sub: 'root' }))}.${signature}`;
      },
      'auth.signature',
    ],
    [
      'the signature cut off',
      async () => `${(await withHeader({})).split('.').slice(0, 2).join('.')}.`,
      'auth.signature',
    ],
    [
      'another issuer in the claims',
      () => signed(claims({ iss: 'https://evil.example' }), key, { typ: 'at+jwt' }),
      'auth.issuer',
    ],
    [
      'the issuer with a slash',
      () => signed(claims({ iss: `${issuer}/` }), key, { typ: 'at+jwt' }),
      'auth.issuer',
    ],
    ['a list of issuers', () => signed(claims({ iss: [issuer] }), key, { typ: 'at+jwt' }), 'auth.issuer'],
    ['no issuer', () => signed(claims({ iss: null }), key, { typ: 'at+jwt' }), 'auth.issuer'],
    ['no audience', () => signed(claims({ aud: null }), key, { typ: 'at+jwt' }), 'auth.audience'],
    [
      'an audience that begins as ours does',
      () => signed(claims({ aud: `${RESOURCE}.evil.example` }), key, { typ: 'at+jwt' }),
      'auth.audience',
    ],
    [
      'an audience in other letters',
      () => signed(claims({ aud: RESOURCE.toUpperCase() }), key, { typ: 'at+jwt' }),
      'auth.audience',
    ],
    [
      'a token that has expired',
      () => signed(claims({ exp: Math.floor(Date.now() / 1000) - 60 }), key, { typ: 'at+jwt' }),
      'auth.expired',
    ],
    [
      'an end that is text',
      () => signed(claims({ exp: '9999999999' }), key, { typ: 'at+jwt' }),
      'auth.expired',
    ],
    [
      'a token that begins later',
      () => signed(claims({ nbf: Math.floor(Date.now() / 1000) + 600 }), key, { typ: 'at+jwt' }),
      'auth.not-yet',
    ],
    [
      'no scope of ours',
      () => signed(claims({ scope: 'openid profile' }), key, { typ: 'at+jwt' }),
      'auth.scope',
    ],
    [
      'a scope that begins as ours does',
      () => signed(claims({ scope: 'mcp.use.not mcp.us' }), key, { typ: 'at+jwt' }),
      'auth.scope',
    ],
    [
      'a token bound to a key (DPoP), as if it were not',
      () => signed(claims({ cnf: { jkt: 'x' } }), key, { typ: 'at+jwt' }),
      'auth.binding',
    ],
    [
      'a token bound to a certificate, without one',
      () => signed(claims({ cnf: { 'x5t#S256': 'x' } }), key, { typ: 'at+jwt' }),
      'auth.binding',
    ],
    [
      'a token bound to nothing that is known',
      () => signed(claims({ cnf: {} }), key, { typ: 'at+jwt' }),
      'auth.binding',
    ],
    [
      'an encrypted token',
      async () => {
        const { publicKey } = await generateKeyPair('RSA-OAEP-256');
        return new CompactEncrypt(Buffer.from(JSON.stringify(claims())))
          .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', typ: 'at+jwt' })
          .encrypt(publicKey);
      },
      'auth.malformed',
    ],
    ['no token', () => 'not.a.token', 'auth.malformed'],
    [
      'claims that are no object',
      () => `${encode({ alg: 'RS256', kid: 'first', typ: 'at+jwt' })}.${encode([])}.AA`,
      'auth.malformed',
    ],
  ])('%s is refused', async (_what, make, code) => {
    const token = await make();
    asked.length = 0;
    const here = gateway();
    expect(await here.call(token)).toMatchObject({ code });
    // Whatever a token says, nobody but its issuer is asked about it.
    expect(asked.filter((url) => !url.startsWith(issuer))).toStrictEqual([]);
  });

  test('a token with another algorithm than the operator fixed is refused, though the provider’s key made it', async () => {
    expect(await gateway(', algorithms: [ES256]').call(await programToken())).toMatchObject({
      code: 'auth.signature',
    });
  });

  test('nothing of a token is told to the operator or to the caller', async () => {
    const token = await signed(claims({ sub: 'secret-subject', iss: 'https://evil.example/secret' }), key, {
      typ: 'at+jwt',
      kid: 'secret-kid',
    });
    const here = gateway();
    const told = JSON.stringify([await here.call(token), here.reports]);
    expect(told).not.toMatch(/secret-/);
    expect(told).not.toContain(token.slice(0, 20));
  });
});
