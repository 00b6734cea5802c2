/** A server that wants more scopes than a token has (RFC 6750 §3.1): as many as the operator allows, asked for once, for whom they are. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Caller } from '@writ/core';
import type { UpstreamConfig } from '../../src/mcp/index.ts';
import { CallerTokens } from '../../src/mcp/upstream/index.ts';
import { answer, json, listen, type Listener, methodOf } from './listener.ts';
import { resultOf, Session, type SessionOptions } from './session.ts';

type Auth = NonNullable<Extract<UpstreamConfig, { url: string }>['auth']>;

/** A token says its scopes itself: `read+write.1`. */
const scopesOf = (token: string): readonly string[] => (token.split('.', 1)[0] ?? '').split('+');

/** A server of which `tools/call` needs `needed`, and everything else `read`. */
function server(needed = 'write', more = ''): Promise<Listener> {
  return listen((came, response) => {
    const scope = methodOf(came) === 'tools/call' ? needed : 'read';
    const granted = scopesOf((came.headers['authorization'] ?? '').replace('Bearer ', ''));
    if (scope.split(' ').every((one) => granted.includes(one))) return json(response, answer(came, {}));
    const challenge = `Bearer error="insufficient_scope", scope="${scope}"${more}`;
    return json(response, { error: 'insufficient_scope' }, 403, { 'www-authenticate': challenge });
  });
}

interface Authority {
  readonly url: string;
  readonly forms: URLSearchParams[];
}

async function authority(): Promise<Authority> {
  const forms: URLSearchParams[] = [];
  const { url } = await listen((came, response) => {
    const form = new URLSearchParams(came.text);
    forms.push(form);
    const scope = form.get('scope') ?? 'read';
    const token = `${scope.replaceAll(' ', '+')}.${forms.length}`;
    return json(response, { access_token: token, token_type: 'Bearer', scope, expires_in: 3600 });
  });
  return { url: url.replace('/mcp', '/token'), forms };
}

function open(url: string, auth: Auth, options: SessionOptions['servers'] = {}) {
  const told: string[] = [];
  const servers = {
    environment: { SECRET: 'x' },
    report: (event: string, text: string) => void told.push(`${event}: ${text}`),
    ...options,
  };
  return { told, session: new Session({ name: 's', url, era: 'modern', auth }, { era: 'modern', servers }) };
}

const client = (tokenEndpoint: string, more: { scope?: string; stepUp?: readonly string[] } = {}) =>
  ({
    kind: 'clientCredentials',
    tokenEndpoint,
    clientId: 'gateway',
    proof: { kind: 'secret', secret: { env: 'SECRET' }, method: 'basic' },
    ...more,
  }) as const;

const call = (session: Session, by?: Caller) =>
  session.modern('tools/call', { name: 'a' }, by === undefined ? {} : { caller: by });
const faultOf = (session: Session): Promise<unknown> => call(session).catch((thrown: unknown) => thrown);
const asked = ({ forms }: Authority) => forms.map((form) => form.get('scope'));

describe('a token of the gateway’s own', () => {
  test.each<[string, { scope?: string; stepUp: readonly string[] }, readonly (string | null)[]]>([
    ['besides those that are configured', { scope: 'read', stepUp: ['write'] }, ['read', 'read write']],
    ['besides those that were granted', { stepUp: ['write'] }, [null, 'read write']],
  ])(
    'is asked for with what the server wants, %s, and the call goes through',
    async (_what, more, scopes) => {
      const [upstream, tokens] = [await server(), await authority()];
      const { session, told } = open(upstream.url, client(tokens.url, more));
      resultOf(await session.modern('tools/list'));
      for (let times = 0; times < 2; times += 1) resultOf(await call(session));
      resultOf(await session.modern('tools/list'));
      expect(asked(tokens)).toStrictEqual(scopes);
      expect(told).toStrictEqual([
        'credential.stepped-up: a token with more scopes is asked for, as server s wants',
      ]);
    },
  );

  test.each<[string, string, readonly string[] | undefined]>([
    ['where nothing is configured', 'write', undefined],
    ['where another scope is', 'write', ['admin']],
    ['where one of two is', 'write admin', ['write']],
    ['where the server says none', '', ['write']],
  ])('is never asked for with more by a server’s word alone: %s', async (_what, needed, stepUp) => {
    const [upstream, tokens] = [await server(needed === '' ? ' ' : needed), await authority()];
    const more = { scope: 'read', ...(stepUp === undefined ? {} : { stepUp }) };
    const { session, told } = open(upstream.url, client(tokens.url, more));
    const fault = await faultOf(session);
    expect(fault).toMatchObject({
      code: 'upstream.credential',
      message:
        'server `s` wants scopes that `servers.s.auth.clientCredentials.stepUp` does not name (HTTP 403)',
      data: { path: 'servers.s.auth.clientCredentials.stepUp' },
    });
    expect(told).toStrictEqual([
      'credential.scope: server s wants scopes that servers.s.auth.clientCredentials.stepUp does not name',
    ]);
    expect(JSON.stringify(fault)).not.toContain('admin');
    expect([asked(tokens), upstream.came.length]).toStrictEqual([['read'], 1]);
  });

  test('is asked for once, and the call sent twice, where the server is never content', async () => {
    const tokens = await authority();
    const upstream = await listen((_came, response) =>
      response
        .writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="write"' })
        .end(),
    );
    const { session } = open(upstream.url, client(tokens.url, { scope: 'read', stepUp: ['write'] }));
    expect(await faultOf(session)).toMatchObject({
      code: 'upstream.credential',
      message: 'server `s` wants more scopes than the credential `clientCredentials` has (HTTP 403)',
    });
    expect([asked(tokens), upstream.came.length]).toStrictEqual([['read', 'read write'], 2]);
  });

  test('is not asked for anew by a 403 that says nothing of scopes', async () => {
    const tokens = await authority();
    const upstream = await listen((_came, response) => response.writeHead(403).end());
    const { session } = open(upstream.url, client(tokens.url, { scope: 'read', stepUp: ['write'] }));
    expect(await faultOf(session)).toMatchObject({ code: 'upstream.protocol' });
    expect([asked(tokens), upstream.came.length]).toStrictEqual([['read'], 1]);
  });
});

test('in exchange, a token with more scopes is that of the one caller who needs it', async () => {
  const [upstream, tokens] = [await server(), await authority()];
  const held = new CallerTokens();
  const [ada, bob] = ['ada', 'bob'].map((id): Caller => {
    const by: Caller = {
      agent: { id },
      authentication: { method: 'oauth', assurance: 1, credentialId: 'issuer', at: 0 },
    };
    held.hold(by, { token: id });
    return by;
  });
  const auth = {
    ...client(tokens.url, { scope: 'read', stepUp: ['write'] }),
    kind: 'tokenExchange',
  } as const;
  const { session } = open(upstream.url, auth, { tokens: held });
  resultOf(await call(session, ada));
  resultOf(await session.modern('tools/list', {}, bob === undefined ? {} : { caller: bob }));
  expect(tokens.forms.map((form) => [form.get('subject_token'), form.get('scope')])).toStrictEqual([
    ['ada', 'read'],
    ['ada', 'read write'],
    ['bob', 'read'],
  ]);
});

test('a token in a file is read again: whoever renews it may have got the scopes', async () => {
  const upstream = await server();
  const file = join(mkdtempSync(join(tmpdir(), 'writ-step-up-')), 'token');
  writeFileSync(file, 'read.1', { mode: 0o600 });
  const { session } = open(upstream.url, {
    kind: 'header',
    name: 'Authorization',
    scheme: 'Bearer',
    value: { file },
  });
  expect(await faultOf(session)).toMatchObject({
    message: 'server `s` wants more scopes than the credential `header` has (HTTP 403)',
  });
  writeFileSync(file, 'read+write.2', { mode: 0o600 });
  resultOf(await call(session));
});

test('a server that takes tokens of another issuer than is configured is shown no second one, and the fault says what to configure', async () => {
  const { url: tokenUrl } = await authority();
  const issuer = tokenUrl.replace('/token', '');
  const tokens = await listen((came, response) => {
    if (came.method === 'GET')
      return json(response, { issuer: tokens.url.replace('/mcp', ''), token_endpoint: tokens.url });
    return json(response, { access_token: 'read.1', token_type: 'Bearer' });
  });
  const upstream = await listen((came, response) => {
    if (came.method === 'GET')
      return json(response, { resource: upstream.url, authorization_servers: [issuer] });
    const place = upstream.url.replace('/mcp', '/.well-known/oauth-protected-resource/mcp');
    return response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${place}"` }).end();
  });
  const { tokenEndpoint: _none, ...auth } = client('');
  const { session, told } = open(upstream.url, { ...auth, issuer: tokens.url.replace('/mcp', '') });
  const fault = await faultOf(session);
  expect(fault).toMatchObject({
    code: 'upstream.credential',
    message:
      'server `s` takes tokens of another authorization server than `servers.s.auth.clientCredentials.issuer` names',
  });
  expect(JSON.stringify(fault)).not.toContain(issuer);
  expect(told).toStrictEqual(['credential.moved: server s takes tokens of another authorization server']);
  expect(upstream.came.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('where a challenge says that the metadata is on another machine, nobody there is asked', async () => {
  const elsewhere = await listen((_came, response) => json(response, {}));
  const upstream = await listen((_came, response) =>
    response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${elsewhere.url}"` }).end(),
  );
  const tokens = await listen((came, response) => {
    const base = tokens.url.replace('/mcp', '');
    if (came.method === 'GET') return json(response, { issuer: base, token_endpoint: tokens.url });
    return json(response, { access_token: 'read.1', token_type: 'Bearer' });
  });
  const { tokenEndpoint: _none, ...auth } = client('');
  const { session } = open(upstream.url, { ...auth, issuer: tokens.url.replace('/mcp', '') });
  expect(await faultOf(session)).toMatchObject({ code: 'upstream.credential' });
  expect(elsewhere.came).toStrictEqual([]);
});
