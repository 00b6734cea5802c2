// Emergency access: prepared before, usable while this server itself sees that the identity provider is out, bounded, and told to everybody.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALERTS } from '../src/alerts/index.ts';
import { createIdentityProvider, IDENTITY_PROVIDER, type IdentityProvider } from '../src/index.ts';
import { type Browser, openBrowser, signedIn } from './browser.ts';
import { operationsOf, sampleOf } from './document.ts';
import { startProvider, type TestProvider, throughProvider } from './identity-provider.ts';
import { type Came, openWorld, PLANE_URL, type Someone, START, stopServer, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('emergency access over %s', (store) => {
  let world: World;
  let provider: TestProvider;
  const providers: IdentityProvider[] = [];

  beforeEach(async (context) => {
    providers.length = 0;
    const opened = await openWorld(store, { identityProviders: providers });
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    provider = await startProvider([`${PLANE_URL}/v1/sign-in/providers/idp/callback`]);
    const settings = IDENTITY_PROVIDER.parse({
      id: 'idp',
      name: 'Example IdP',
      organisation: world.organisation,
      issuer: provider.issuer,
      clientId: 'plane',
      createPeople: true,
      groups: [{ group: 'Admins', roles: ['admin'] }],
    });
    const ports = { secret: () => 'a-secret-of-the-test', now: () => world.clock.now() };
    providers.push(createIdentityProvider(settings, ports));
  });
  afterEach(async () => {
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  /** Somebody who signed in at the provider, with the browser that they did it with. */
  const atProvider = async (id: string): Promise<{ readonly browser: Browser; readonly id: string }> => {
    provider.person = { id, claims: { name: id, groups: ['Admins'] } };
    const browser = openBrowser(world);
    const { url } = (await browser.send('POST', '/v1/sign-in/providers/idp')).body;
    const back = await throughProvider(url, provider.issuer);
    expect((await browser.send('GET', `${back.pathname}${back.search}`)).status).toBe(303);
    return { browser, id: (await browser.send('GET', '/v1/me')).body.id };
  };
  const name = async (person: string, as: Someone, until = START + 24 * HOUR): Promise<Came> => {
    const { headers } = await world.send('GET', `/v1/people/${person}`, { as });
    return world.send('PUT', `/v1/people/${person}/emergency-access`, {
      as,
      match: headers.get('etag') ?? undefined,
      body: { until },
    });
  };
  const prepared = async (id = 'ann'): Promise<{ readonly id: string; readonly codes: string[] }> => {
    const ann = await atProvider(id);
    await name(ann.id, world.people.admin);
    const { body } = await ann.browser.send('POST', '/v1/emergency-codes');
    return { id: ann.id, codes: body.codes };
  };
  const comeIn = (codes: readonly string[], browser = openBrowser(world)): Promise<Came> =>
    browser.send('POST', '/v1/sign-in/emergency', { codes: [...codes], words: 'payments go wrong' });
  /** Looks each minute from `from` to `to`, in minutes. */
  const lookFrom = async (from: number, to: number): Promise<void> => {
    for (let at = from; at <= to; at += 1) {
      world.clock.set(START + at * MINUTE);
      await world.plane.outages.look();
    }
  };
  const out = async (): Promise<void> => {
    await provider.stop();
    await lookFrom(1, 7);
  };
  const lastEntry = () => world.plane.log.reader.entry(world.plane.log.reader.size() - 1).entry;
  const alerts = () =>
    world.plane
      .objects(world.organisation, ALERTS)
      .list()
      .filter(({ source }) => source === 'emergency');

  test('is for who was named and made their codes before, while the provider is out: it ends with it', async () => {
    const { id, codes } = await prepared();
    expect(new Set(codes).size).toBe(3);
    expect((await comeIn(codes.slice(0, 1))).status).toBe(401);
    expect(lastEntry()).toMatchObject({
      signIn: { action: 'refuse', method: 'emergency', code: 'emergency.no-outage' },
    });
    await out();
    const browser = openBrowser(world);
    const came = await comeIn(codes.slice(0, 1), browser);
    expect([came.status, came.body.person, came.body.until]).toEqual([200, id, START + 7 * MINUTE + HOUR]);
    expect((await browser.send('GET', '/v1/me')).body.roles).toEqual(['emergency']);
    await provider.start();
    expect((await comeIn(codes.slice(1, 2))).status).toBe(401);
    // Whoever is in stays no longer than they may anyway, and everybody comes in as ever.
    await atProvider('ann');
  });

  test.each<[string, () => Promise<void>]>([
    [
      'it has failed for a moment alone',
      async () => {
        await provider.stop();
        await lookFrom(1, 4);
      },
    ],
    [
      'it answered in between',
      async () => {
        await provider.stop();
        await lookFrom(1, 4);
        await provider.start();
        await lookFrom(5, 5);
        await provider.stop();
        await lookFrom(6, 9);
      },
    ],
    [
      'nobody looked in between',
      async () => {
        await provider.stop();
        await lookFrom(1, 1);
        await lookFrom(30, 30);
      },
    ],
    [
      'another provider is out',
      async () => {
        const gone = await startProvider([]);
        const settings = { ...providers[0]!.settings, id: 'other', issuer: gone.issuer };
        providers.push(createIdentityProvider(settings, { secret: () => undefined, now: () => 0 }));
        await gone.stop();
        await lookFrom(1, 9);
      },
    ],
  ])('one code is not enough where %s', async (_why, happens) => {
    const { codes } = await prepared();
    await happens();
    expect((await comeIn(codes.slice(0, 1))).status).toBe(401);
    expect(alerts()).toEqual([]);
  });

  test('is seen by a provider that answers without keys, too', async () => {
    const { codes } = await prepared();
    // What it says of itself is there, and its keys are not.
    provider.fails = (path) => path === '/jwks';
    await lookFrom(1, 7);
    expect((await comeIn(codes.slice(0, 1))).status).toBe(200);
  });

  test('is at any time for two people with a code each, never for one with two', async () => {
    const [ann, bob] = [await prepared('ann'), await prepared('bob')];
    expect((await comeIn(ann.codes.slice(0, 2))).status).toBe(401);
    const came = await comeIn([ann.codes[0]!, bob.codes[0]!]);
    expect(came.status).toBe(200);
    const { body } = await world.send('GET', `/v1/emergencies/${came.body.emergency}`, {
      as: world.people.reader,
    });
    expect(body).toMatchObject({ cause: 'two_people', person: ann.id, second: bob.id, status: 'open' });
    // Both codes are used up.
    const fresh = await Promise.all([
      comeIn([ann.codes[0]!, bob.codes[1]!]),
      comeIn([ann.codes[1]!, bob.codes[0]!]),
    ]);
    expect(fresh.map(({ status }) => status)).toEqual([401, 401]);
  });

  test('uses its code up: of two at once with one code, one comes in', async () => {
    const { codes } = await prepared();
    await out();
    const both = await Promise.all([comeIn(codes.slice(0, 1)), comeIn(codes.slice(0, 1))]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await comeIn(codes.slice(0, 1))).status).toBe(401);
  });

  test('is recorded and told to everybody, and stays open until an administrator looked who did not come in', async () => {
    const { id, codes } = await prepared();
    await out();
    const { body } = await comeIn(codes.slice(0, 1));
    const { reader, log } = { reader: world.people.reader, log: world.plane.log.reader };
    const entries = Array.from({ length: log.size() }, (_, index) => log.entry(index).entry).slice(-3);
    expect(entries).toMatchObject([
      { kind: 'administration', administration: { action: 'emergencies.begin', object: body.emergency } },
      { kind: 'administration', administration: { action: 'alerts.raise' } },
      { kind: 'sign_in', signIn: { action: 'sign_in', method: 'emergency' } },
    ]);
    expect(alerts()).toMatchObject([{ severity: 'critical', status: 'open' }]);
    expect((await world.send('GET', '/v1/emergency-access', { as: reader })).body).toMatchObject({
      providers: [{ id: 'idp', isOut: true, failingSince: START + MINUTE }],
      people: [{ person: id, codes: 2 }],
      open: [body.emergency],
    });
    const review = async (as: Someone): Promise<Came> => {
      const path = `/v1/emergencies/${body.emergency}`;
      const { headers } = await world.send('GET', path, { as });
      const match = headers.get('etag') ?? undefined;
      return world.send('POST', `${path}/review`, { as, match, body: { words: 'I looked' } });
    };
    await provider.start();
    const { browser } = await atProvider('ann');
    const made = await browser.send('POST', '/v1/api-tokens', { name: 't', roles: ['admin'], days: 1 });
    const own = { id, organisation: world.organisation, token: made.body.token };
    expect(made.status).toBe(201);
    expect((await review(own)).status).toBe(403);
    expect((await review(world.people.writer)).status).toBe(403);
    expect((await review(world.people.admin)).body).toMatchObject({ status: 'reviewed' });
    expect((await review(world.people.admin)).status).toBe(409);
    expect((await world.send('GET', '/v1/emergency-access', { as: reader })).body.open).toEqual([]);
  });

  test('lasts an hour however it is used, and may look, stop and leave: nothing else of all there is', async () => {
    const { codes } = await prepared();
    await out();
    const browser = openBrowser(world);
    await comeIn(codes.slice(0, 1), browser);
    const body = { scope: 'agent', target: 'billing-bot', words: 'it goes wrong' };
    const stop = await browser.send('POST', '/v1/stops', body);
    expect(stop.status).toBe(201);
    for (const operation of operationsOf()) {
      const { access, method } = operation;
      if (['nobody', 'leave'].includes(access)) continue;
      const filled = sampleOf(operation);
      let path = operation.path;
      for (const [param, value] of Object.entries(filled.params)) path = path.replace(`{${param}}`, value);
      if (path === '/v1/events') continue;
      const { status, body: problem } = await browser.send(method, path, filled.body, {
        'if-match': '"0"',
      });
      const isRefused = status === 403 && String(problem.detail).startsWith('your roles (emergency)');
      expect([operation.name, isRefused]).toEqual([operation.name, !['read', 'stop'].includes(access)]);
    }
    for (let at = 10; at < 60; at += 10) {
      world.clock.set(START + (7 + at) * MINUTE);
      expect((await browser.send('GET', '/v1/me')).status).toBe(200);
    }
    world.clock.set(START + 7 * MINUTE + HOUR);
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
  });

  test('is no other session than it began as, whatever somebody writes into the database', async () => {
    const { codes } = await prepared();
    await out();
    const browser = openBrowser(world);
    await comeIn(codes.slice(0, 1), browser);
    await world.plane.tables
      .updateTable('sessions')
      .set({ method: 'oidc' })
      .where('method', '=', 'emergency')
      .execute();
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
  });

  test('is prepared by two: nobody names themselves, and nobody has codes of another', async () => {
    const { browser, id } = await signedIn(world, ['admin']);
    expect((await browser.send('POST', '/v1/emergency-codes')).status).toBe(403);
    const { headers } = await browser.send('GET', `/v1/people/${id}`);
    const match = { 'if-match': headers.get('etag') ?? '' };
    const own = await browser.send(
      'PUT',
      `/v1/people/${id}/emergency-access`,
      { until: START + HOUR },
      match,
    );
    expect([own.status, own.body.detail]).toEqual([403, expect.stringContaining('another administrator')]);
    expect((await name(id, world.people.admin, START - 1)).status).toBe(422);
    expect((await name(id, world.people.writer)).status).toBe(403);
    expect((await name(id, world.people.admin)).status).toBe(200);
    // A token alone makes no credentials, nor does a session of yesterday.
    expect((await world.send('POST', '/v1/emergency-codes', { as: world.people.admin })).status).toBe(403);
    world.clock.set(START + 16 * MINUTE);
    expect((await browser.send('POST', '/v1/emergency-codes')).status).toBe(403);
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    [
      'were replaced by new ones',
      async () => (await atProvider('ann')).browser.send('POST', '/v1/emergency-codes'),
    ],
    [
      'were taken back',
      async (id) => {
        const { headers } = await world.send('GET', `/v1/people/${id}`, { as: world.people.admin });
        const match = headers.get('etag') ?? undefined;
        return world.send('DELETE', `/v1/people/${id}/emergency-access`, { as: world.people.admin, match });
      },
    ],
    [
      'are of somebody who is suspended',
      async (id) => {
        const { headers } = await world.send('GET', `/v1/people/${id}`, { as: world.people.admin });
        const match = headers.get('etag') ?? undefined;
        return world.send('POST', `/v1/people/${id}/suspension`, { as: world.people.admin, match });
      },
    ],
    ['are past their time', async () => world.clock.set(START + 24 * HOUR)],
  ])('codes that %s are good no more', async (_why, happens) => {
    const { id, codes } = await prepared();
    const bob = await prepared('bob');
    await happens(id);
    expect((await comeIn([codes[0]!, bob.codes[0]!])).status).toBe(401);
    expect(lastEntry()).toMatchObject({ signIn: { action: 'refuse', code: 'emergency.code' } });
  });

  test('of codes the record and the database hold no more than hashes', async () => {
    const { codes } = await prepared();
    const secrets = codes.map((code) => code.split('.')[2] ?? '');
    const { log, objects } = world.plane;
    const said = Array.from({ length: log.reader.size() }, (_, index) => {
      const { entry, bytes } = log.reader.entry(index);
      return [
        Buffer.from(bytes).toString(),
        entry.body === undefined ? '' : JSON.stringify(log.reader.body(index)),
      ];
    });
    const kept = JSON.stringify([said, log.state.records('credentials'), typeof objects]);
    for (const secret of secrets) expect(kept).not.toContain(secret);
  });
});
