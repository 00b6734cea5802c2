// Who calls a running gateway: let in by what they show, recorded as who they are, and apart from one another.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isJsonObject, type JsonObject, systemRandom } from '@writ/core';
import { createTokenText, loadConfig, openNode, TokenFolder, tokenHash, tokenId } from '../../src/index.ts';
import { openGateway } from '../../src/serve/index.ts';
import { issuerKey, signed } from '../auth/issuer.ts';
import { Workspace } from '../workspace.ts';
import { Operated, openSession, post, send } from './operated.ts';

const POLICIES = `
@id("results") permit(principal, action == Action::"results/deliver", resource);
@id("begin") permit(principal, action in [Action::"initialize", Action::"tools/list"], resource);
@id("others") permit(principal == Agent::"ci-bot", action, resource);
@id("people") permit(principal == Agent::"idp:bot", action in Action::"tools/call", resource) when { context has user && context.user.roles.contains("idp:staff") };
`;
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const PING: JsonObject = { jsonrpc: '2.0', id: 1, method: 'ping' };

/** A gateway that takes API tokens, and what makes them. */
async function withTokens(gateway: JsonObject = {}) {
  const workspace = new Workspace();
  const operated = await Operated.open(
    {
      gateway: { auth: { tokens: true, scopes: { methods: { 'tools/call': ['mcp.call'] } } }, ...gateway },
      policies: POLICIES,
    },
    workspace,
  );
  const folder = new TokenFolder(join(workspace.folder, 'writ/data'));
  const make = (agent: string, scopes: readonly string[] = ['mcp.call']) => {
    const text = createTokenText(systemRandom);
    const hash = tokenHash(text);
    const created = Date.now();
    const token = {
      id: tokenId(hash),
      hash: hash.toString('hex'),
      agent: { id: agent },
      scopes,
      created,
      expires: created + 60_000,
    };
    folder.add(token);
    return { text, revoke: () => folder.revoke(token, Date.now()) };
  };
  return { operated, make };
}

/** The subjects of all calls of tools, as the next process reads them. */
async function subjects(operated: Operated): Promise<readonly unknown[]> {
  await operated.gateway.close();
  const node = await openNode({ config: loadConfig(operated.config), report: () => {} });
  try {
    return Array.from({ length: node.reader.size() }, (_, index) => index).flatMap((index) => {
      const { entry } = node.reader.entry(index);
      if (
        entry.kind !== 'decision' ||
        entry.decision.method !== 'tools/call' ||
        entry.decision.phase !== 'call'
      )
        return [];
      const body = node.reader.body(index);
      return isJsonObject(body) && isJsonObject(body['fields']) ? [body['fields']['subject']] : [];
    });
  } finally {
    await node.close();
  }
}

describe('an API token', () => {
  test('makes its agent of whoever holds it, until it is revoked', async () => {
    const { operated, make } = await withTokens();
    const token = make('ci-bot');
    const session = await openSession(operated.url, bearer(token.text));
    expect((await session.call('echo', { text: 'x' })).status).toBe(200);
    token.revoke();
    const { status, headers } = await session.call('echo', { text: 'y' });
    expect({ status, challenge: headers['www-authenticate'] }).toStrictEqual({
      status: 401,
      challenge: 'Bearer realm="writ", error="invalid_token", error_description="the API token was revoked"',
    });
    expect(await subjects(operated)).toMatchObject([
      { agent: { id: 'ci-bot' }, chain: [], authentication: { method: 'api_token' } },
    ]);
    expect(operated.log).not.toContain(token.text.slice(5));
  });

  test('without the scope of a method may call the others', async () => {
    const { operated, make } = await withTokens();
    const session = await openSession(operated.url, bearer(make('ci-bot', []).text));
    expect((await session.ask('tools/list')).status).toBe(200);
    const { status, headers } = await session.call('echo', { text: 'x' });
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect(await subjects(operated)).toStrictEqual([]);
  });

  test('of one caller does not use the session of another', async () => {
    const { operated, make } = await withTokens();
    const session = await openSession(operated.url, bearer(make('ci-bot').text));
    const stolen = await session.call('echo', { text: 'x' }, bearer(make('other').text));
    expect(stolen.status).toBe(404);
    expect((await session.call('echo', { text: 'x' })).status).toBe(200);
    expect(await subjects(operated)).toMatchObject([{ agent: { id: 'ci-bot' } }]);
  });
});

describe('without a credential that counts', () => {
  test.each([
    ['none', {}, 401],
    ['one that was never made', bearer(createTokenText(systemRandom)), 401],
    ['a session id alone', { headers: { 'mcp-session-id': 'x' } }, 401],
    ['a name and a password', { headers: { authorization: 'Basic YTpi' } }, 400],
  ])('%s: nothing is asked of a server', async (_what, options, status) => {
    const { operated } = await withTokens();
    expect((await post(operated.url, PING, options)).status).toBe(status);
    expect((await send(operated.url, { ...options, method: 'GET' })).status).toBe(status);
    expect(await subjects(operated)).toStrictEqual([]);
  });

  test('a token in the URL is refused, and stands in no log', async () => {
    const { operated, make } = await withTokens();
    const { text } = make('ci-bot');
    expect((await post(`${operated.url}?access_token=${text}`, PING)).status).toBe(400);
    await operated.event('auth.refused');
    expect(operated.log).not.toContain(text.slice(5));
  });
});

describe('an access token', () => {
  async function withIssuer() {
    const key = await issuerKey('one', 'ES256');
    const issuerServer = createServer((_request, response) =>
      response.end(JSON.stringify({ keys: [key.publicJwk] })),
    );
    issuerServer.listen(0, '127.0.0.1');
    await once(issuerServer, 'listening');
    onTestFinished(() => void issuerServer.close());
    const issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
    const resource = 'http://127.0.0.1/mcp';
    const operated = await Operated.open({
      gateway: { auth: { resource, issuers: { idp: { issuer, jwks: `${issuer}/keys`, roles: 'groups' } } } },
      policies: POLICIES,
    });
    const token = (changes: JsonObject = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: issuer,
        aud: resource,
        sub: 'ann',
        client_id: 'bot',
        groups: ['staff'],
        iat: now,
        exp: now + 600,
      };
      return signed({ ...claims, ...changes }, key, { typ: 'at+jwt' });
    };
    return { operated, issuer, resource, token };
  }

  test('tells policy of agent, person and roles, and the record of all of them', async () => {
    const { operated, token } = await withIssuer();
    const staff = await openSession(operated.url, bearer(await token({ amr: ['mfa'] })));
    const guest = await openSession(operated.url, bearer(await token({ sub: 'eve', groups: [] })));
    const [allowed, denied] = [
      await staff.call('echo', { text: 'x' }),
      await guest.call('echo', { text: 'x' }),
    ];
    expect(allowed.text).toContain('"x"');
    expect(denied.text).toContain('Denied');
    expect(await subjects(operated)).toMatchObject([
      {
        agent: { id: 'idp:bot' },
        person: { id: 'idp:ann', roles: ['idp:staff'], mfa: true },
        authentication: { method: 'oauth' },
      },
      { agent: { id: 'idp:bot' }, person: { id: 'idp:eve', roles: [] } },
    ]);
  });

  test('is found by what a client without one is told (RFC 9728)', async () => {
    const { operated, issuer, resource } = await withIssuer();
    const { status, headers } = await post(operated.url, PING);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="writ", resource_metadata="http://127.0.0.1/.well-known/oauth-protected-resource/mcp"',
    );
    const document = await send(new URL('/.well-known/oauth-protected-resource/mcp', operated.url).href, {
      method: 'GET',
    });
    expect(JSON.parse(document.text)).toStrictEqual({
      resource,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
    });
  });

  test('that expires ends a session that is open', async () => {
    const { operated, token } = await withIssuer();
    const session = await openSession(operated.url, bearer(await token()));
    const expired = await token({ exp: Math.floor(Date.now() / 1000) - 3600 });
    expect((await session.call('echo', { text: 'x' }, bearer(expired))).status).toBe(401);
  });
});

test('`auth: none` does not open under `person: os`, which would be one name for everybody', async () => {
  const workspace = new Workspace();
  const file = Operated.configure(workspace, {});
  writeFileSync(
    file,
    JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as JsonObject), person: 'os' }),
  );
  const load = () => loadConfig(file);
  await expect(
    openGateway({ config: load(), load, stderr: process.stderr, environment: {} }),
  ).rejects.toThrow(/every user of this machine/);
});
