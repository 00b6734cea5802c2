// Where credentials are read from, what those who have none are told, and what each may do.
import { beforeAll, describe, expect, test } from 'vitest';
import { type JsonObject, MAX_CHAIN } from '@writ/core';
import { isLoopbackHost, requireSafeListener, resourceMetadata } from '../../src/auth/index.ts';
import { authOf, type AuthWorld, authWorld, type IssuerKey, issuerKey, seconds, signed } from './issuer.ts';

const ISSUER = 'https://id.example.com';
const RESOURCE = 'https://gateway.example.com/mcp';
const METADATA = 'https://gateway.example.com/.well-known/oauth-protected-resource/mcp';
const YAML = `
resource: ${RESOURCE}
scopes: {required: [mcp.use], methods: {tools/call: [mcp.call]}}
issuers:
  idp: {issuer: '${ISSUER}', jwks: '${ISSUER}/keys', roles: groups, team: research}
`;

let key: IssuerKey;

beforeAll(async () => {
  key = await issuerKey('one', 'ES256');
});

const world = (yaml = YAML): AuthWorld => authWorld(yaml, { [`${ISSUER}/keys`]: { keys: [key.publicJwk] } });

function token(here: AuthWorld, changes: JsonObject = {}): Promise<string> {
  const claims = {
    iss: ISSUER,
    aud: RESOURCE,
    sub: 'ann',
    client_id: 'bot',
    scope: 'mcp.use',
    exp: seconds(here, 600),
    ...changes,
  };
  return signed(claims, key, { typ: 'at+jwt' });
}

test('an issuer that is believed no more lets nobody in, not even a token that verified a moment ago', async () => {
  let believed: readonly string[] = [ISSUER];
  const pages = { [`${ISSUER}/keys`]: { keys: [key.publicJwk] } };
  const here = authWorld(YAML, pages, '/nowhere', (issuer) => believed.includes(issuer));
  const shown = await token(here);
  expect(await here.call(shown)).toHaveProperty('caller');
  believed = ['https://another.example.com'];
  expect(await here.call(shown)).toMatchObject({ code: 'auth.issuer' });
  expect(here.verified).toHaveLength(1);
});

describe('where a credential is read from', () => {
  test.each([
    ['the scheme in other letters', (text: string) => ({ authorization: [`bEARER ${text}`] })],
    ['several spaces after the scheme', (text: string) => ({ authorization: [`Bearer   ${text}`] })],
  ])('%s is read', async (_what, headers) => {
    const here = world();
    expect(await here.call(undefined, { headers: headers(await token(here)) })).toHaveProperty('caller');
  });

  test.each<[string, (text: string) => object, number, string]>([
    ['a token in the URL', (text) => ({ url: `/mcp?access_token=${text}` }), 400, 'auth.in-url'],
    [
      'a token in the URL beside one in the header',
      (text) => ({ url: '/mcp?a=1&access_token=x', headers: { authorization: [`Bearer ${text}`] } }),
      400,
      'auth.in-url',
    ],
    ['a token in the URL, encoded', (text) => ({ url: `/mcp?access%5Ftoken=${text}` }), 400, 'auth.in-url'],
    [
      'two headers',
      (text) => ({ headers: { authorization: [`Bearer ${text}`, `Bearer ${text}`] } }),
      400,
      'auth.malformed',
    ],
    [
      'two tokens in one header',
      (text) => ({ headers: { authorization: [`Bearer ${text}, Bearer ${text}`] } }),
      400,
      'auth.malformed',
    ],
    ['another scheme', (text) => ({ headers: { authorization: [`DPoP ${text}`] } }), 400, 'auth.malformed'],
    ['a name and a password', () => ({ headers: { authorization: ['Basic YTpi'] } }), 400, 'auth.malformed'],
    ['the scheme alone', () => ({ headers: { authorization: ['Bearer'] } }), 400, 'auth.malformed'],
    ['nothing in the header', () => ({ headers: { authorization: [''] } }), 400, 'auth.malformed'],
    [
      'a header without end',
      () => ({ headers: { authorization: [`Bearer ${'a'.repeat(20_000)}`] } }),
      400,
      'auth.too-large',
    ],
    [
      'a token in a cookie',
      (text) => ({ headers: { cookie: [`access_token=${text}`] } }),
      401,
      'auth.missing',
    ],
    [
      'a token in the header of a proxy',
      (text) => ({ headers: { 'x-forwarded-access-token': [text] } }),
      401,
      'auth.missing',
    ],
    ['no credential', () => ({}), 401, 'auth.missing'],
  ])('%s lets nobody in', async (_what, rest, status, code) => {
    const here = world();
    expect(await here.call(undefined, rest(await token(here)))).toMatchObject({ status, code });
  });
});

describe('an access token is handed on for exchange', () => {
  test('with the very caller that is answered, at each call', async () => {
    const here = world();
    const text = await token(here);
    const answers = [await here.call(text), await here.call(text)];
    const callers = answers.map((answer) => ('caller' in answer ? answer.caller : undefined));
    expect(here.verified.map(({ token: held }) => held)).toStrictEqual([text, text]);
    here.verified.forEach(({ caller }, at) => expect(caller).toBe(callers[at]));
  });

  test('only once it verified', async () => {
    const here = world();
    await here.call(await token(here, { exp: 1 }));
    await here.call('writ_x');
    await here.call();
    expect(here.verified).toStrictEqual([]);
  });
});

describe('what is told to those who are not let in', () => {
  test('without a credential: where to get one and for which scopes, and no error', async () => {
    expect(await world().call()).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': `Bearer realm="writ", scope="mcp.use", resource_metadata="${METADATA}"`,
      },
    });
  });

  test('with one that does not count: why', async () => {
    const here = world();
    expect(await here.call(await token(here, { exp: 1 }))).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': `Bearer realm="writ", error="invalid_token", error_description="the token has expired", scope="mcp.use", resource_metadata="${METADATA}"`,
      },
    });
  });

  test('with too little: every scope that this call needs', async () => {
    const here = world();
    expect(await here.call(await token(here), { rpcMethod: 'tools/call' })).toMatchObject({
      status: 403,
      headers: {
        'www-authenticate': `Bearer realm="writ", error="insufficient_scope", error_description="the caller needs the scopes mcp.use mcp.call", scope="mcp.use mcp.call", resource_metadata="${METADATA}"`,
      },
    });
  });

  test('where no authorization server is configured, none is named', async () => {
    expect(await world('tokens: true').call()).toMatchObject({
      headers: { 'www-authenticate': 'Bearer realm="writ"' },
    });
  });
});

describe('scopes', () => {
  test.each([
    ['a list', { scope: ['mcp.use', 'mcp.call'] }],
    ['a text with spaces', { scope: 'mcp.call mcp.use' }],
  ])('are read from %s', async (_what, changes) => {
    const here = world();
    expect(await here.call(await token(here, changes), { rpcMethod: 'tools/call' })).toHaveProperty('caller');
  });

  test('of one method are not needed for another, nor for a name of JavaScript’s own', async () => {
    const here = world();
    const text = await token(here);
    expect(await here.call(text, { rpcMethod: 'tools/list' })).toHaveProperty('caller');
    expect(await here.call(text, { rpcMethod: 'constructor' })).toHaveProperty('caller');
  });

  test('of a method do not stand in for those of the whole', async () => {
    const here = world();
    expect(
      await here.call(await token(here, { scope: 'mcp.call' }), { rpcMethod: 'tools/call' }),
    ).toMatchObject({
      status: 403,
    });
  });

  test('that cannot be read are none', async () => {
    const here = world();
    expect(await here.call(await token(here, { scope: { 'mcp.use': true } }))).toMatchObject({
      code: 'auth.scope',
    });
  });
});

describe('delegation (RFC 8693 §4.1)', () => {
  const actors = (...ids: readonly string[]): JsonObject =>
    ids.reduceRight<JsonObject>(
      (inner, sub) => ({ sub, ...(inner['sub'] === undefined ? {} : { act: inner }) }),
      {},
    );

  test('without it, the client acts', async () => {
    const here = world();
    const answer = await here.call(await token(here));
    expect(answer).toMatchObject({ caller: { agent: { id: 'idp:bot', team: 'research' } } });
    expect('caller' in answer && answer.caller).not.toHaveProperty('chain');
  });

  test('the outermost actor acts now, and the chain begins with the innermost', async () => {
    const here = world();
    expect(
      await here.call(await token(here, { client_id: 'three', act: actors('three', 'two', 'one') })),
    ).toMatchObject({
      caller: {
        agent: { id: 'idp:three' },
        person: { id: 'idp:ann' },
        chain: [
          { id: 'idp:one', team: 'research' },
          { id: 'idp:two', team: 'research' },
        ],
      },
    });
  });

  test('a client that is no actor is one more that must be permitted', async () => {
    const here = world();
    expect(await here.call(await token(here, { act: actors('three', 'one') }))).toMatchObject({
      caller: { agent: { id: 'idp:three' }, chain: [{ id: 'idp:one' }, { id: 'idp:bot' }] },
    });
  });

  test.each<[string, JsonObject]>([
    ['an actor without an id', { act: { name: 'x' } }],
    ['an actor that is a text', { act: 'three' }],
    ['an actor that is nothing', { act: null }],
    ['an actor with a number for an id', { act: { sub: 7 } }],
    ['an actor of another issuer', { act: { iss: 'https://evil.example', sub: 'three' } }],
    [
      'an inner actor of another issuer',
      { act: { sub: 'three', act: { iss: 'https://evil.example', sub: 'one' } } },
    ],
    [
      'more actors than a chain may have',
      { act: actors(...Array.from({ length: MAX_CHAIN + 2 }, (_, at) => `a${at}`)) },
    ],
    [
      'as many actors as a chain may have, and a client besides',
      { act: actors(...Array.from({ length: MAX_CHAIN + 1 }, (_, at) => `a${at}`)) },
    ],
  ])('%s is refused', async (_what, changes) => {
    const here = world();
    expect(await here.call(await token(here, changes))).toMatchObject({
      status: 401,
      code: 'auth.delegation',
    });
  });
});

describe('claims that are no names', () => {
  test.each<[string, JsonObject]>([
    ['a person with a number for an id', { sub: 7 }],
    ['a person without a name', { sub: '' }],
    ['a person with half a character', { sub: '\ud800' }],
    ['a person with a line break', { sub: 'ann\nroot' }],
    ['a person whose name has no end', { sub: 'a'.repeat(300) }],
    ['a person whose name is too long after the issuer’s', { sub: 'a'.repeat(254) }],
    ['more roles than are taken', { groups: Array.from({ length: 257 }, (_, at) => `g${at}`) }],
    ['roles that are objects', { groups: [{ name: 'admin' }] }],
    ['groups left out because there are too many', { hasgroups: true }],
  ])('%s: nobody is let in', async (_what, changes) => {
    const here = world();
    expect(await here.call(await token(here, changes))).toMatchObject({ status: 401, code: 'auth.claims' });
  });

  test('roles that a map does not name do not count, whatever they are called', async () => {
    const here = world(YAML.replace('roles: groups', 'roles: {claim: groups, names: {g1: accountant}}'));
    expect(
      await here.call(await token(here, { groups: ['g1', 'accountant', 'constructor', '__proto__'] })),
    ).toMatchObject({
      caller: { person: { roles: ['accountant'] } },
    });
  });
});

describe('a protected resource tells of itself (RFC 9728)', () => {
  test.each([
    [RESOURCE, METADATA, '/.well-known/oauth-protected-resource/mcp'],
    [
      'https://gateway.example.com',
      'https://gateway.example.com/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource',
    ],
    [
      'https://gateway.example.com/',
      'https://gateway.example.com/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource',
    ],
  ])('%s', (resource, url, path) => {
    const auth = authOf(YAML.replace(RESOURCE, resource));
    expect(auth.kind === 'checked' && resourceMetadata(auth)).toStrictEqual({
      url,
      path,
      document: {
        resource,
        authorization_servers: [ISSUER],
        scopes_supported: ['mcp.use', 'mcp.call'],
        bearer_methods_supported: ['header'],
      },
    });
  });

  test('one without authorization servers has nothing to tell', () => {
    const auth = authOf('tokens: true');
    expect(auth.kind === 'checked' && resourceMetadata(auth)).toBeUndefined();
  });
});

describe('`auth: none`', () => {
  test('lets everybody be the node’s own agent', async () => {
    expect(await world('none').call()).toStrictEqual({});
  });

  test.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost'])('may listen on %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
    expect(() => requireSafeListener({ kind: 'none' }, { host, isPersonOsUser: false })).not.toThrow();
  });

  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.2',
    'gateway.example.com',
    '127.0.0.1.example.com',
    '',
    '128.0.0.1',
  ])('may not listen on `%s`', (host) => {
    expect(() => requireSafeListener({ kind: 'none' }, { host, isPersonOsUser: false })).toThrow(
      /everybody who reaches/,
    );
  });

  test('does not give everybody the name of the gateway’s user', () => {
    expect(() => requireSafeListener({ kind: 'none' }, { host: '::1', isPersonOsUser: true })).toThrow(
      /every user of this machine/,
    );
  });

  test('where callers are checked, any address may be listened on', () => {
    expect(() =>
      requireSafeListener(authOf('tokens: true'), { host: '0.0.0.0', isPersonOsUser: true }),
    ).not.toThrow();
  });
});
