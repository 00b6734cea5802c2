/** What servers are shown: fetched once, renewed in time, never the caller's own, and never told to anybody else. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Caller } from '@writ/core';
import type { UpstreamConfig } from '../../src/mcp/index.ts';
import { CallerTokens } from '../../src/mcp/upstream/index.ts';
import { answer, json, listen, type Listener } from './listener.ts';
import { resultOf, Session, type SessionOptions } from './session.ts';

/** What a server is shown, as configured. */
type HttpServerAuth = NonNullable<Extract<UpstreamConfig, { url: string }>['auth']>;

const SECRET = 'client-secret-of-the-test';
const SUBJECT = 'callers-own-token-of-the-test';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const caller = (id: string): Caller => ({
  agent: { id },
  authentication: { method: 'oauth', assurance: 1, credentialId: 'issuer', at: 0 },
});

function secretFile(text: string, mode = 0o600): string {
  const file = join(mkdtempSync(join(tmpdir(), 'writ-credential-')), 'secret');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** A server that answers who shows one of `accepted`, and refuses others. */
function protectedServer(accepted: ReadonlySet<string>, header = 'authorization'): Promise<Listener> {
  return listen((came, response) => {
    if (accepted.has(came.headers[header] ?? '')) return json(response, answer(came, { ok: true }));
    return response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('who are you?');
  });
}

interface Grant {
  readonly grant: string | null;
  readonly form: URLSearchParams;
  readonly basic: string | undefined;
}

/** An authorization server that issues `token-1`, `token-2`, … to whom `issue` lets it. */
async function authority(
  issue: (grant: Grant, at: number) => Record<string, unknown> | undefined = () => ({ expires_in: 3600 }),
): Promise<{ readonly url: string; readonly grants: Grant[] }> {
  const grants: Grant[] = [];
  const { url } = await listen((came, response) => {
    const form = new URLSearchParams(came.text);
    const grant = { grant: form.get('grant_type'), form, basic: came.headers['authorization'] };
    grants.push(grant);
    const issued = issue(grant, grants.length);
    if (issued === undefined)
      return json(response, { error: 'invalid_client', error_description: `no ${SECRET} ${SUBJECT}` }, 401);
    return json(response, { access_token: `token-${grants.length}`, token_type: 'Bearer', ...issued });
  });
  return { url: url.replace('/mcp', '/token'), grants };
}

function open(url: string, auth: HttpServerAuth, options: SessionOptions = {}): Session {
  return new Session(
    { name: 's', url, era: 'modern', auth },
    {
      era: 'modern',
      ...options,
      servers: { environment: { SECRET }, ...options.servers },
    },
  );
}

const client = (tokenEndpoint: string) =>
  ({
    tokenEndpoint,
    clientId: 'gateway',
    proof: { kind: 'secret', secret: { env: 'SECRET' }, method: 'basic' },
  }) as const;

describe('a header', () => {
  test('carries the secret of the environment, with its scheme', async () => {
    const upstream = await protectedServer(new Set([`Bearer ${SECRET}`]));
    const auth = {
      kind: 'header',
      name: 'Authorization',
      scheme: 'Bearer',
      value: { env: 'SECRET' },
    } as const;
    resultOf(await open(upstream.url, auth).modern('tools/list'));
  });

  test('carries the secret of a file, which is read again once the server refuses it', async () => {
    const file = secretFile('old\n');
    const upstream = await protectedServer(new Set(['new']), 'x-key');
    const session = open(upstream.url, { kind: 'header', name: 'X-Key', value: { file } });
    writeFileSync(file, 'new\n');
    resultOf(await session.modern('tools/list'));
    expect(upstream.came.map(({ headers }) => headers['x-key'])).toStrictEqual(['old', 'new']);
  });

  test('that is refused is a fault that names it, after one request', async () => {
    const upstream = await protectedServer(new Set());
    const session = open(upstream.url, { kind: 'header', name: 'X-Key', value: { env: 'SECRET' } });
    await expect(session.modern('tools/list')).rejects.toMatchObject({
      code: 'upstream.credential',
      message: 'server `s` refused the credential `header` (HTTP 401)',
    });
    expect(upstream.came).toHaveLength(1);
  });

  test.each([
    ['a variable that is not set', { env: 'NOT_SET' }, 'config.invalid'],
    ['a file that is not there', { file: '/nowhere/secret' }, 'config.invalid'],
    ['an empty file', { file: secretFile('') }, 'config.invalid'],
    ['a file that others may read', { file: secretFile(SECRET, 0o644) }, 'key.permissions'],
    ['a file of two lines', { file: secretFile(`${SECRET}\nx: y`) }, 'config.invalid'],
  ] as const)('%s ends the start', (_what, value, code) => {
    const start = (): Session => open('http://127.0.0.1:1/', { kind: 'header', name: 'X-Key', value });
    expect(start).toThrow(expect.objectContaining({ code }));
    expect(start).not.toThrow(SECRET);
  });
});

test('a server that wants a credential where none is configured says so', async () => {
  const upstream = await protectedServer(new Set());
  const session = new Session({ name: 's', url: upstream.url, era: 'modern' }, { era: 'modern' });
  await expect(session.modern('tools/list')).rejects.toMatchObject({
    code: 'upstream.credential',
    message: expect.stringContaining('none is configured'),
  });
});

describe('client credentials', () => {
  test('are a token for this server, fetched once for all who wait', async () => {
    const upstream = await protectedServer(new Set(['Bearer token-1']));
    const { url, grants } = await authority();
    const session = open(upstream.url, { kind: 'clientCredentials', ...client(url), scope: 'a b' });
    await Promise.all(Array.from({ length: 10 }, () => session.modern('tools/list').then(resultOf)));
    expect(grants).toHaveLength(1);
    expect(Object.fromEntries(grants[0]?.form ?? [])).toStrictEqual({
      grant_type: 'client_credentials',
      scope: 'a b',
      resource: upstream.url,
    });
    // RFC 6749 §2.3.1: both are form-encoded first.
    const basic = Buffer.from((grants[0]?.basic ?? '').replace('Basic ', ''), 'base64').toString();
    expect(decodeURIComponent(basic)).toBe(`gateway:${SECRET}`);
  });

  test('are renewed shortly before they end, and not before', async () => {
    const upstream = await protectedServer(new Set(['Bearer token-1', 'Bearer token-2']));
    const { url, grants } = await authority(() => ({ expires_in: 600 }));
    let now = 0;
    const session = open(
      upstream.url,
      { kind: 'clientCredentials', ...client(url) },
      { servers: { clock: { now: () => now } } },
    );
    for (const at of [0, 569_999, 570_000, 570_001]) {
      now = at;
      resultOf(await session.modern('tools/list'));
    }
    expect(upstream.came.map(({ headers }) => headers['authorization'])).toStrictEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-2',
    ]);
    expect(grants).toHaveLength(2);
  });

  test('that the server withdrew before their time are fetched once more, and the call goes through', async () => {
    const upstream = await protectedServer(new Set(['Bearer token-2']));
    const { url, grants } = await authority();
    const session = open(upstream.url, { kind: 'clientCredentials', ...client(url) });
    resultOf(await session.modern('tools/list'));
    expect(grants).toHaveLength(2);
  });

  test('that are refused twice are a fault, and no third is fetched', async () => {
    const upstream = await protectedServer(new Set());
    const { url, grants } = await authority();
    const session = open(upstream.url, { kind: 'clientCredentials', ...client(url) });
    await expect(session.modern('tools/list')).rejects.toMatchObject({
      code: 'upstream.credential',
      message: 'server `s` refused the credential `clientCredentials` (HTTP 401)',
    });
    expect([grants.length, upstream.came.length]).toStrictEqual([2, 2]);
  });

  test('that cannot be had are a fault with the code alone; the next call tries again', async () => {
    const upstream = await protectedServer(new Set(['Bearer token-2']));
    const { url } = await authority((_grant, at) => (at === 1 ? undefined : {}));
    const session = open(upstream.url, { kind: 'clientCredentials', ...client(url) });
    const failed: unknown = await session.modern('tools/list').catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({
      code: 'upstream.credential',
      message:
        'the credential `clientCredentials` of server `s` failed: the authorization server answered `invalid_client`',
    });
    expect(upstream.came).toHaveLength(0);
    resultOf(await session.modern('tools/list'));
  });

  test.each([
    ['a token of another type', { token_type: 'mac' }],
    ['a token that is no token', { access_token: 'a\r\nx: y' }],
    ['no token', { access_token: undefined }],
  ])('%s is none', async (_what, issued) => {
    const upstream = await protectedServer(new Set());
    const { url } = await authority(() => issued);
    const session = open(upstream.url, { kind: 'clientCredentials', ...client(url) });
    await expect(session.modern('tools/list')).rejects.toMatchObject({ code: 'upstream.credential' });
    expect(upstream.came).toHaveLength(0);
  });

  test('prove themselves by a signed assertion where a key is configured', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const file = secretFile(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
    const upstream = await protectedServer(new Set(['Bearer token-1']));
    const { url, grants } = await authority();
    const proof = { kind: 'key', file, algorithm: 'EdDSA', keyId: 'k1' } as const;
    const session = open(upstream.url, { kind: 'clientCredentials', ...client(url), proof });
    resultOf(await session.modern('tools/list'));
    const assertion = grants[0]?.form.get('client_assertion') ?? '';
    const [head = '', body = '', signature = ''] = assertion.split('.');
    expect(verify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({ kid: 'k1' });
  });

  test('come from a real provider, found by its issuer', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'gateway',
          client_secret: SECRET,
          grant_types: ['client_credentials'],
          response_types: [],
          redirect_uris: [],
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context: unknown, resource: string) => ({
            scope: 'use',
            audience: resource,
            accessTokenFormat: 'jwt' as const,
          }),
        },
      },
    });
    server.on('request', provider.callback());
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const { tokenEndpoint: _none, ...rest } = client('');
    const session = open(upstream.url, { kind: 'clientCredentials', ...rest, issuer, scope: 'use' });
    resultOf(await session.modern('tools/list'));
    const [, payload = ''] = (upstream.came[0]?.headers['authorization'] ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      aud: upstream.url,
      scope: 'use',
      iss: issuer,
    });
  });
});

describe('token exchange', () => {
  const exchange = (url: string) =>
    ({ kind: 'tokenExchange', ...client(url), audience: 'payments' }) as const;

  test('gives the server a token for its caller, and the caller’s own to nobody but the authorization server', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const { url, grants } = await authority();
    const tokens = new CallerTokens();
    const [ada, bob] = [caller('ada'), caller('bob')];
    tokens.hold(ada, { token: `${SUBJECT}-ada` });
    tokens.hold(bob, { token: `${SUBJECT}-bob` });
    const session = open(upstream.url, exchange(url), { servers: { tokens } });
    for (const by of [ada, bob, ada]) resultOf(await session.modern('tools/list', {}, { caller: by }));
    expect(upstream.came.map(({ headers }) => headers['authorization'])).toStrictEqual([
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-1',
    ]);
    expect(Object.fromEntries(grants[0]?.form ?? [])).toStrictEqual({
      grant_type: EXCHANGE,
      subject_token: `${SUBJECT}-ada`,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: upstream.url,
      audience: 'payments',
    });
    expect(JSON.stringify(upstream.came.map(({ headers, text }) => [headers, text]))).not.toContain(SUBJECT);
  });

  test('of a caller without a token is a fault, and the call is never made in the gateway’s own name', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const { url, grants } = await authority();
    const session = open(upstream.url, exchange(url), { servers: { tokens: new CallerTokens() } });
    await expect(
      session.modern('tools/call', { name: 'a' }, { caller: caller('eve') }),
    ).rejects.toMatchObject({
      code: 'upstream.credential',
      message: expect.stringContaining('no token that could be exchanged'),
    });
    expect([grants.length, upstream.came.length]).toStrictEqual([0, 0]);
  });

  test('is not needed where nobody calls: the gateway asks in its own name', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const { url, grants } = await authority();
    const session = open(upstream.url, exchange(url));
    await session.upstream.request('tools/list', undefined);
    expect(grants.map(({ grant }) => grant)).toStrictEqual(['client_credentials']);
  });

  test('is made anew for the one caller whose token the server refuses', async () => {
    const upstream = await protectedServer(new Set(['Bearer token-2', 'Bearer token-3']));
    const { url, grants } = await authority();
    const tokens = new CallerTokens();
    const [ada, bob] = [caller('ada'), caller('bob')];
    tokens.hold(ada, { token: 'a' });
    tokens.hold(bob, { token: 'b' });
    const session = open(upstream.url, exchange(url), { servers: { tokens } });
    resultOf(await session.modern('tools/list', {}, { caller: ada }));
    resultOf(await session.modern('tools/list', {}, { caller: bob }));
    resultOf(await session.modern('tools/list', {}, { caller: ada }));
    expect(grants.map(({ form }) => form.get('subject_token'))).toStrictEqual(['a', 'a', 'b']);
  });
});

test('no secret stands in any fault, note, record of traffic to another, or key of a cache', async () => {
  const upstream = await protectedServer(new Set());
  const { url } = await authority(() => undefined);
  const tokens = new CallerTokens();
  const ada = caller('ada');
  tokens.hold(ada, { token: SUBJECT });
  const said: unknown[] = [JSON.stringify(ada)];
  for (const auth of [
    { kind: 'header', name: 'X-Key', value: { env: 'SECRET' } },
    { kind: 'clientCredentials', ...client(url) },
    { kind: 'tokenExchange', ...client(url) },
    { kind: 'tokenExchange', ...client('http://127.0.0.1:1/token') },
  ] as const) {
    const session = open(upstream.url, auth, { servers: { tokens } });
    const failed: unknown = await session
      .modern('tools/list', {}, { caller: ada })
      .catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: 'upstream.credential' });
    said.push(
      ...everythingIn(failed),
      session.stderr,
      JSON.stringify(session.servers),
      JSON.stringify(session.told),
    );
  }
  expect(said.join('\n')).not.toMatch(new RegExp(`${SECRET}|${SUBJECT}`));
});

/** Message, data, stack and causes, all the way down. */
function everythingIn(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return [String(thrown)];
  return [
    thrown.message,
    String(thrown.stack),
    JSON.stringify(thrown),
    ...(thrown.cause === undefined ? [] : everythingIn(thrown.cause)),
  ];
}
