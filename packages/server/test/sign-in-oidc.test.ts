import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { decodeJwt, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  createIdentityProvider,
  foundOrganisation,
  IDENTITY_PROVIDER,
  type IdentityProvider,
  type IdentityProviderSettings,
} from '../src/index.ts';
import { type Browser, openBrowser } from './browser.ts';
import { startProvider, type TestProvider, throughProvider } from './identity-provider.ts';
import { openWorld, PLANE_URL, stopServer, type World } from './world.ts';

afterAll(stopServer);

const MAPPED = [
  { group: 'Platform Admins', roles: ['admin'], groups: ['payments'] },
  { group: 'Developers', roles: ['writer'] },
  { group: 'Audit', roles: ['auditor'] },
];

describe.each(['sqlite', 'postgres'] as const)('an identity provider over %s', (store) => {
  let world: World;
  let provider: TestProvider;
  let browser: Browser;
  const providers: IdentityProvider[] = [];

  beforeEach(async (context) => {
    providers.length = 0;
    const opened = await openWorld(store, { identityProviders: providers });
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    provider = await startProvider([callbackOf('idp'), callbackOf('other')]);
    provider.person = { id: 'ann', claims: { name: 'Ann', groups: ['Developers'] } };
    add({ createPeople: true, groups: MAPPED });
    browser = openBrowser(world);
  });
  afterEach(async () => {
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const callbackOf = (id: string) => `${PLANE_URL}/v1/sign-in/providers/${id}/callback`;

  /** Configures a provider, in place of one of its id. */
  const add = (more: object): IdentityProviderSettings => {
    const settings = IDENTITY_PROVIDER.parse({
      id: 'idp',
      name: 'Example IdP',
      organisation: world.organisation,
      issuer: provider.issuer,
      clientId: 'plane',
      ...more,
    });
    const made = createIdentityProvider(settings, {
      secret: () => 'a-secret-of-the-test',
      now: () => world.clock.now(),
    });
    const at = providers.findIndex((one) => one.settings.id === settings.id);
    providers.splice(at === -1 ? providers.length : at, at === -1 ? 0 : 1, made);
    return settings;
  };

  const begin = async (id = 'idp'): Promise<string> =>
    (await browser.send('POST', `/v1/sign-in/providers/${id}`)).body.url;
  const callback = (url: URL, from = browser) => from.send('GET', `${url.pathname}${url.search}`);
  const signIn = async () => callback(await throughProvider(await begin(), provider.issuer));
  const lastCode = () => {
    const { entry } = world.plane.log.reader.entry(world.plane.log.reader.size() - 1);
    return entry.kind === 'sign_in' ? entry.signIn.code : entry.kind;
  };
  const refusedWith = async (came: { status: number }, code: string) => {
    expect([came.status, lastCode()]).toEqual([401, code]);
    expect(browser.cookies.has('__Host-writ')).toBe(false);
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
  };

  test('signs in who comes back, and sends them to the first page', async () => {
    const came = await signIn();
    expect([came.status, came.headers.get('location')]).toEqual([303, '/']);
    expect((await browser.send('GET', '/v1/me')).body).toMatchObject({ name: 'Ann', roles: ['writer'] });
    expect((await browser.send('GET', '/v1/sign-in')).body.providers).toEqual([
      { id: 'idp', name: 'Example IdP' },
    ]);
  });

  test('is asked with PKCE, a state and a nonce, for a fixed redirect URI', async () => {
    const { searchParams } = new URL(await begin());
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: callbackOf('idp'),
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(searchParams.get(name)).toHaveLength(43);
    const rows = await world.plane.tables.selectFrom('ceremonies').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(browser.cookies.get('__Host-writ-sign-in'));
  });

  test('knows a person by issuer and subject, whatever they are called', async () => {
    await signIn();
    const { id } = (await browser.send('GET', '/v1/me')).body;
    provider.person = { id: 'ann', claims: { name: 'Ann Other', groups: ['Developers'] } };
    await signIn();
    expect((await browser.send('GET', '/v1/me')).body).toMatchObject({ id, name: 'Ann Other' });
    provider.person = { id: 'eve', claims: { name: 'Ann', groups: ['Developers'] } };
    await signIn();
    expect((await browser.send('GET', '/v1/me')).body.id).not.toBe(id);
  });

  test('gives the roles and groups of now, at each sign-in; who lost all of them does not get in', async () => {
    provider.person.claims['groups'] = ['Platform Admins', 'Developers'];
    await signIn();
    const { body: me } = await browser.send('GET', '/v1/me');
    expect([me.roles, me.groups]).toEqual([['admin', 'writer'], ['payments']]);
    provider.person.claims['groups'] = ['Audit', 'Developers'];
    await signIn();
    expect((await browser.send('GET', '/v1/me')).body).toMatchObject({ roles: ['auditor'], groups: [] });
    provider.person.claims['groups'] = ['platform admins'];
    browser.cookies.clear();
    await refusedWith(await signIn(), 'oidc.no-role');
    const { body } = await world.send('GET', `/v1/people/${me.id}`, { as: world.people.admin });
    expect(body.roles).toEqual([]);
  });

  test('does not take the last administrator’s role: nobody could give it back', async () => {
    const { organisation } = await foundOrganisation(world.plane, {
      name: 'New',
      administrator: { name: 'Ann', email: 'ann@example.org' },
    });
    add({ organisation, linkByVerifiedEmail: true, createPeople: true, groups: MAPPED });
    provider.person.claims = { email: 'ann@example.org', email_verified: true, groups: ['Developers'] };
    await signIn();
    expect((await browser.send('GET', '/v1/me')).body.roles).toEqual(['admin']);
    provider.person = { id: 'bob', claims: { groups: ['Platform Admins'] } };
    await signIn();
    provider.person = { id: 'ann', claims: { groups: ['Developers'] } };
    await signIn();
    expect((await browser.send('GET', '/v1/me')).body.roles).toEqual(['writer']);
  });

  test.each([
    ['roles', { roles: ['admin'] }, MAPPED, 409],
    ['groups, also where none of its own gives one', { groups: ['payments'] }, MAPPED, 409],
    ['teams', { teams: [] }, [...MAPPED, { group: 'Ops', teams: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'] }], 409],
    ['teams that it does not give', { teams: [] }, MAPPED, 200],
    ['a name', { name: 'Anna' }, MAPPED, 200],
  ])(
    'what it gives is not changed here, where it would last until the next sign-in: %s',
    async (_what, body, groups, status) => {
      add({ createPeople: true, groups });
      await signIn();
      const { id } = (await browser.send('GET', '/v1/me')).body;
      const { headers } = await world.send('GET', `/v1/people/${id}`, { as: world.people.admin });
      const match = headers.get('etag') ?? '';
      const came = await world.send('PATCH', `/v1/people/${id}`, { as: world.people.admin, match, body });
      expect(came.status).toBe(status);
    },
  );

  test('makes nobody unless the operator lets it', async () => {
    add({ groups: MAPPED });
    await refusedWith(await signIn(), 'oidc.unknown-person');
  });

  test('makes one person of two first sign-ins at once', async () => {
    const others = [browser, openBrowser(world)];
    const urls: URL[] = [];
    for (const one of others) {
      const { url } = (await one.send('POST', '/v1/sign-in/providers/idp')).body;
      urls.push(await throughProvider(url, provider.issuer));
    }
    await Promise.all(urls.map((url, at) => callback(url, others[at])));
    const { items } = (await world.send('GET', '/v1/people', { as: world.people.admin })).body;
    expect(items.filter(({ name }: { name: string }) => name === 'Ann')).toHaveLength(1);
  });

  test('does not make somebody again who was removed', async () => {
    await signIn();
    const { id } = (await browser.send('GET', '/v1/me')).body;
    const { headers } = await world.send('GET', `/v1/people/${id}`, { as: world.people.admin });
    await world.send('DELETE', `/v1/people/${id}`, {
      as: world.people.admin,
      match: headers.get('etag') ?? '',
    });
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    expect((await signIn()).status).toBe(409);
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
  });

  test('lets nobody in who is suspended', async () => {
    await signIn();
    const { id } = (await browser.send('GET', '/v1/me')).body;
    const { headers } = await world.send('GET', `/v1/people/${id}`, { as: world.people.admin });
    await world.send('POST', `/v1/people/${id}/suspension`, {
      as: world.people.admin,
      match: headers.get('etag') ?? '',
    });
    browser.cookies.clear();
    await refusedWith(await signIn(), 'oidc.suspended');
  });

  test.each([
    ['verified, where the operator lets it', true, { email_verified: true }, 303],
    ['not verified', true, { email_verified: false }, 401],
    ['not said to be verified', true, {}, 401],
    ['said to be verified in a word', true, { email_verified: 'true' }, 401],
    ['verified, where the operator has not said so', false, { email_verified: true }, 401],
  ])('knows an invited person by an address %s', async (_why, linkByVerifiedEmail, verified, status) => {
    add({ linkByVerifiedEmail, scopes: ['openid', 'profile', 'email'] });
    const { body } = await world.send('POST', '/v1/people', {
      as: world.people.admin,
      body: { name: 'Ann', email: 'ann@example.org', roles: ['reader'] },
    });
    provider.person.claims = { email: 'Ann@example.org', ...verified };
    expect((await signIn()).status).toBe(status);
    if (status === 303) expect((await browser.send('GET', '/v1/me')).body.id).toBe(body.id);
  });

  test.each([
    ['somebody who signs in here', { status: 'active' as const }],
    ['somebody who is suspended', { status: 'suspended' as const }],
    [
      'somebody whom another provider knows',
      { status: 'invited' as const, identity: { issuer: 'https://other.example', subject: 'ann' } },
    ],
  ])('a verified address does not make anybody %s', async (_who, change) => {
    add({ linkByVerifiedEmail: true, groups: MAPPED });
    const person = await world.addPerson(world.organisation, ['admin']);
    await world.changePerson(person, { ...change, email: 'ann@example.org' });
    provider.person.claims = { email: 'ann@example.org', email_verified: true, groups: ['Developers'] };
    await refusedWith(await signIn(), 'oidc.unknown-person');
  });

  test('an address that two were invited by makes nobody either of them', async () => {
    add({ linkByVerifiedEmail: true, groups: MAPPED });
    for (const name of ['Ann', 'Another'])
      await world.send('POST', '/v1/people', {
        as: world.people.admin,
        body: { name, email: 'ann@example.org', roles: ['admin'] },
      });
    provider.person.claims = { email: 'ann@example.org', email_verified: true, groups: ['Developers'] };
    await refusedWith(await signIn(), 'oidc.unknown-person');
  });

  test('the same subject of another issuer is somebody else', async () => {
    await signIn();
    const { id } = (await browser.send('GET', '/v1/me')).body;
    const other = await startProvider([callbackOf('other')]);
    other.person = { id: 'ann', claims: { groups: ['Developers'] } };
    add({ id: 'other', issuer: other.issuer, createPeople: true, groups: MAPPED });
    const url = await throughProvider(await begin('other'), other.issuer);
    expect((await callback(url)).status).toBe(303);
    expect((await browser.send('GET', '/v1/me')).body.id).not.toBe(id);
  });

  test('gives the teams of now too, where its groups have teams', async () => {
    const team = (await world.send('POST', '/v1/teams', { as: world.people.admin, body: { name: 'Ops' } }))
      .body.id;
    add({ createPeople: true, groups: [...MAPPED, { group: 'Ops', teams: [team] }] });
    provider.person.claims['groups'] = ['Developers', 'Ops'];
    await signIn();
    expect((await browser.send('GET', '/v1/me')).body.teams).toEqual([team]);
    provider.person.claims['groups'] = ['Developers'];
    await signIn();
    expect((await browser.send('GET', '/v1/me')).body.teams).toEqual([]);
  });

  test.each([
    ['of no organisation where there are several', undefined],
    ['of an organisation that there is not', '01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ])('one %s signs nobody in', async (_why, organisation) => {
    const url = await throughProvider(await begin(), provider.issuer);
    add({ organisation, createPeople: true, groups: MAPPED });
    expect((await callback(url)).status).toBe(503);
    expect((await browser.send('POST', '/v1/sign-in/providers/idp')).status).toBe(503);
    expect(browser.cookies.has('__Host-writ')).toBe(false);
  });

  test('one that is configured no more signs nobody in, also where they are on their way', async () => {
    const url = await throughProvider(await begin(), provider.issuer);
    providers.length = 0;
    expect((await callback(url)).status).toBe(404);
    expect((await browser.send('GET', '/v1/sign-in')).body.providers).toEqual([]);
  });

  describe('refuses', () => {
    /** Claims of the ID token, signed anew by `sign`. */
    const forge = (sign: (claims: JWTPayload) => Promise<string> | string) => {
      provider.bend = async (answer) => ({
        ...answer,
        id_token: await sign(decodeJwt(String(answer['id_token']))),
      });
    };
    const signed = (claims: JWTPayload, alg = 'RS256') =>
      new SignJWT(claims).setProtectedHeader({ alg, kid: 'one' }).sign(provider.privateKey);
    const now = () => Math.floor(Date.now() / 1000);

    test('nothing that is good, signed anew as the provider does', async () => {
      forge((claims) => signed(claims));
      expect((await signIn()).status).toBe(303);
    });

    test.each<[string, (claims: JWTPayload) => JWTPayload]>([
      ['another issuer', (claims) => ({ ...claims, iss: 'https://evil.example' })],
      ['the issuer with a slash', (claims) => ({ ...claims, iss: `${claims.iss}/` })],
      ['another audience', (claims) => ({ ...claims, aud: 'somebody-else' })],
      ['several audiences and no authorised party', (claims) => ({ ...claims, aud: ['plane', 'other'] })],
      ['another authorised party', (claims) => ({ ...claims, azp: 'other', aud: ['plane', 'other'] })],
      ['another nonce', (claims) => ({ ...claims, nonce: 'x'.repeat(43) })],
      ['no nonce', ({ nonce: _nonce, ...claims }) => claims],
      ['an end that has passed', (claims) => ({ ...claims, exp: now() - 3600, iat: now() - 7200 })],
      ['an end a minute ago', (claims) => ({ ...claims, exp: now() - 60, iat: now() - 120 })],
      ['a beginning in a minute', (claims) => ({ ...claims, nbf: now() + 60 })],
      ['no time of its making', ({ iat: _made, ...claims }) => claims],
      ['a subject that is too long to keep', (claims) => ({ ...claims, sub: 'x'.repeat(256) })],
      ['an empty subject', (claims) => ({ ...claims, sub: '' })],
      ['no end', ({ exp: _end, ...claims }) => claims],
      ['a beginning that is to come', (claims) => ({ ...claims, nbf: now() + 3600 })],
      ['no subject', ({ sub: _subject, ...claims }) => claims],
    ])('an ID token with %s', async (_why, change) => {
      forge((claims) => signed(change(claims)));
      await refusedWith(await signIn(), 'oidc.answer');
    });

    test.each<[string, (claims: JWTPayload) => Promise<string> | string]>([
      ['nobody', (claims) => new UnsecuredJWT(claims).encode()],
      ['the client’s secret', (claims) => hmac(claims, 'a-secret-of-the-test')],
      ['an empty secret', (claims) => hmac(claims, '')],
      [
        'another key under its name',
        async (claims) => {
          const { privateKey } = await generateKeyPair('RS256');
          return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey);
        },
      ],
      [
        'an algorithm that was not allowed',
        async (claims) => {
          const { privateKey } = await generateKeyPair('ES256');
          return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);
        },
      ],
      ['the provider, before somebody altered it', async (claims) => altered(await signed(claims))],
    ])('an ID token signed by %s', async (_why, sign) => {
      forge(sign);
      await refusedWith(await signIn(), 'oidc.answer');
    });

    test('an algorithm that the provider has and the operator did not allow', async () => {
      add({ createPeople: true, groups: MAPPED, algorithms: ['ES256'] });
      await refusedWith(await signIn(), 'oidc.answer');
    });

    test('an answer without an ID token', async () => {
      provider.bend = ({ id_token: _token, ...answer }) => Promise.resolve(answer);
      await refusedWith(await signIn(), 'oidc.answer');
    });

    test('an ID token of an earlier sign-in', async () => {
      let first: unknown;
      provider.bend = (answer) => {
        first ??= answer['id_token'];
        return Promise.resolve({ ...answer, id_token: first });
      };
      await signIn();
      browser.cookies.clear();
      await refusedWith(await signIn(), 'oidc.answer');
    });

    test('a callback that was used', async () => {
      const url = await throughProvider(await begin(), provider.issuer);
      const ceremony = browser.cookies.get('__Host-writ-sign-in') ?? '';
      expect((await callback(url)).status).toBe(303);
      browser.cookies.clear();
      browser.cookies.set('__Host-writ-sign-in', ceremony);
      await refusedWith(await callback(url), 'oidc.ceremony');
    });

    test('a code that was used, in another sign-in of the same browser', async () => {
      const first = await throughProvider(await begin(), provider.issuer);
      await callback(first);
      browser.cookies.clear();
      const second = new URL(await begin());
      const url = new URL(first);
      url.searchParams.set('state', second.searchParams.get('state') ?? '');
      await refusedWith(await callback(url), 'oidc.answer');
    });

    test('a callback in another browser: nobody is signed in as somebody else by a link', async () => {
      const attacker = openBrowser(world);
      const { url } = (await attacker.send('POST', '/v1/sign-in/providers/idp')).body;
      const back = await throughProvider(url, provider.issuer);
      await refusedWith(await callback(back), 'oidc.ceremony');
      await begin();
      await refusedWith(await callback(back), 'oidc.state');
      expect(provider.tokens).toBe(0);
    });

    test.each([
      [
        'another state',
        (url: URL) => url.searchParams.set('state', randomBytes(32).toString('base64url')),
        'oidc.state',
      ],
      ['no state', (url: URL) => url.searchParams.delete('state'), 'oidc.state'],
      ['no code', (url: URL) => url.searchParams.delete('code'), 'oidc.answer'],
      ['another code', (url: URL) => url.searchParams.set('code', 'x'.repeat(43)), 'oidc.answer'],
      [
        'the name of another issuer',
        (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
        'oidc.answer',
      ],
      [
        'no name of an issuer that always gives it',
        (url: URL) => url.searchParams.delete('iss'),
        'oidc.answer',
      ],
      ['an error', (url: URL) => url.searchParams.set('error', 'access_denied'), 'oidc.denied'],
    ])('a callback with %s', async (_why, change, code) => {
      const url = await throughProvider(await begin(), provider.issuer);
      change(url);
      await refusedWith(await callback(url), code);
    });

    test('a callback of one provider at that of another', async () => {
      add({ id: 'other', createPeople: true, groups: MAPPED });
      const url = await throughProvider(await begin(), provider.issuer);
      const there = new URL(url.href.replace('/providers/idp/', '/providers/other/'));
      await refusedWith(await callback(there), 'oidc.mix-up');
      expect(provider.tokens).toBe(0);
    });

    test('a code that somebody took on the way, without the verifier', async () => {
      const url = await throughProvider(await begin(), provider.issuer);
      const response = await fetch(`${provider.issuer}/token`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from('plane:a-secret-of-the-test').toString('base64')}`,
        },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: url.searchParams.get('code') ?? '',
          redirect_uri: callbackOf('idp'),
        }),
      });
      expect(response.status).toBe(400);
    });

    test('to send anybody anywhere else', async () => {
      const url = await throughProvider(await begin(), provider.issuer);
      url.searchParams.set('return_to', 'https://evil.example');
      expect((await callback(url)).status).toBe(422);
      expect(
        (await browser.send('POST', '/v1/sign-in/providers/idp', { returnTo: '//evil.example' })).status,
      ).toBe(400);
    });
  });

  describe('that is not there', () => {
    test('is told when a sign-in begins, and the next one that finds it goes on', async () => {
      add({ issuer: 'http://127.0.0.1:9', createPeople: true });
      expect((await browser.send('POST', '/v1/sign-in/providers/idp')).body.title).toBe('server.unavailable');
      add({ createPeople: true, groups: MAPPED });
      expect((await signIn()).status).toBe(303);
    });

    test('is told when a sign-in ends', async () => {
      const url = await throughProvider(await begin(), provider.issuer);
      provider.close();
      const came = await callback(url);
      expect([came.status, came.body.title]).toEqual([503, 'server.unavailable']);
    });

    test('is none that calls itself by another name', async () => {
      const server = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ issuer: provider.issuer, authorization_endpoint: `${provider.issuer}/auth` }),
        );
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      add({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      expect((await browser.send('POST', '/v1/sign-in/providers/idp')).status).toBe(503);
    });

    test('is none that sends on to another place', async () => {
      const server = createServer(({ url }, response) => {
        if (url !== '/elsewhere') return void response.writeHead(302, { location: '/elsewhere' }).end();
        const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/auth` }));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      add({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      expect((await browser.send('POST', '/v1/sign-in/providers/idp')).status).toBe(503);
    });

    test('is none that answers without end', async () => {
      let sent = 0;
      const server = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
          sent += 65_536;
        };
        response.on('drain', more);
        more();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      add({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      expect((await browser.send('POST', '/v1/sign-in/providers/idp')).status).toBe(503);
      expect(sent).toBeLessThan(64 * 1024 * 1024);
    });

    test('that is unknown, is not found', async () => {
      expect((await browser.send('POST', '/v1/sign-in/providers/nobody')).status).toBe(404);
    });
  });

  test('one that is silent is waited for a bounded time', async () => {
    provider.isSilent = true;
    const settings = add({ createPeople: true });
    const quick = createIdentityProvider(settings, {
      secret: () => undefined,
      now: () => 0,
      timeoutSeconds: 1,
    });
    await expect(
      quick.begin(callbackOf('idp'), { state: 's', nonce: 'n', verifier: 'v'.repeat(43) }),
    ).rejects.toMatchObject({ code: 'OAUTH_TIMEOUT' });
  });
});

describe('settings of a provider', () => {
  const good = { id: 'idp', name: 'IdP', issuer: 'https://idp.example.org', clientId: 'plane' };

  test('have defaults that make nobody and trust no address', () => {
    expect(IDENTITY_PROVIDER.parse(good)).toMatchObject({
      createPeople: false,
      linkByVerifiedEmail: false,
      algorithms: ['RS256'],
      groups: [],
    });
  });

  test.each([
    ['plain HTTP beyond loopback', { issuer: 'http://idp.example.org' }],
    ['a signature with a shared secret', { algorithms: ['HS256'] }],
    ['no signature', { algorithms: ['none'] }],
    ['no algorithm', { algorithms: [] }],
    ['a secret in it', { clientSecret: 'secret' }],
    ['two places of the secret', { clientSecretEnv: 'A', clientSecretFile: 'b' }],
    ['an id that is a path', { id: '../../callback' }],
    ['a role that there is not', { groups: [{ group: 'a', roles: ['root'] }] }],
    ['scopes without `openid`', { scopes: ['profile'] }],
  ])('with %s are refused', (_why, change) => {
    expect(IDENTITY_PROVIDER.safeParse({ ...good, ...change }).success).toBe(false);
  });
});

function hmac(claims: JWTPayload, secret: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'HS256', kid: 'one' })}.${part(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function altered(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
  return [
    header,
    Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url'),
    signature,
  ].join('.');
}
