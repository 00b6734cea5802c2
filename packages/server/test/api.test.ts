import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, PLANE_URL, START, stopServer, type World } from './world.ts';

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

  test('a token that is expired is refused', async () => {
    world.clock.set(START + 86_400_000);
    expect((await world.send('GET', '/v1/api-tokens', { as: world.people.reader })).status).toBe(401);
  });

  test('every response carries the headers that keep a page from being framed, sniffed or cached', async () => {
    const { headers } = await world.send('GET', '/v1/nothing');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('strict-transport-security')).toBeTruthy();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('probes answer nobody', async () => {
    expect((await world.send('GET', '/livez')).body).toEqual({ status: 'ok' });
    expect((await world.send('GET', '/readyz')).body).toEqual({ status: 'ok' });
  });
});
