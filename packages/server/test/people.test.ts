import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PEOPLE } from '../src/people/index.ts';
import { signedIn } from './browser.ts';
import { openWorld, type Someone, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('people over %s', (store) => {
  let world: World;
  let admin: Someone;

  beforeEach(async (context) => {
    const opened = await openWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    admin = world.people.admin;
  });
  afterEach(async () => {
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const tagOf = async (path: string, as = admin): Promise<string> =>
    (await world.send('GET', path, { as })).headers.get('etag') ?? '';
  const change = async (id: string, body: Record<string, string | string[]>, as = admin) =>
    world.send('PATCH', `/v1/people/${id}`, { as, body, match: await tagOf(`/v1/people/${id}`) });
  const create = (body: Record<string, string | string[]>) =>
    world.send('POST', '/v1/people', { as: admin, body: { name: 'Bob', roles: ['reader'], ...body } });

  test('are added, found, changed and removed, each with its entry', async () => {
    const made = await create({ email: 'bob@example.org', groups: ['payments'] });
    const path = `/v1/people/${made.body.id}`;
    expect([made.status, made.headers.get('location'), made.body.status]).toEqual([201, path, 'invited']);
    expect((await change(made.body.id, { roles: ['writer'] })).body.roles).toEqual(['writer']);
    expect((await world.send('GET', '/v1/groups', { as: world.people.reader })).body.items).toEqual([
      { name: 'payments', people: [made.body.id] },
    ]);
    expect((await world.send('DELETE', path, { as: admin, match: await tagOf(path) })).status).toBe(204);
    expect((await world.send('GET', path, { as: admin })).status).toBe(404);
    const { log } = world.plane;
    const entries = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry);
    const actions = entries.flatMap((entry) =>
      entry.kind === 'administration' && entry.administration.object === made.body.id
        ? [entry.administration.action]
        : [],
    );
    expect(actions).toEqual(['people.create', 'people.change', 'people.remove']);
  });

  test('show their addresses to administrators and auditors alone', async () => {
    const { body } = await create({ email: 'bob@example.org' });
    const seenBy = async (as: Someone) =>
      JSON.stringify([
        (await world.send('GET', `/v1/people/${body.id}`, { as })).body,
        (await world.send('GET', '/v1/people', { as })).body,
      ]);
    const { reader, writer, auditor } = world.people;
    expect(await seenBy(reader)).not.toContain('@example.org');
    expect(await seenBy(writer)).not.toContain('@example.org');
    expect(await seenBy(auditor)).toContain('bob@example.org');
  });

  test('a change to what somebody else has changed meanwhile is refused', async () => {
    const { body } = await create({});
    const match = await tagOf(`/v1/people/${body.id}`);
    await change(body.id, { name: 'Robert' });
    const sent = { as: admin, match, body: { roles: ['admin'] } };
    expect((await world.send('PATCH', `/v1/people/${body.id}`, sent)).status).toBe(412);
    expect((await world.send('PATCH', `/v1/people/${body.id}`, { ...sent, match: undefined })).status).toBe(
      428,
    );
  });

  test.each([
    ['PATCH', '', { name: 'Robert' }],
    ['DELETE', '', undefined],
    ['POST', '/suspension', undefined],
    ['DELETE', '/suspension', undefined],
  ])('%s of a person%s is to what was read, or to nothing', async (method, below, body) => {
    const { id } = await world.addPerson(world.organisation, ['reader']);
    const match = await tagOf(`/v1/people/${id}`);
    await change(id, { name: 'Somebody else' });
    const path = `/v1/people/${id}${below}`;
    expect((await world.send(method, path, { as: admin, match, body })).status).toBe(412);
    expect((await world.send('GET', `/v1/people/${id}`, { as: admin })).body).toMatchObject({
      name: 'Somebody else',
      status: 'active',
    });
  });

  test.each([
    ['PATCH', '/v1/organisation', { name: 'Robert' }],
    ['PATCH', 'team', { name: 'Robert' }],
    ['DELETE', 'team', undefined],
  ])('%s of %s is to what was read, or to nothing', async (method, what, body) => {
    const made = await world.send('POST', '/v1/teams', { as: admin, body: { name: 'Payments' } });
    const path = what === 'team' ? `/v1/teams/${made.body.id}` : what;
    const match = await tagOf(path);
    await world.send('PATCH', path, { as: admin, match, body: { name: 'Somebody else' } });
    expect((await world.send(method, path, { as: admin, match, body })).status).toBe(412);
    expect((await world.send('GET', path, { as: admin })).body.name).toBe('Somebody else');
  });

  test.each([
    ['roles', { roles: ['admin', 'writer'] }],
    ['groups, which quorums ask for', { groups: ['payments'] }],
    ['teams', { teams: [] }],
  ])('nobody changes their own %s', async (_why, body) => {
    expect((await change(admin.id, body)).status).toBe(403);
  });

  test.each(['suspension', ''])('nobody takes themselves out (%s)', async (what) => {
    const path = `/v1/people/${admin.id}`;
    const came = await world.send(what === '' ? 'DELETE' : 'POST', what === '' ? path : `${path}/${what}`, {
      as: admin,
      match: await tagOf(path),
    });
    expect(came.status).toBe(403);
  });

  test('an auditor is nothing else', async () => {
    const { body } = await create({});
    expect((await change(body.id, { roles: ['auditor', 'admin'] })).status).toBe(422);
    expect((await change(body.id, { roles: ['writer', 'writer'] })).status).toBe(422);
  });

  const TAKING_OUT = [
    ['by taking the role away', 'PATCH', '', { roles: ['reader'] }],
    ['by suspension', 'POST', '/suspension', undefined],
    ['by removal', 'DELETE', '', undefined],
  ] as const;
  /** People who can administer. */
  const administrators = () =>
    world.plane
      .objects(world.organisation, PEOPLE)
      .list()
      .filter(({ roles, status }) => status === 'active' && roles.join() === 'admin')
      .map(({ id }) => id);

  test.each(TAKING_OUT)(
    'of two administrators who take out one another at once (%s), one is left',
    async (_how, method, below, body) => {
      const other = await world.addPerson(world.organisation, ['admin']);
      const match = {
        [admin.id]: await tagOf(`/v1/people/${admin.id}`),
        [other.id]: await tagOf(`/v1/people/${other.id}`),
      };
      const takeOut = (of: Someone, as: Someone) =>
        world.send(method, `/v1/people/${of.id}${below}`, {
          as,
          match: match[of.id],
          body: body === undefined ? undefined : { roles: [...body.roles] },
        });
      const came = await Promise.all([takeOut(admin, other), takeOut(other, admin)]);
      expect(came.filter(({ status }) => status < 300)).toHaveLength(1);
      expect(administrators()).toHaveLength(1);
    },
  );

  describe.each(TAKING_OUT)('the last administrator is not taken out %s', (_how, method, below, body) => {
    test.each([
      ['nobody else is left', undefined],
      ['the other is suspended', { status: 'suspended' as const }],
      ['the other has never signed in', { status: 'invited' as const }],
      ['the other is an auditor too, who changes nothing', { roles: ['admin' as const, 'auditor' as const] }],
    ])('where %s when it comes to it', async (_why, left) => {
      const other = await world.addPerson(world.organisation, ['admin']);
      const match = await tagOf(`/v1/people/${admin.id}`);
      const late = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const came = world.api.fetch(
        new Request(`${world.plane.url}/v1/people/${admin.id}${below}`, {
          method,
          headers: {
            authorization: `Bearer ${other.token}`,
            'content-type': 'application/json',
            'idempotency-key': 'late',
            'if-match': match,
          },
          // Known and allowed before its body is there.
          body: new ReadableStream({
            async pull(controller) {
              begun.resolve();
              await late.promise;
              if (body !== undefined) controller.enqueue(new TextEncoder().encode(JSON.stringify(body)));
              controller.close();
            },
          }),
          duplex: 'half',
        }),
      );
      await begun.promise;
      await world.changePerson(other, left ?? { roles: ['reader'] });
      late.resolve();
      expect(await (await came).json()).toMatchObject({
        title: 'request.conflict',
        detail: 'they are the last administrator; make another one first',
      });
      expect(administrators()).toEqual([admin.id]);
    });

    test('and is where another is there', async () => {
      const other = await world.addPerson(world.organisation, ['admin']);
      const path = `/v1/people/${admin.id}`;
      const sent = { as: other, match: await tagOf(path), ...(body && { body: { roles: [...body.roles] } }) };
      expect((await world.send(method, `${path}${below}`, sent)).status).toBeLessThan(300);
      expect(administrators()).toEqual([other.id]);
    });
  });

  test('who is suspended is refused with their token at the next call, and let in again when resumed', async () => {
    const { writer } = world.people;
    const path = `/v1/people/${writer.id}`;
    const match = await tagOf(path);
    const suspended = await world.send('POST', `${path}/suspension`, { as: admin, match });
    expect(suspended.body.status).toBe('suspended');
    expect((await world.send('GET', '/v1/me', { as: writer })).status).toBe(401);
    await world.send('DELETE', `${path}/suspension`, {
      as: admin,
      match: suspended.headers.get('etag') ?? '',
    });
    expect((await world.send('GET', '/v1/me', { as: writer })).status).toBe(200);
  });

  test('who is removed leaves no token, passkey, link or session behind', async () => {
    const { browser, id } = await signedIn(world, ['writer']);
    await browser.send('POST', '/v1/api-tokens', { name: 'ci', roles: ['writer'] });
    const path = `/v1/people/${id}`;
    await world.send('DELETE', path, { as: admin, match: await tagOf(path) });
    const { state } = world.plane.log;
    const left = [...state.records('api_tokens'), ...state.records('credentials')];
    expect(left.filter(({ value }) => JSON.stringify(value).includes(id))).toEqual([]);
    const sessions = await world.plane.tables.selectFrom('sessions').selectAll().execute();
    expect(sessions.filter(({ person }) => person === id)).toEqual([]);
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
  });

  test('a token that is made with a token does not outlive it', async () => {
    const body = { name: 'ci', roles: ['reader'], days: 365 };
    const made = await world.send('POST', '/v1/api-tokens', { as: world.people.reader, body });
    expect(made.body.expires).toBe(START + 86_400_000);
    const { browser } = await signedIn(world, ['reader']);
    const by = await browser.send('POST', '/v1/api-tokens', body);
    expect(by.body.expires).toBe(START + 365 * 86_400_000);
  });

  test('who has never signed in is removed, not suspended', async () => {
    const { body } = await create({});
    const path = `/v1/people/${body.id}`;
    expect(
      (await world.send('POST', `${path}/suspension`, { as: admin, match: await tagOf(path) })).status,
    ).toBe(409);
  });

  test('an invitation is made by administrators for people of their own organisation', async () => {
    const { body } = await create({});
    const path = `/v1/people/${body.id}/invitation`;
    expect((await world.send('POST', path, { as: world.people.writer })).status).toBe(403);
    expect((await world.send('POST', path, { as: world.stranger })).status).toBe(404);
    const made = await world.send('POST', path, { as: admin });
    expect(made.body).toEqual({ url: expect.stringContaining('#link='), expires: START + 72 * 3_600_000 });
  });

  test('a team has a name of its own, and is removed when nobody is in it', async () => {
    const made = await world.send('POST', '/v1/teams', { as: admin, body: { name: 'Payments' } });
    expect((await world.send('POST', '/v1/teams', { as: admin, body: { name: 'Payments' } })).status).toBe(
      409,
    );
    const { body } = await create({ teams: [made.body.id] });
    const path = `/v1/teams/${made.body.id}`;
    const remove = async () => world.send('DELETE', path, { as: admin, match: await tagOf(path) });
    expect((await remove()).status).toBe(409);
    await change(body.id, { teams: [] });
    expect((await remove()).status).toBe(204);
    expect((await create({ teams: [made.body.id] })).status).toBe(422);
  });

  test('a team of another organisation is none to put anybody into', async () => {
    const theirs = await world.send('POST', '/v1/teams', { as: world.stranger, body: { name: 'Theirs' } });
    expect((await create({ teams: [theirs.body.id] })).status).toBe(422);
  });

  test('the organisation has a name that its administrators change', async () => {
    const came = await world.send('PATCH', '/v1/organisation', {
      as: admin,
      match: await tagOf('/v1/organisation'),
      body: { name: 'Renamed' },
    });
    expect(came.status).toBe(200);
    expect((await world.send('GET', '/v1/me', { as: world.people.reader })).body).toMatchObject({
      organisation: { id: world.organisation, name: 'Renamed' },
      roles: ['reader'],
      credential: { kind: 'token' },
    });
  });
});
