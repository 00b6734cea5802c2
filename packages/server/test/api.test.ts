import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { API_TOKENS, createSecret } from '../src/tokens/index.ts';
import { browserOf } from './browser.ts';
import { openWorld, PLANE_URL, type Someone, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('the API over %s', (store) => {
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

  const demote = async ({ id }: Someone, roles: string[]): Promise<void> => {
    const path = `/v1/people/${id}`;
    const match = (await world.send('GET', path, { as: world.people.admin })).headers.get('etag') ?? '';
    const sent = { as: world.people.admin, match, body: { roles } };
    expect((await world.send('PATCH', path, sent)).status).toBe(200);
  };
  const create = (key?: string, body = { name: 'ci', roles: ['reader'] }) =>
    world.send('POST', '/v1/api-tokens', {
      as: world.people.writer,
      body: { ...body, roles: ['writer'] },
      key,
    });

  test('a token is shown once, works, and is refused at the next call after it was revoked', async () => {
    const made = await create();
    expect(made.status).toBe(201);
    const as = { ...world.people.writer, token: made.body.token };
    const listed = await world.send('GET', '/v1/api-tokens', { as });
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toContain(made.body.id);
    expect(JSON.stringify(listed.body)).not.toContain(made.body.token);
    expect(
      (await world.send('DELETE', `/v1/api-tokens/${made.body.id}`, { as: world.people.writer })).status,
    ).toBe(204);
    expect((await world.send('GET', '/v1/api-tokens', { as })).status).toBe(401);
  });

  test('a change and its entry commit together', async () => {
    const made = await create();
    const tag = Number(made.headers.get('etag')?.slice(1, -1));
    expect(world.plane.log.reader.entry(tag).entry).toMatchObject({
      kind: 'administration',
      administration: { action: 'api_tokens.create', object: made.body.id, actor: 'token' },
    });
  });

  test('a secret that was shown once is not shown to whoever asks again with the same key', async () => {
    await create('again');
    const again = await create('again');
    expect([again.status, again.body.title]).toEqual([409, 'idempotency.applied']);
    expect((await world.send('GET', '/v1/api-tokens', { as: world.people.writer })).body.items).toHaveLength(
      2,
    );
  });

  test('a change asked for twice with one key is made once, and answered as it was', async () => {
    const made = await create();
    const path = `/v1/api-tokens/${made.body.id}`;
    const sent = { as: world.people.writer, key: 'once' };
    expect((await world.send('DELETE', path, sent)).status).toBe(204);
    const again = await world.send('DELETE', path, sent);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([204, 'true']);
    const other = await world.send('DELETE', `/v1/api-tokens/${made.body.id.replace(/.$/, 'Z')}`, sent);
    expect(other.body.title).toBe('idempotency.reused');
  });

  test('a change whose answer was lost is told as made, not as standing in its own way', async () => {
    const sent = { as: world.people.admin, body: { name: 'Payments' }, key: 'lost' };
    expect((await world.send('POST', '/v1/teams', sent)).status).toBe(201);
    // As where the server is killed between the change and the answer.
    await world.plane.tables.deleteFrom('idempotency').execute();
    const again = await world.send('POST', '/v1/teams', sent);
    expect([again.status, again.body.title]).toEqual([409, 'idempotency.applied']);
    const size = world.plane.log.reader.size();
    const other = await world.send('POST', '/v1/teams', { ...sent, key: 'other' });
    expect([other.status, other.body.title]).toEqual([409, 'request.conflict']);
    expect(world.plane.log.reader.size()).toBe(size);
  });

  test('a key is of whoever sent it, and of what they sent with it', async () => {
    const { admin, writer } = world.people;
    const make = (as: Someone, body: Record<string, string>, match?: string) =>
      world.send('POST', '/v1/teams', { as, body, key: 'the-same', match });
    expect((await make(admin, { name: 'Ours' })).status).toBe(201);
    // Neither another organisation nor another person meets the answer that was kept.
    const theirs = await make(world.stranger, { name: 'Ours' });
    expect([theirs.status, theirs.headers.get('idempotent-replayed')]).toEqual([201, null]);
    const second = await world.addPerson(world.organisation, ['admin']);
    expect((await make(second, { name: 'Another' })).status).toBe(201);
    expect((await make(writer, { name: 'Ours' })).status).toBe(403);
    expect((await make(admin, { name: 'Else' })).body.title).toBe('idempotency.reused');
    expect((await make(admin, { name: 'Ours' }, '"1"')).body.title).toBe('idempotency.reused');
    const as = { as: admin, key: 'the-same' };
    expect((await world.send('POST', '/v1/teams?a=b', { ...as, body: { name: 'Ours' } })).status).toBe(422);
    const { body } = await make(admin, { name: 'Ours' });
    const path = `/v1/teams/${body.id}`;
    const sent = { as: admin, key: 'of-the-method', match: '"0"' };
    expect((await world.send('PATCH', path, { ...sent, body: { name: 'Renamed' } })).status).toBe(412);
    const { headers } = await world.send('GET', path, { as: admin });
    const good = { ...sent, match: headers.get('etag') ?? '' };
    expect((await world.send('PATCH', path, { ...good, body: { name: 'Renamed' } })).status).toBe(200);
    expect((await world.send('DELETE', path, good)).body.title).toBe('idempotency.reused');
  });

  test('what was answered once is not told again to who may no longer ask', async () => {
    const boss = await world.addPerson(world.organisation, ['admin']);
    const sent = { as: boss, body: { name: 'Payments' }, key: 'mine' };
    expect((await world.send('POST', '/v1/teams', sent)).status).toBe(201);
    await demote(boss, ['writer']);
    expect((await world.send('POST', '/v1/teams', sent)).status).toBe(403);
  });

  test('a token has no role that its person lost', async () => {
    const boss = await world.addPerson(world.organisation, ['admin', 'writer']);
    await demote(boss, ['writer']);
    expect((await world.send('POST', '/v1/teams', { as: boss, body: { name: 'a' } })).status).toBe(403);
    expect((await world.send('GET', '/v1/me', { as: boss })).body.roles).toEqual(['writer']);
  });

  test('who has no role any more reads nothing', async () => {
    const former = await world.addPerson(world.organisation, ['reader']);
    await demote(former, []);
    for (const path of ['/v1/people', '/v1/teams', '/v1/organisation', '/v1/events', '/v1/agents'])
      expect([path, (await world.send('GET', path, { as: former })).status]).toEqual([path, 403]);
  });

  test('a token that was made with another goes with it, and makes none itself', async () => {
    const made = await create();
    const second = { ...world.people.writer, token: made.body.token };
    const body = { name: 'deeper', roles: ['writer'] };
    const child = await world.send('POST', '/v1/api-tokens', { as: second, body });
    expect([child.status, child.body.title]).toEqual([403, 'request.forbidden']);
    expect((await world.send('GET', '/v1/me', { as: second })).status).toBe(200);
    const { madeWith } = made.body;
    expect((await world.send('DELETE', `/v1/api-tokens/${madeWith}`, { as: second })).status).toBe(204);
    expect((await world.send('GET', '/v1/me', { as: second })).status).toBe(401);
  });

  test('a token is listed to and revoked by its owner alone', async () => {
    const { body } = await create();
    const { items } = (await world.send('GET', '/v1/api-tokens', { as: world.people.admin })).body;
    expect(items.map(({ id }: { id: string }) => id)).not.toContain(body.id);
    const path = `/v1/api-tokens/${body.id}`;
    expect((await world.send('DELETE', path, { as: world.people.admin })).status).toBe(404);
    expect(
      (await world.send('GET', '/v1/me', { as: { ...world.people.writer, token: body.token } })).status,
    ).toBe(200);
  });

  test('a secret that is not that of its token is refused, whatever else is right', async () => {
    const { token } = world.people.admin;
    const wrong = token.replace(/.{5}$/, (end) => (end.startsWith('A') ? 'BBBBB' : 'AAAAA'));
    for (const other of [
      wrong,
      token.slice(0, -1),
      `${token}A`,
      token.replace(world.organisation, world.stranger.organisation),
    ])
      expect(
        (await world.send('GET', '/v1/me', { as: { ...world.people.admin, token: other } })).status,
      ).toBe(401);
  });

  test.each([
    ['that stands twice', 'limit=1&limit=1'],
    ['that stands twice in other letters', 'limit=1&%6cimit=2'],
    ['that is a name of the language', '__proto__=1'],
    ['that objects have', 'constructor=1'],
  ])('a parameter %s is refused', async (_why, query) => {
    const came = await world.send('GET', `/v1/teams?${query}`, { as: world.people.reader });
    expect([came.status, came.body.title]).toEqual([422, 'request.invalid']);
  });

  test.each(['*', 'W/"0"', '0', '"0", "1"', '"00"', '""', '"9007199254740993"'])(
    'a change to %s names nothing that was read',
    async (match) => {
      const sent = { as: world.people.admin, match, body: { name: 'a' } };
      const came = await world.send('PATCH', '/v1/organisation', sent);
      expect([came.status, came.body.title]).toEqual([400, 'request.malformed']);
    },
  );

  test.each([
    ['without a key', { headers: { 'idempotency-key': '' } }, 'request.malformed'],
    ['that is not JSON', { headers: { 'content-type': 'text/plain' } }, 'request.media-type'],
    [
      'with a field that nobody knows',
      { body: { name: 'a', roles: ['writer'], admin: true } },
      'request.invalid',
    ],
    [
      'with more than a megabyte',
      { body: { name: 'x'.repeat(1_100_000), roles: ['writer'] } },
      'request.too-large',
    ],
    ['from another site', { headers: { origin: 'https://evil.example' } }, 'request.cross-site'],
    [
      'that a browser says is from another site',
      { headers: { 'sec-fetch-site': 'cross-site' } },
      'request.cross-site',
    ],
    [
      'that a browser says is from a neighbouring site',
      { headers: { 'sec-fetch-site': 'same-site' } },
      'request.cross-site',
    ],
    ['with a role beyond one’s own', { body: { name: 'a', roles: ['admin'] } }, 'request.forbidden'],
  ] as const)('a change %s is refused, and nothing is written', async (_why, sent, code) => {
    const size = world.plane.log.reader.size();
    const body = { name: 'a', roles: ['writer'] };
    const came = await world.send('POST', '/v1/api-tokens', {
      as: world.people.writer,
      body,
      ...sent,
    });
    expect(came.body).toMatchObject({ title: code, status: came.status });
    expect(world.plane.log.reader.size()).toBe(size);
  });

  test.each([
    ['malformed JSON', '{"name":', 'request.malformed'],
    ['a name that stands twice', '{"name":"a","name":"b","roles":["writer"]}', 'request.malformed'],
    ['a NUL byte', '{"name":"a\\u0000","roles":["writer"]}', 'request.invalid'],
    ['a list', '[]', 'request.malformed'],
  ])('%s is a clear refusal, never a fault', async (_why, text, code) => {
    const { token } = world.people.writer;
    const response = await world.api.fetch(
      new Request(`${PLANE_URL}/v1/api-tokens`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': 'k',
        },
        body: text,
      }),
    );
    expect(await response.json()).toMatchObject({ title: code });
  });

  test('a body without a length is bounded by what is read of it', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(65_536));
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const response = await world.api.fetch(
      new Request(`${PLANE_URL}/v1/api-tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.people.writer.token}`, 'content-type': 'application/json' },
        body: endless,
        duplex: 'half',
      }),
    );
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(2_000_000);
  });

  test.each([
    ['-1', 422],
    ['0', 422],
    ['201', 422],
    ['ten', 422],
    ['200', 200],
  ])('a page of %s items is answered with %i', async (limit, status) => {
    const came = await world.send('GET', `/v1/api-tokens?limit=${limit}`, { as: world.people.reader });
    expect(came.status).toBe(status);
  });

  test('somebody has two hundred tokens at once and no more; what is over does not count', async () => {
    const { plane, organisation } = world;
    const { id: person } = world.people.writer;
    const tokens = plane.objects(organisation, API_TOKENS);
    const { hash } = createSecret(plane.random);
    const token = { name: 'many', person, roles: ['writer' as const], hash, created: START };
    const put = (count: number, expires: number) =>
      plane.changes.commit({
        action: 'api_tokens.create',
        object: person,
        organisation,
        actor: { kind: 'server', id: 'server', concerns: [] },
        effects: Array.from({ length: count }, () => tokens.put(plane.newId(), { ...token, expires }, null)),
      });
    await put(5, START);
    // With the one that everybody here has.
    await put(198, START + 86_400_000);
    expect((await create()).status).toBe(201);
    const beyond = await create();
    expect([beyond.status, beyond.body.title]).toEqual([409, 'request.conflict']);
    const browser = await browserOf(world, world.people.writer);
    const { body } = await world.send('POST', '/v1/device-logins', { body: { host: 'laptop' } });
    const sent = { user_code: body.user_code, answer: 'approve' };
    expect((await browser.send('POST', '/v1/device-logins/answer', sent)).body.title).toBe(
      'request.conflict',
    );
    expect(
      (
        await world.send('POST', '/v1/api-tokens', {
          as: world.people.admin,
          body: { name: 'ci', roles: ['admin'] },
        })
      ).status,
    ).toBe(201);
  });

  test.each([
    ['/v1/sign-in/link', 'link'],
    ['/v1/device-logins', 'host'],
  ])('a body that anybody may send to %s has 64 KiB and no more', async (path, name) => {
    const whole = (length: number) => ({ [name]: 'x'.repeat(length - `{"${name}":""}`.length) });
    const least = await world.send('POST', path, { body: whole(64 * 1024) });
    expect(least.status).toBe(422);
    const beyond = await world.send('POST', path, { body: whole(64 * 1024 + 1) });
    expect([beyond.status, beyond.body.title]).toEqual([413, 'request.too-large']);
  });

  test('a token that is expired is refused', async () => {
    world.clock.set(START + 86_400_000);
    expect((await world.send('GET', '/v1/api-tokens', { as: world.people.reader })).status).toBe(401);
  });

  test.each([
    ['an answer', 'GET', '/livez', 200],
    ['a page', 'GET', '/sign-in', 200],
    ['the reference', 'GET', '/v1/reference', 200],
    ['a refusal', 'GET', '/v1/nothing', 404],
    ['who is unknown', 'GET', '/v1/me', 401],
    ['a change', 'POST', '/v1/sign-in/passkey/options', 200],
  ])(
    '%s carries the headers that keep a page from being framed, sniffed, cached or loaded from elsewhere',
    async (_why, method, path, status) => {
      const came = await world.send(method, path);
      expect(came.status).toBe(status);
      expect(Object.fromEntries(came.headers)).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
        'strict-transport-security': 'max-age=31536000',
        'cache-control': 'no-store',
      });
    },
  );

  test('probes answer nobody', async () => {
    expect((await world.send('GET', '/livez')).body).toEqual({ status: 'ok' });
    expect((await world.send('GET', '/readyz')).body).toEqual({ status: 'ok' });
  });
});
