import { createHash } from 'node:crypto';
import { LOCAL_TENANT } from '@writ/core';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFirstLink, createRecoveryLink, foundOrganisation } from '../src/index.ts';
import { PEOPLE, type PersonRecord } from '../src/people/index.ts';
import { CREDENTIALS, startSession } from '../src/sign-in/index.ts';
import type { Stored } from '../src/state/index.ts';
import { createPasskey, type Lies, usePasskey } from './authenticator.ts';
import { linkOf, openBrowser, signedIn } from './browser.ts';
import { openWorld, PLANE_URL, START, stopServer, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('signing in over %s', (store) => {
  let world: World;

  beforeEach(async (context) => {
    const opened = await openWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
  });
  afterEach(async () => {
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const lastEntry = () => world.plane.log.reader.entry(world.plane.log.reader.size() - 1).entry;

  describe('a session', () => {
    test('is a cookie that no script and no other site reaches, and of which only the hash is kept', async () => {
      const { browser, passkey } = await signedIn(world);
      const came = await browser.signIn(passkey);
      const cookie = came.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(
        /^__Host-writ=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict; Max-Age=43200$/,
      );
      const secret = browser.cookies.get('__Host-writ') ?? '';
      const rows = await world.plane.tables.selectFrom('sessions').selectAll().execute();
      expect(JSON.stringify(rows)).not.toContain(secret);
      expect(rows.map((row) => row.token_hash)).toContain(createHash('sha256').update(secret).digest('hex'));
      expect((await browser.send('GET', '/v1/me')).body).toMatchObject({ credential: { kind: 'session' } });
    });

    test('has another secret after each sign-in, and the one before is good no more', async () => {
      const { browser, passkey } = await signedIn(world);
      const before = openBrowser(world);
      before.cookies.set('__Host-writ', browser.cookies.get('__Host-writ') ?? '');
      await browser.signIn(passkey);
      expect(browser.cookies.get('__Host-writ')).not.toBe(before.cookies.get('__Host-writ'));
      expect((await browser.send('GET', '/v1/me')).status).toBe(200);
      expect((await before.send('GET', '/v1/me')).status).toBe(401);
    });

    test('that somebody else chose is not taken up', async () => {
      const { browser, passkey } = await signedIn(world);
      const chosen = 'A'.repeat(43);
      browser.cookies.set('__Host-writ', chosen);
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
      await browser.signIn(passkey);
      expect(browser.cookies.get('__Host-writ')).not.toBe(chosen);
    });

    test('ends when it was not used for an hour, and is kept by use', async () => {
      const { browser } = await signedIn(world);
      for (const at of [59, 118, 177]) {
        world.clock.set(START + at * MINUTE);
        expect((await browser.send('GET', '/v1/me')).status).toBe(200);
      }
      world.clock.set(START + 177 * MINUTE + HOUR);
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    });

    test('ends after twelve hours however much it is used', async () => {
      const { browser } = await signedIn(world);
      for (let at = 50; at < 12 * 60; at += 50) {
        world.clock.set(START + at * MINUTE);
        expect((await browser.send('GET', '/v1/me')).status).toBe(200);
      }
      world.clock.set(START + 12 * HOUR);
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    });

    test('is listed to its owner alone, and ended by them at the next call', async () => {
      const { browser, passkey } = await signedIn(world);
      const other = openBrowser(world);
      await other.signIn(passkey);
      const { items } = (await browser.send('GET', '/v1/sessions')).body;
      expect(items).toHaveLength(2);
      const { id } = items.find(({ isThis }: { isThis: boolean }) => !isThis);
      expect((await world.send('DELETE', `/v1/sessions/${id}`, { as: world.people.admin })).status).toBe(404);
      expect((await browser.send('DELETE', `/v1/sessions/${id}`)).status).toBe(204);
      expect(lastEntry()).toMatchObject({
        kind: 'sign_in',
        signIn: { action: 'sign_out', method: 'passkey' },
      });
      expect((await other.send('GET', '/v1/me')).status).toBe(401);
      expect((await browser.send('GET', '/v1/me')).status).toBe(200);
    });

    test('is neither listed to nor ended by anybody else, not even by who has the same id in another organisation', async () => {
      const { plane, organisation, stranger } = world;
      const { browser, id } = await signedIn(world);
      const people = plane.objects(organisation, PEOPLE);
      const { id: _id, index: _index, ...person } = people.get(id) as Stored<PersonRecord>;
      await plane.changes.commit({
        action: 'people.create',
        object: id,
        organisation: stranger.organisation,
        actor: { kind: 'server', id: 'server', concerns: [] },
        effects: [plane.objects(stranger.organisation, PEOPLE).put(id, person, null)],
      });
      const request = new Request(PLANE_URL);
      for (const one of [{ organisation: stranger.organisation, id }, world.people.admin])
        await startSession(plane, { ...one, person, method: 'passkey', request });
      const { items } = (await browser.send('GET', '/v1/sessions')).body;
      expect(items).toEqual([expect.objectContaining({ isThis: true })]);
      for (const row of await plane.tables.selectFrom('sessions').selectAll().execute())
        if (row.id !== items[0].id)
          expect((await browser.send('DELETE', `/v1/sessions/${row.id}`)).status).toBe(404);
      expect(await plane.tables.selectFrom('sessions').selectAll().execute()).toHaveLength(3);
    });

    test('that is over is not listed', async () => {
      const { browser, passkey } = await signedIn(world);
      world.clock.set(START + HOUR);
      await browser.signIn(passkey);
      const { items } = (await browser.send('GET', '/v1/sessions')).body;
      expect(items).toEqual([expect.objectContaining({ isThis: true })]);
    });

    test('ends by signing out, which takes the cookie away and is recorded', async () => {
      const { browser } = await signedIn(world);
      const secret = browser.cookies.get('__Host-writ') ?? '';
      const came = await browser.send('POST', '/v1/sign-out');
      expect([came.status, came.headers.get('clear-site-data')]).toEqual([204, '"cache", "storage"']);
      expect(browser.cookies.has('__Host-writ')).toBe(false);
      expect(lastEntry()).toMatchObject({ signIn: { action: 'sign_out' } });
      browser.cookies.set('__Host-writ', secret);
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    });

    test('ends with the person who is suspended, and does not come back with them', async () => {
      const { browser, id, passkey } = await signedIn(world);
      const { headers } = await world.send('GET', `/v1/people/${id}`, { as: world.people.admin });
      const match = headers.get('etag') ?? '';
      const suspended = await world.send('POST', `/v1/people/${id}/suspension`, {
        as: world.people.admin,
        match,
      });
      expect(suspended.status).toBe(200);
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
      expect((await openBrowser(world).signIn(passkey)).status).toBe(401);
      await world.send('DELETE', `/v1/people/${id}/suspension`, {
        as: world.people.admin,
        match: suspended.headers.get('etag') ?? '',
      });
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
      expect((await openBrowser(world).signIn(passkey)).status).toBe(200);
    });

    test('is of somebody who is active, also where it was left behind', async () => {
      const { browser, id } = await signedIn(world);
      const who = { id, organisation: world.organisation };
      for (const status of ['suspended', 'invited'] as const) {
        await world.changePerson(who, { status });
        expect((await browser.send('GET', '/v1/me')).status).toBe(401);
      }
      await world.changePerson(who, { status: 'active' });
      expect((await browser.send('GET', '/v1/me')).status).toBe(200);
    });

    test('has the roles that its person has at the next call', async () => {
      const { browser, id } = await signedIn(world, ['admin']);
      expect((await browser.send('POST', '/v1/teams', { name: 'one' })).status).toBe(201);
      const { headers } = await world.send('GET', `/v1/people/${id}`, { as: world.people.admin });
      await world.send('PATCH', `/v1/people/${id}`, {
        as: world.people.admin,
        match: headers.get('etag') ?? '',
        body: { roles: ['reader'] },
      });
      expect((await browser.send('POST', '/v1/teams', { name: 'two' })).status).toBe(403);
      expect((await browser.send('GET', '/v1/me')).body.roles).toEqual(['reader']);
    });

    test.each([
      ['of another person', (row: { person: string }) => ({ person: row.person.replace(/.$/, 'Z') })],
      ['that lasts longer', () => ({ expires: START + 1_000 * HOUR })],
      ['of another entry', (row: { entry: number }) => ({ entry: row.entry - 1 })],
      [
        'with a secret that somebody knows',
        () => ({ token_hash: createHash('sha256').update('B'.repeat(43)).digest('hex') }),
      ],
    ])('%s, written into the database, is none', async (_why, change) => {
      const { browser } = await signedIn(world);
      const row = await world.plane.tables.selectFrom('sessions').selectAll().executeTakeFirstOrThrow();
      const changed = change(row);
      // A person who exists, so that nothing but the record stands in the way.
      const person = 'person' in changed ? { person: world.people.admin.id } : changed;
      await world.plane.tables.updateTable('sessions').set(person).where('id', '=', row.id).execute();
      if ('token_hash' in changed) browser.cookies.set('__Host-writ', 'B'.repeat(43));
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    });

    test.each([
      ['began', 'sign_in', 200],
      ['ended', 'sign_out', 401],
      ['was refused', 'refuse', 401],
    ] as const)('whose entry says that one %s (%s) is answered with %i', async (_what, action, status) => {
      const { plane, people } = world;
      const { id: person, organisation } = people.admin;
      const row = {
        id: plane.newId(),
        token_hash: createHash('sha256').update('B'.repeat(43)).digest('hex'),
        organisation,
        person,
        method: 'passkey' as const,
        created: START,
        expires: START + HOUR,
      };
      const actor = { kind: 'person', id: person, concerns: [] } as const;
      const entry = await plane.changes.signIn({ action, method: 'passkey' }, actor, row);
      await plane.tables
        .insertInto('sessions')
        .values({ ...row, last_used: START, entry })
        .execute();
      const browser = openBrowser(world);
      browser.cookies.set('__Host-writ', 'B'.repeat(43));
      expect((await browser.send('GET', '/v1/me')).status).toBe(status);
    });

    test('ends once its entry is erased, also where it was used before', async () => {
      const { browser } = await signedIn(world);
      expect((await browser.send('GET', '/v1/me')).status).toBe(200);
      const { entry: index } = await world.plane.tables
        .selectFrom('sessions')
        .selectAll()
        .executeTakeFirstOrThrow();
      const erasure = { destroyed: [{ from: index, to: index + 1 }], resealed: [], bodies: 1 };
      await world.plane.log.writer.append({
        detail: { kind: 'erasure', erasure: { ...erasure, cause: 'operator' } },
        tenant: LOCAL_TENANT,
        time: START,
        monotonicNs: 1n,
        retentionClass: 'log',
        committed: {},
        concerns: [],
        effects: [{ type: 'erase', bodies: [{ index, time: START, tags: [], dropped: [] }] }],
      });
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    });

    test('makes an API token soon after it began: a stolen cookie is not made to last', async () => {
      const { browser } = await signedIn(world);
      const body = { name: 'ci', roles: ['writer'] };
      expect((await browser.send('POST', '/v1/api-tokens', body)).status).toBe(201);
      world.clock.set(START + 15 * MINUTE);
      expect((await browser.send('POST', '/v1/api-tokens', body)).status).toBe(403);
    });

    test('is ended by its owner with a token as well, and by nobody else', async () => {
      const { browser, id } = await signedIn(world);
      const { token } = (await browser.send('POST', '/v1/api-tokens', { name: 'ci', roles: ['writer'] }))
        .body;
      const [session] = (await browser.send('GET', '/v1/sessions')).body.items;
      const path = `/v1/sessions/${session.id}`;
      expect((await world.send('DELETE', path, { as: world.stranger })).status).toBe(404);
      const as = { id, organisation: world.organisation, token };
      expect((await world.send('DELETE', path, { as })).status).toBe(204);
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    });

    test('is not known by a cookie that stands there twice', async () => {
      const { browser } = await signedIn(world);
      const secret = browser.cookies.get('__Host-writ') ?? '';
      const came = await openBrowser(world).send('GET', '/v1/me', undefined, {
        cookie: `__Host-writ=${secret}; __Host-writ=${secret}`,
      });
      expect(came.status).toBe(401);
    });

    test.each([
      ['another site’s page', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
      [
        'a page of a neighbouring host',
        { origin: 'https://other.example.org', 'sec-fetch-site': 'same-site' },
      ],
      ['a page without an origin', { origin: 'null' }],
      ['another port of the same host', { origin: `${PLANE_URL}:8443` }],
      ['plain HTTP on the same host', { origin: PLANE_URL.replace('https', 'http') }],
    ])('changes nothing when %s sends it', async (_why, headers) => {
      const { browser } = await signedIn(world, ['admin']);
      const size = world.plane.log.reader.size();
      const came = await browser.send('POST', '/v1/teams', { name: 'theirs' }, headers);
      expect(came.body.title).toBe('request.cross-site');
      expect(world.plane.log.reader.size()).toBe(size);
      expect((await browser.send('POST', '/v1/teams', { name: 'ours' })).status).toBe(201);
    });

    test('changes nothing when a request does not say where it comes from', async () => {
      const { browser } = await signedIn(world, ['admin']);
      const cookie = `__Host-writ=${browser.cookies.get('__Host-writ')}`;
      const came = await world.send('POST', '/v1/teams', { body: { name: 'theirs' }, headers: { cookie } });
      expect(came.body.title).toBe('request.cross-site');
    });

    test('is one of twenty at most; one more ends the oldest of that person and of nobody else', async () => {
      const { plane, organisation, stranger } = world;
      const { browser, passkey, id } = await signedIn(world);
      const [other, request] = [await signedIn(world), new Request(PLANE_URL)];
      const {
        id: _id,
        index: _index,
        ...person
      } = plane.objects(organisation, PEOPLE).get(id) as Stored<PersonRecord>;
      await startSession(plane, { ...stranger, id, person, method: 'passkey', request });
      for (let count = 0; count < 20; count += 1) {
        world.clock.set(START + count + 1);
        await openBrowser(world).signIn(passkey);
      }
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
      expect((await other.browser.send('GET', '/v1/me')).status).toBe(200);
      const rows = await plane.tables.selectFrom('sessions').selectAll().execute();
      expect(rows.filter((row) => row.person === id)).toHaveLength(21);
    });
  });

  describe('a passkey', () => {
    test.each(['ES256', 'EdDSA'] as const)(
      'of %s signs its person in, and the record says so',
      async (algorithm) => {
        const { browser, id } = await signedIn(world);
        const begun = await browser.send('POST', '/v1/passkeys/options');
        expect(begun.body.options).toMatchObject({
          rp: { id: 'plane.example.org' },
          attestation: 'none',
          authenticatorSelection: { userVerification: 'required', residentKey: 'required' },
        });
        const { passkey, response } = createPasskey(PLANE_URL, begun.body.options, { algorithm });
        expect((await browser.send('POST', '/v1/passkeys', { name: 'phone', response })).status).toBe(201);
        const fresh = openBrowser(world);
        expect((await fresh.signIn(passkey)).body).toEqual({ organisation: world.organisation, person: id });
        expect(lastEntry()).toMatchObject({
          kind: 'sign_in',
          signIn: { action: 'sign_in', method: 'passkey' },
        });
        expect((await fresh.send('GET', '/v1/passkeys')).body.items).toHaveLength(2);
      },
    );

    const signInWith = async (lies: Lies): Promise<readonly [number, unknown]> => {
      const { passkey } = await signedIn(world);
      const other = await signedIn(world);
      const browser = openBrowser(world);
      const { body } = await browser.send('POST', '/v1/sign-in/passkey/options');
      const whole = { ...lies, ...(lies.signWith === undefined ? {} : { signWith: other.passkey }) };
      const response = usePasskey(PLANE_URL, body.options, passkey, whole);
      const came = await browser.send('POST', '/v1/sign-in/passkey', { response });
      expect(browser.cookies.has('__Host-writ')).toBe(false);
      return [came.status, lastEntry()];
    };

    test.each<[string, Lies, string]>([
      ['of another site', { origin: 'https://evil.example' }, 'passkey.signature'],
      ['of a site on another port', { origin: `${PLANE_URL}:8443` }, 'passkey.signature'],
      ['within a frame of another site', { crossOrigin: true }, 'passkey.signature'],
      ['for another relying party', { relyingParty: 'evil.example' }, 'passkey.signature'],
      [
        'for a challenge of one’s own',
        { challenge: Buffer.alloc(32).toString('base64url') },
        'passkey.signature',
      ],
      ['that is a registration', { type: 'webauthn.create' }, 'passkey.signature'],
      ['without the person verified', { flags: 0x01 }, 'passkey.signature'],
      ['without the person present', { flags: 0x04 }, 'passkey.signature'],
      ['of another key', { signWith: {} as never }, 'passkey.signature'],
      ['of a copy that counts behind', { counter: 1 }, 'passkey.counter'],
      ['for nobody', { userHandle: Buffer.from('nobody').toString('base64url') }, 'passkey.unknown'],
    ])('assertion %s is refused, and recorded as %o', async (_why, lies, code) => {
      const [status, entry] = await signInWith(lies);
      expect(status).toBe(401);
      expect(entry).toMatchObject({ signIn: { action: 'refuse', method: 'passkey', code } });
    });

    test.each([
      ['as often as the last time', 5],
      ['between the first and the last time', 3],
      ['nothing any more', 0],
    ])('that was copied and counts %s is refused', async (_why, counter) => {
      const { passkey } = await signedIn(world);
      passkey.counter = 4;
      expect((await openBrowser(world).signIn(passkey)).status).toBe(200);
      const browser = openBrowser(world);
      const { body } = await browser.send('POST', '/v1/sign-in/passkey/options');
      const response = usePasskey(PLANE_URL, body.options, passkey, { counter });
      expect((await browser.send('POST', '/v1/sign-in/passkey', { response })).status).toBe(401);
      expect(lastEntry()).toMatchObject({ signIn: { code: 'passkey.counter' } });
    });

    test('does not sign in with the challenge of a registration, nor is one registered with that of a sign-in', async () => {
      const { browser, passkey } = await signedIn(world);
      const begun = await browser.send('POST', '/v1/passkeys/options');
      const used = usePasskey(PLANE_URL, { ...begun.body.options, rpId: 'plane.example.org' }, passkey);
      const came = await browser.send('POST', '/v1/sign-in/passkey', { response: used });
      expect([came.status, lastEntry()]).toMatchObject([401, { signIn: { code: 'passkey.ceremony' } }]);
      const { options } = (await browser.send('POST', '/v1/sign-in/passkey/options')).body;
      const made = createPasskey(PLANE_URL, {
        ...options,
        ...begun.body.options,
        challenge: options.challenge,
      });
      const sent = { name: 'phone', response: made.response };
      expect((await browser.send('POST', '/v1/passkeys', sent)).status).toBe(409);
    });

    test('is registered in the session that began it: nobody’s ceremony makes a passkey of somebody else', async () => {
      const [attacker, victim] = [await signedIn(world), await signedIn(world)];
      const begun = await attacker.browser.send('POST', '/v1/passkeys/options');
      const { response } = createPasskey(PLANE_URL, begun.body.options);
      const planted = attacker.browser.cookies.get('__Host-writ-sign-in') ?? '';
      victim.browser.cookies.set('__Host-writ-sign-in', planted);
      const came = await victim.browser.send('POST', '/v1/passkeys', { name: 'theirs', response });
      expect([came.status, came.body.title]).toEqual([409, 'request.conflict']);
      expect((await victim.browser.send('GET', '/v1/passkeys')).body.items).toHaveLength(1);
    });

    test('begins with a cookie for ten minutes, which comes along from an identity provider and no further', async () => {
      const came = await openBrowser(world).send('POST', '/v1/sign-in/passkey/options');
      expect(came.headers.get('set-cookie')).toMatch(
        /^__Host-writ-sign-in=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=600$/,
      );
    });

    test('of one person does not sign in another', async () => {
      const [one, other] = [await signedIn(world), await signedIn(world)];
      const browser = openBrowser(world);
      const { body } = await browser.send('POST', '/v1/sign-in/passkey/options');
      const response = usePasskey(PLANE_URL, body.options, one.passkey, {
        userHandle: other.passkey.userHandle,
      });
      expect((await browser.send('POST', '/v1/sign-in/passkey', { response })).status).toBe(401);
    });

    test('signs in once: the same answer again is refused', async () => {
      const { passkey } = await signedIn(world);
      const browser = openBrowser(world);
      const { body } = await browser.send('POST', '/v1/sign-in/passkey/options');
      const ceremony = browser.cookies.get('__Host-writ-sign-in') ?? '';
      const response = usePasskey(PLANE_URL, body.options, passkey);
      expect((await browser.send('POST', '/v1/sign-in/passkey', { response })).status).toBe(200);
      browser.cookies.set('__Host-writ-sign-in', ceremony);
      expect((await browser.send('POST', '/v1/sign-in/passkey', { response })).status).toBe(401);
      expect(lastEntry()).toMatchObject({ signIn: { action: 'refuse', code: 'passkey.ceremony' } });
    });

    test('that is used twice at once signs in once', async () => {
      const { passkey } = await signedIn(world);
      const browser = openBrowser(world);
      const { body } = await browser.send('POST', '/v1/sign-in/passkey/options');
      const response = usePasskey(PLANE_URL, body.options, passkey);
      const both = await Promise.all(
        [0, 1].map(() => browser.send('POST', '/v1/sign-in/passkey', { response })),
      );
      expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 401]);
    });

    test('signs in only the browser that began, and only for ten minutes', async () => {
      const { passkey } = await signedIn(world);
      const browser = openBrowser(world);
      const { body } = await browser.send('POST', '/v1/sign-in/passkey/options');
      const response = usePasskey(PLANE_URL, body.options, passkey);
      expect((await openBrowser(world).send('POST', '/v1/sign-in/passkey', { response })).status).toBe(401);
      world.clock.set(START + 10 * MINUTE);
      expect((await browser.send('POST', '/v1/sign-in/passkey', { response })).status).toBe(401);
    });

    test.each<[string, Lies]>([
      ['of another site', { origin: 'https://evil.example' }],
      ['for another relying party', { relyingParty: 'evil.example' }],
      ['without the person verified', { flags: 0x01 }],
      ['within a frame of another site', { crossOrigin: true }],
      ['for another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
      ['that is an assertion', { type: 'webauthn.get' }],
      [
        'with a certificate, which would have to be looked up',
        {
          attestation: {
            format: 'packed',
            statement: new Map<string, never>([['x5c', [Buffer.from('30', 'hex')] as never]]),
          },
        },
      ],
      ['of a form that was not asked for', { attestation: { format: 'tpm', statement: new Map() } }],
    ])('registration %s is refused', async (_why, lies) => {
      const { browser } = await signedIn(world);
      const begun = await browser.send('POST', '/v1/passkeys/options');
      const { response } = createPasskey(PLANE_URL, begun.body.options, lies);
      const came = await browser.send('POST', '/v1/passkeys', { name: 'phone', response });
      expect(came.status).toBe(422);
      expect((await browser.send('GET', '/v1/passkeys')).body.items).toHaveLength(1);
    });

    test('is added soon after signing in, and by nothing that only holds a token', async () => {
      const { browser } = await signedIn(world);
      expect((await world.send('POST', '/v1/passkeys/options', { as: world.people.admin })).status).toBe(403);
      world.clock.set(START + 15 * MINUTE);
      expect((await browser.send('POST', '/v1/passkeys/options')).status).toBe(403);
    });

    test('is not added by a session that grew old while it was made', async () => {
      const { browser } = await signedIn(world);
      world.clock.set(START + 14 * MINUTE);
      const begun = await browser.send('POST', '/v1/passkeys/options');
      const { response } = createPasskey(PLANE_URL, begun.body.options);
      world.clock.set(START + 15 * MINUTE);
      expect((await browser.send('POST', '/v1/passkeys', { name: 'phone', response })).status).toBe(403);
    });

    test.each([
      ['one that is there already', 1, 'registered already'],
      ['more than twenty', 19, 'at most 20'],
    ])('is not added to %s', async (_why, count, detail) => {
      const { plane, organisation } = world;
      const { browser, id: person } = await signedIn(world);
      const begun = await browser.send('POST', '/v1/passkeys/options');
      const { passkey, response } = createPasskey(PLANE_URL, begun.body.options);
      const credentials = plane.objects(organisation, CREDENTIALS);
      const kept = { type: 'passkey', person, name: 'old', key: 'AAAA', transports: [] } as const;
      await plane.changes.commit({
        action: 'passkeys.create',
        object: person,
        organisation,
        actor: { kind: 'server', id: 'server', concerns: [] },
        effects: Array.from({ length: count }, (_, at) => {
          const credential = count === 1 ? passkey.id : `other-${at}`;
          const value = { ...kept, credential, counter: 0, isSynced: false, created: START };
          return credentials.put(plane.newId(), value, null);
        }),
      });
      const came = await browser.send('POST', '/v1/passkeys', { name: 'phone', response });
      expect([came.status, came.body.detail]).toEqual([409, expect.stringContaining(detail)]);
    });

    test('that is removed signs in no more; the only one cannot be removed', async () => {
      const { browser, passkey } = await signedIn(world);
      const begun = await browser.send('POST', '/v1/passkeys/options');
      const second = createPasskey(PLANE_URL, begun.body.options, { counts: false });
      await browser.send('POST', '/v1/passkeys', { name: 'phone', response: second.response });
      const { items } = (await browser.send('GET', '/v1/passkeys')).body;
      const [first, other] = ['laptop', 'phone'].map(
        (name) => items.find((item: { name: string }) => item.name === name).id,
      );
      expect((await browser.send('DELETE', `/v1/passkeys/${first}`)).status).toBe(204);
      expect((await openBrowser(world).signIn(passkey)).status).toBe(401);
      expect((await openBrowser(world).signIn(second.passkey)).status).toBe(200);
      expect((await openBrowser(world).signIn(second.passkey)).status).toBe(200);
      expect((await browser.send('DELETE', `/v1/passkeys/${other}`)).status).toBe(409);
    });
  });

  describe('a link', () => {
    const founded = async () => {
      const { organisation, administrator } = await foundOrganisation(world.plane, {
        name: 'New',
        administrator: { name: 'Ann' },
      });
      return { organisation, administrator, link: await createFirstLink(world.plane, organisation) };
    };

    test('makes the first administrator’s passkey and signs them in, once', async () => {
      const { organisation, administrator, link } = await founded();
      expect(link?.url).toMatch(/^https:\/\/plane\.example\.org\/sign-in#link=/);
      const records = JSON.stringify(world.plane.log.state.records('credentials'));
      expect(records).not.toContain(linkOf(link?.url ?? '').split('.')[2]);
      const browser = openBrowser(world);
      await browser.useLink(link?.url ?? '');
      expect((await browser.send('GET', '/v1/me')).body).toMatchObject({
        id: administrator,
        organisation: { id: organisation },
        roles: ['admin'],
      });
      await expect(openBrowser(world).useLink(link?.url ?? '')).rejects.toThrow('request.unauthenticated');
      expect(await createFirstLink(world.plane, organisation)).toBeUndefined();
    });

    test('that is used by two at once makes one passkey', async () => {
      const { organisation, administrator, link } = await founded();
      const browsers = [openBrowser(world), openBrowser(world)];
      const results = await Promise.allSettled(browsers.map((one) => one.useLink(link?.url ?? '')));
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const passkeys = world.plane.log.state
        .records('credentials')
        .filter(
          ({ key, value }) => key.startsWith(organisation) && JSON.stringify(value).includes(administrator),
        );
      expect(passkeys).toHaveLength(1);
    });

    test('is one for each person, also of two that are made at once', async () => {
      const { body } = await world.send('POST', '/v1/people', {
        as: world.people.admin,
        body: { name: 'Bob', roles: ['reader'] },
      });
      const other = await world.addPerson(world.organisation, ['admin']);
      const made = await Promise.all(
        [world.people.admin, other].map((as) =>
          world.send('POST', `/v1/people/${body.id}/invitation`, { as }),
        ),
      );
      // The later of them is refused, or takes the place of the earlier.
      expect(made.map(({ status }) => status)).toContain(201);
      for (const { status } of made) expect([201, 412]).toContain(status);
      const links = world.plane.log.state
        .records('credentials')
        .filter(({ value }) => JSON.stringify(value).includes(body.id));
      expect(links).toHaveLength(1);
    });

    test('is used with the passkey that it began itself, not that another began before', async () => {
      const { organisation, link } = await founded();
      const browser = openBrowser(world);
      const begun = await browser.send('POST', '/v1/sign-in/link', { link: linkOf(link?.url ?? '') });
      await createFirstLink(world.plane, organisation);
      const { response } = createPasskey(PLANE_URL, begun.body.options);
      const ended = await browser.send('POST', '/v1/sign-in/link/passkey', { response });
      expect([ended.status, lastEntry()]).toMatchObject([401, { signIn: { code: 'link.ceremony' } }]);
    });

    test('is good for an hour, and not once another was made', async () => {
      const { organisation, link } = await founded();
      const second = await createFirstLink(world.plane, organisation);
      const begin = (url = '') => openBrowser(world).send('POST', '/v1/sign-in/link', { link: linkOf(url) });
      expect((await begin(link?.url)).status).toBe(401);
      expect(lastEntry()).toMatchObject({
        signIn: { action: 'refuse', method: 'link', code: 'link.unknown' },
      });
      expect((await begin(second?.url)).status).toBe(200);
      world.clock.set(START + HOUR);
      expect((await begin(second?.url)).status).toBe(401);
    });

    test.each([
      ['another secret', (link: string) => link.replace(/.$/, (last) => (last === 'Q' ? 'U' : 'Q'))],
      ['another organisation', (link: string) => link.replace(/^[^.]+/, '01ARZ3NDEKTSV4RRFFQ69G5FAV')],
      ['nothing at all', () => ''],
    ])('with %s is refused', async (_why, change) => {
      const { link } = await founded();
      const came = await openBrowser(world).send('POST', '/v1/sign-in/link', {
        link: change(linkOf(link?.url ?? '')),
      });
      expect(came.status).toBe(401);
    });

    test('of the first administrator is good no more once somebody has signed in', async () => {
      const { organisation, link } = await founded();
      await world.addPerson(organisation, ['reader']);
      const came = await openBrowser(world).send('POST', '/v1/sign-in/link', {
        link: linkOf(link?.url ?? ''),
      });
      expect(came.status).toBe(401);
      expect(await createFirstLink(world.plane, organisation)).toBeUndefined();
    });

    test('is not made for somebody who has signed in: an administrator is not anybody they like', async () => {
      const { id } = await signedIn(world);
      const came = await world.send('POST', `/v1/people/${id}/invitation`, { as: world.people.admin });
      expect(came.status).toBe(409);
    });

    test('for who lost their passkeys is made by the operator, and what was lost is good no more', async () => {
      const { id, passkey, browser } = await signedIn(world);
      const { url } = await createRecoveryLink(world.plane, world.organisation, id);
      const fresh = openBrowser(world);
      const found = await fresh.useLink(url);
      expect((await openBrowser(world).signIn(passkey)).status).toBe(401);
      expect((await browser.send('GET', '/v1/me')).status).toBe(401);
      expect((await openBrowser(world).signIn(found)).status).toBe(200);
    });

    describe.each([
      ['is looked at', 'begin'],
      ['is used', 'end'],
    ] as const)('when it %s', (_when, when) => {
      test.each([
        ['invitation', 'signs in otherwise meanwhile', 'active'],
        ['invitation', 'is suspended', 'suspended'],
        ['recovery', 'is suspended', 'suspended'],
      ] as const)('one of %s, of somebody who %s, is good no more', async (purpose, _why, status) => {
        const { plane, organisation, people } = world;
        const person = await world.addPerson(organisation, ['writer']);
        if (purpose === 'invitation') await world.changePerson(person, { status: 'invited' });
        const { url } =
          purpose === 'recovery'
            ? await createRecoveryLink(plane, organisation, person.id)
            : (await world.send('POST', `/v1/people/${person.id}/invitation`, { as: people.admin })).body;
        const browser = openBrowser(world);
        const begin = () => browser.send('POST', '/v1/sign-in/link', { link: linkOf(url) });
        if (when === 'begin') {
          await world.changePerson(person, { status });
          expect((await begin()).status).toBe(401);
          return;
        }
        const { response } = createPasskey(PLANE_URL, (await begin()).body.options);
        await world.changePerson(person, { status });
        expect((await browser.send('POST', '/v1/sign-in/link/passkey', { response })).status).toBe(401);
        expect(plane.objects(organisation, PEOPLE).get(person.id)).toMatchObject({ status });
      });
    });

    test.each(['invited', 'suspended', 'of another organisation'] as const)(
      'for who lost their passkeys is not made for somebody who is %s',
      async (status) => {
        const person = await world.addPerson(world.organisation, ['writer']);
        const isOther = status === 'of another organisation';
        if (!isOther) await world.changePerson(person, { status });
        const of = isOther ? world.stranger.organisation : world.organisation;
        await expect(createRecoveryLink(world.plane, of, person.id)).rejects.toMatchObject({
          code: 'config.invalid',
        });
      },
    );

    test('for who lost their passkeys is good for an hour', async () => {
      const { id } = await signedIn(world);
      const { url, expires } = await createRecoveryLink(world.plane, world.organisation, id);
      expect(expires).toBe(START + HOUR);
      world.clock.set(START + HOUR);
      await expect(openBrowser(world).useLink(url)).rejects.toThrow('request.unauthenticated');
    });

    test('of somebody who was removed leads nowhere', async () => {
      const person = await world.send('POST', '/v1/people', {
        as: world.people.admin,
        body: { name: 'Bob', roles: ['reader'] },
      });
      const { body } = await world.send('POST', `/v1/people/${person.body.id}/invitation`, {
        as: world.people.admin,
      });
      await world.send('DELETE', `/v1/people/${person.body.id}`, {
        as: world.people.admin,
        match: person.headers.get('etag') ?? '',
      });
      await expect(openBrowser(world).useLink(body.url)).rejects.toThrow('request.unauthenticated');
    });
  });

  test('refusals are recorded up to a bound; those beyond are counted, and hold up nobody', async () => {
    const { passkey } = await signedIn(world);
    const begin = () => openBrowser(world).send('POST', '/v1/sign-in/link', { link: 'nonsense' });
    const size = world.plane.log.reader.size();
    const statuses = [];
    for (let count = 0; count < 70; count += 1) statuses.push((await begin()).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect(world.plane.log.reader.size() - size).toBe(60);
    expect((await openBrowser(world).signIn(passkey)).status).toBe(200);
    world.clock.set(START + MINUTE);
    expect((await begin()).status).toBe(401);
    const last = world.plane.log.reader.body(world.plane.log.reader.size() - 1);
    expect(last).toMatchObject({ fields: { session: { unrecordedBefore: 10 } } });
  });

  test('of those who begin many sign-ins none keeps another from signing in', async () => {
    const { passkey } = await signedIn(world);
    const rows = Array.from({ length: 500 }, (_, batch) =>
      Array.from({ length: 20 }, (__, at) => ({
        id: `flood-${batch}-${at}`,
        kind: 'passkey',
        data: '{}',
        expires: START + 5 * MINUTE + at,
      })),
    );
    for (const batch of rows) await world.plane.tables.insertInto('ceremonies').values(batch).execute();
    expect((await openBrowser(world).signIn(passkey)).status).toBe(200);
    const { count } = await world.plane.tables
      .selectFrom('ceremonies')
      .select((of) => of.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBeLessThanOrEqual(10_000);
  });
});

describe('on the loopback interface', () => {
  test.each(['http://127.0.0.1:8123', 'http://localhost:8123', 'http://[::1]:8123'])(
    '%s has passkeys of `localhost`, plain cookies, and links that lead there',
    async (url) => {
      const world = (await openWorld('sqlite', { url })) as World;
      const { organisation } = await foundOrganisation(world.plane, {
        name: 'Local',
        administrator: { name: 'Ann' },
      });
      const link = await createFirstLink(world.plane, organisation);
      expect(link?.url).toMatch(/^http:\/\/localhost:8123\/sign-in#/);
      const browser = openBrowser(world, 'http://localhost:8123');
      const passkey = await browser.useLink(link?.url ?? '');
      const came = await browser.signIn(passkey);
      expect(came.headers.get('set-cookie')).toMatch(
        /^writ=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=/,
      );
      expect((await browser.send('POST', '/v1/teams', { name: 'one' })).status).toBe(201);
      expect(
        (await browser.send('POST', '/v1/teams', { name: 'two' }, { origin: 'http://localhost:9999' }))
          .status,
      ).toBe(403);
      await world.close();
    },
  );

  test('a plane beyond it is not opened over plain HTTP', async () => {
    await expect(openWorld('sqlite', { url: 'http://plane.example.org' })).rejects.toMatchObject({
      code: 'config.invalid',
    });
  });
});
