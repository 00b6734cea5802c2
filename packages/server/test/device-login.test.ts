// `writ login` without a token: a command asks, a person agrees in their browser, and the command is given one API token of theirs.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CREDENTIALS } from '../src/sign-in/index.ts';
import { API_TOKENS } from '../src/tokens/index.ts';
import { prune } from '../src/upkeep/index.ts';
import { type Browser, browserOf } from './browser.ts';
import { type Came, openWorld, PLANE_URL, type Someone, START, stopServer, type World } from './world.ts';

const MINUTE = 60_000;
const ASKING = { host: 'laptop.example' };

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('signing a command in over %s', (store) => {
  let world: World;
  let writer: Browser;

  beforeEach(async (context) => {
    const opened = await openWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    writer = await browserOf(world, world.people.writer);
  });
  afterEach(async () => {
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const begin = async (body: object = ASKING): Promise<Came> =>
    world.send('POST', '/v1/device-logins', { body: body as never });
  const poll = (begun: Came): Promise<Came> =>
    world.send('POST', '/v1/device-logins/token', { body: { device_code: begun.body.device_code } });
  const later = (milliseconds: number = 6_000): void => world.clock.set(world.clock.now() + milliseconds);
  const view = (browser: Browser, begun: Came): Promise<Came> =>
    browser.send('POST', '/v1/device-logins/view', { user_code: begun.body.user_code });
  const answer = (browser: Browser, begun: Came, word = 'approve'): Promise<Came> =>
    browser.send('POST', '/v1/device-logins/answer', { user_code: begun.body.user_code, answer: word });
  const tokensOf = (who: Someone, name = 'writ login on laptop.example') =>
    world.plane
      .objects(who.organisation, API_TOKENS)
      .list()
      .filter((token) => token.person === who.id && token.name === name);
  const entries = () => {
    const { reader } = world.plane.log;
    return Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry);
  };
  const actions = () =>
    entries().flatMap((entry) => (entry.kind === 'administration' ? [entry.administration.action] : []));

  test('gives the command one API token of who agreed, and none twice', async () => {
    const begun = await begin({ ...ASKING, days: 7 });
    expect(begun.body).toEqual({
      device_code: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
      verification_uri: `${PLANE_URL}/device`,
      verification_uri_complete: `${PLANE_URL}/device#code=${begun.body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
    expect((await poll(begun)).body).toMatchObject({ status: 400, error: 'authorization_pending' });
    expect((await view(writer, begun)).body).toEqual({
      host: 'laptop.example',
      roles: ['writer'],
      days: 7,
      created: START,
      expires: START + 10 * MINUTE,
    });
    expect((await answer(writer, begun)).body).toEqual({ answer: 'approve', host: 'laptop.example' });
    later();
    const given = await poll(begun);
    expect(given.body).toMatchObject({ name: 'writ login on laptop.example', roles: ['writer'] });
    expect(given.body.expires).toBe(START + 6_000 + 7 * 86_400_000);
    const as = { ...world.people.writer, token: given.body.token };
    expect((await world.send('GET', '/v1/me', { as })).body).toMatchObject({ id: world.people.writer.id });
    expect(actions().slice(-2)).toEqual(['device_logins.approve', 'api_tokens.create']);
    later();
    expect((await poll(begun)).body).toMatchObject({ error: 'expired_token' });
    expect((await answer(writer, begun)).status).toBe(404);
    expect(tokensOf(world.people.writer)).toHaveLength(1);
  });

  test('keeps neither code, and not the token', async () => {
    const begun = await begin();
    await answer(writer, begun);
    const kept = JSON.stringify([
      await world.plane.tables.selectFrom('device_logins').selectAll().execute(),
      world.plane.objects(world.organisation, CREDENTIALS).list(),
    ]);
    later();
    const { token } = (await poll(begun)).body;
    const after = JSON.stringify(world.plane.objects(world.organisation, API_TOKENS).list());
    const { device_code: device, user_code: user } = begun.body;
    expect(kept).toContain(createHash('sha256').update(device).digest('hex'));
    for (const secret of [device, user, user.replace('-', '')]) expect(kept).not.toContain(secret);
    expect(after).not.toContain(token.split('_').at(-1));
  });

  test('a code is taken however it is typed, and one that is none is told and recorded', async () => {
    const begun = await begin();
    const typed = ` ${begun.body.user_code.toLowerCase().replace('-', ' ')} `;
    const found = await writer.send('POST', '/v1/device-logins/view', { user_code: typed });
    expect(found.status).toBe(200);
    const missing = await writer.send('POST', '/v1/device-logins/view', { user_code: 'BBBB-BBBB' });
    expect([missing.status, missing.body.title]).toEqual([404, 'request.not-found']);
    expect(entries().at(-1)).toMatchObject({
      kind: 'sign_in',
      signIn: { action: 'refuse', method: 'token', code: 'device.user-code' },
    });
  });

  test('a refusal ends it, for good', async () => {
    const begun = await begin();
    expect((await answer(writer, begun, 'deny')).status).toBe(200);
    later();
    expect((await poll(begun)).body).toMatchObject({ error: 'access_denied' });
    expect((await answer(writer, begun)).body.title).toBe('request.final');
    expect(actions().at(-1)).toBe('device_logins.deny');
    expect(tokensOf(world.people.writer)).toEqual([]);
  });

  test('a command that asks too often is told so, and has to wait longer', async () => {
    const begun = await begin();
    await poll(begun);
    later(4_000);
    expect((await poll(begun)).body).toMatchObject({ error: 'slow_down' });
    await answer(writer, begun);
    later(9_000);
    expect((await poll(begun)).body).toMatchObject({ error: 'slow_down' });
    later(15_000);
    expect((await poll(begun)).status).toBe(200);
  });

  test('of many questions at once one is answered', async () => {
    const begun = await begin();
    await answer(writer, begun);
    const came = await Promise.all(Array.from({ length: 8 }, () => poll(begun)));
    expect(came.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(tokensOf(world.people.writer)).toHaveLength(1);
  });

  test('after ten minutes nobody agrees any more, and nothing is given', async () => {
    const [early, late] = [await begin(), await begin()];
    await answer(writer, early);
    later(10 * MINUTE);
    expect((await poll(early)).body).toMatchObject({ error: 'expired_token' });
    expect((await answer(writer, late)).status).toBe(404);
    await prune(world.plane);
    expect(await world.plane.tables.selectFrom('device_logins').selectAll().execute()).toEqual([]);
    // What was agreed to and never fetched goes with the next that is agreed to.
    const next = await begin();
    await answer(await browserOf(world, world.people.writer), next);
    const devices = world.plane
      .objects(world.organisation, CREDENTIALS)
      .list()
      .filter(({ type }) => type === 'device');
    expect(devices).toHaveLength(1);
  });

  test('of people who agree at once one does, whichever organisation they are of', async () => {
    const [admin, stranger] = [
      await browserOf(world, world.people.admin),
      await browserOf(world, world.stranger),
    ];
    const begun = await begin();
    const came = await Promise.all([writer, admin, stranger].map((browser) => answer(browser, begun)));
    expect(came.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409, 409]);
    later();
    const { token } = (await poll(begun)).body;
    const winner = [world.people.writer, world.people.admin, world.stranger][
      came.findIndex(({ status }) => status === 200)
    ];
    const me = await world.send('GET', '/v1/me', { as: { id: '', organisation: '', token } });
    expect(me.body.id).toBe(winner?.id);
    for (const who of [world.people.writer, world.people.admin, world.stranger])
      expect(tokensOf(who)).toHaveLength(who === winner ? 1 : 0);
  });

  test('of agreeing and refusing at once one stands, and the command hears that one', async () => {
    const admin = await browserOf(world, world.people.admin);
    const begun = await begin();
    const [yes, no] = await Promise.all([answer(writer, begun), answer(admin, begun, 'deny')]);
    expect([yes.status, no.status].toSorted((one, other) => one - other)).toEqual([200, 409]);
    later();
    expect((await poll(begun)).status).toBe(yes.status === 200 ? 200 : 400);
    const said = actions().filter((action) => action.startsWith('device_logins.'));
    expect(said).toEqual([yes.status === 200 ? 'device_logins.approve' : 'device_logins.deny']);
  });

  test('a token can do no more than what was asked for, and than what its person may', async () => {
    const both = await world.addPerson(world.organisation, ['writer', 'admin']);
    const browser = await browserOf(world, both);
    const begun = await begin({ ...ASKING, roles: ['writer', 'auditor'] });
    expect((await view(browser, begun)).body.roles).toEqual(['writer']);
    await answer(browser, begun);
    later();
    expect((await poll(begun)).body.roles).toEqual(['writer']);
    const beyond = await begin({ ...ASKING, roles: ['auditor'] });
    expect((await view(browser, beyond)).body.roles).toEqual([]);
    expect((await answer(browser, beyond)).status).toBe(403);
    later();
    expect((await poll(beyond)).body).toMatchObject({ error: 'authorization_pending' });
  });

  test.each([
    ['suspended', { status: 'suspended' as const }, 'access_denied'],
    ['left without the role', { roles: ['reader' as const] }, 'expired_token'],
  ])('somebody who is %s after they agreed gives nothing', async (_why, change, error) => {
    const begun = await begin();
    await answer(writer, begun);
    await world.changePerson(world.people.writer, change);
    later();
    expect((await poll(begun)).body).toMatchObject({ error });
    expect(tokensOf(world.people.writer)).toEqual([]);
  });

  test('an agreement that somebody wrote into the tables is none', async () => {
    const begun = await begin();
    const { tables } = world.plane;
    const { id: person, organisation } = world.people.admin;
    await tables.updateTable('device_logins').set({ status: 'approved', organisation, person }).execute();
    expect((await poll(begun)).body).toMatchObject({ error: 'authorization_pending' });
    expect(tokensOf(world.people.admin)).toEqual([]);
  });

  test('nor is one that was made another person’s', async () => {
    const begun = await begin();
    const boss = await world.addPerson(world.organisation, ['writer', 'admin']);
    await answer(writer, begun);
    await world.plane.tables.updateTable('device_logins').set({ person: boss.id }).execute();
    later();
    expect((await poll(begun)).body).toMatchObject({ error: 'access_denied' });
    expect(tokensOf(boss)).toEqual([]);
  });

  test('nor one that was made to last', async () => {
    const begun = await begin();
    await answer(writer, begun);
    await world.plane.tables
      .updateTable('device_logins')
      .set({ expires: START + 60 * MINUTE })
      .execute();
    later(10 * MINUTE);
    expect((await poll(begun)).body).toMatchObject({ error: 'expired_token' });
    expect(tokensOf(world.people.writer)).toEqual([]);
  });

  test('what was answered is not shown again, and no command asks for more than ninety days', async () => {
    const begun = await begin({ ...ASKING, days: 90 });
    await answer(writer, begun);
    expect((await view(writer, begun)).body.title).toBe('request.final');
    for (const days of [0, 91, 1.5]) expect((await begin({ ...ASKING, days })).status).toBe(422);
  });

  test.each(['device_hash', 'host'] as const)(
    'nor is one that was moved to another command, by its %s',
    async (column) => {
      const [theirs, mine] = [await begin(), await begin({ host: 'elsewhere' })];
      await answer(writer, theirs);
      const { tables } = world.plane;
      const of = async (host: string) =>
        tables.selectFrom('device_logins').selectAll().where('host', '=', host).executeTakeFirstOrThrow();
      const { id } = await of('laptop.example');
      const { id: other, device_hash: hash } = await of('elsewhere');
      await tables.deleteFrom('device_logins').where('id', '=', other).execute();
      const moved = column === 'host' ? { host: 'trusted' } : { device_hash: hash };
      await tables.updateTable('device_logins').set(moved).where('id', '=', id).execute();
      later();
      expect((await poll(column === 'host' ? theirs : mine)).body).toMatchObject({ error: 'access_denied' });
    },
  );

  test('an API token answers none, and other sites neither begin nor answer one', async () => {
    const begun = await begin();
    const body = { user_code: begun.body.user_code, answer: 'approve' };
    const byToken = await world.send('POST', '/v1/device-logins/answer', { as: world.people.admin, body });
    expect([byToken.status, byToken.body.title]).toEqual([403, 'request.forbidden']);
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const [path, sent] of [
      ['/v1/device-logins/answer', body],
      ['/v1/device-logins/view', { user_code: body.user_code }],
      ['/v1/device-logins', ASKING],
    ] as const)
      expect((await writer.send('POST', path, sent, evil)).body.title).toBe('request.cross-site');
    const bare = Object.fromEntries(writer.cookies);
    const cookie = Object.entries(bare)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const without = await world.send('POST', '/v1/device-logins/answer', { body, headers: { cookie } });
    expect(without.body.title).toBe('request.cross-site');
    later();
    expect((await poll(begun)).body).toMatchObject({ error: 'authorization_pending' });
  });

  test('whoever signed in a while ago signs in again before a command gets a token, and refuses at once', async () => {
    later(15 * MINUTE);
    const begun = await begin();
    expect((await answer(writer, begun)).body).toMatchObject({
      title: 'request.forbidden',
      detail: expect.stringContaining('sign in again'),
    });
    expect((await poll(begun)).body).toMatchObject({ error: 'authorization_pending' });
    expect((await answer(writer, begun, 'deny')).status).toBe(200);
  });

  test.each(['Please confirm, your IT', '<b>x</b>', '‮evil', '', 'a'.repeat(81)])(
    'a machine is not called `%s`',
    async (host) => {
      expect((await begin({ host })).status).toBe(422);
    },
  );

  test('codes are not tried for long: by one person, in one organisation, on all servers', async () => {
    const typed = (browser: Browser) =>
      browser.send('POST', '/v1/device-logins/view', { user_code: 'BBBB-BBBB' });
    const exhaust = async (id: string, counted: number): Promise<void> => {
      await world.plane.tables.updateTable('throttles').set({ counted }).where('id', '=', id).execute();
    };
    for (let tries = 0; tries < 20; tries += 1) expect((await typed(writer)).status).toBe(404);
    const good = await begin();
    expect((await answer(writer, good)).status).toBe(429);
    const admin = await browserOf(world, world.people.admin);
    await exhaust(`device:organisation:${world.organisation}`, 200);
    expect((await answer(admin, good)).status).toBe(429);
    const stranger = await browserOf(world, world.stranger);
    expect((await typed(stranger)).status).toBe(404);
    await exhaust('device:all', 2_000);
    expect((await typed(stranger)).status).toBe(429);
    later(10 * MINUTE);
    expect((await typed(admin)).status).toBe(404);
  });

  test('no more begin in a minute than are ever meant, however many come at once', async () => {
    const came = await Promise.all(Array.from({ length: 130 }, () => begin()));
    expect(came.filter(({ status }) => status === 200)).toHaveLength(120);
    expect(came.find(({ status }) => status !== 200)?.body.title).toBe('request.too-many');
    later(MINUTE);
    expect((await begin()).status).toBe(200);
  });
});
