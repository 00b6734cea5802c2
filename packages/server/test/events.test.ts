/** Events: what happens in an organisation reaches whoever listens there, once and in order, and nobody else. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listen } from '../src/index.ts';
import { signedIn } from './browser.ts';
import { reading } from './reading.ts';
import { openWorld, PLANE_URL, type Someone, stopServer, type World } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('events over %s', (store) => {
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

  const get = (as: Someone | undefined, headers: Record<string, string> = {}, query = '') =>
    world.api.fetch(
      new Request(`${PLANE_URL}/v1/events${query}`, {
        headers: { ...(as === undefined ? {} : { authorization: `Bearer ${as.token}` }), ...headers },
      }),
    );
  const change = async (as: Someone = world.people.writer): Promise<string> => {
    const body = { name: 'of events', roles: [as === world.people.writer ? 'writer' : 'admin'] };
    return (await world.send('POST', '/v1/api-tokens', { as, body })).body.id;
  };

  test('tell each change once, in order, with the index to resume after', async () => {
    const heard = reading(await get(world.people.reader));
    const made = [await change(), await change(), await change()];
    const events = [await heard.next(), await heard.next(), await heard.next()];
    expect(events.map((event) => event?.data.object)).toEqual(made);
    const ids = events.map((event) => Number(event?.id));
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
    expect(world.plane.log.reader.entry(ids[0]!).entry).toMatchObject({
      administration: { object: made[0] },
    });
    await heard.cancel();
  });

  test('resume after the last that was seen, with nothing lost and nothing twice', async () => {
    const heard = reading(await get(world.people.reader));
    await change();
    const first = await heard.next();
    await heard.cancel();
    const missed = [await change(), await change()];
    const again = reading(await get(world.people.reader, { 'last-event-id': String(first?.id) }));
    expect([(await again.next())?.data.object, (await again.next())?.data.object]).toEqual(missed);
    await again.cancel();
  });

  test('of another organisation are told to nobody here', async () => {
    const heard = reading(await get(world.people.reader));
    await change(world.stranger);
    const own = await change();
    expect((await heard.next())?.data.object).toBe(own);
    await heard.cancel();
  });

  test('say nothing that the record seals', async () => {
    const heard = reading(await get(world.people.reader));
    await change();
    const event = await heard.next();
    expect(Object.keys(event?.data ?? {}).toSorted()).toEqual(['action', 'actor', 'at', 'object']);
    expect(JSON.stringify(event)).not.toContain('of events');
    await heard.cancel();
  });

  test('end for a token that was revoked, before anything more is told', async () => {
    const { body } = await world.send('POST', '/v1/api-tokens', {
      as: world.people.writer,
      body: { name: 'listener', roles: ['writer'] },
    });
    const heard = reading(await get({ ...world.people.writer, token: body.token }));
    await world.send('DELETE', `/v1/api-tokens/${body.id}`, { as: world.people.writer });
    expect(await heard.next()).toBeUndefined();
  });

  test('end for who has no role any more, before anything more is told', async () => {
    const former = await world.addPerson(world.organisation, ['reader']);
    const heard = reading(await get(former));
    const path = `/v1/people/${former.id}`;
    const as = world.people.admin;
    const match = (await world.send('GET', path, { as })).headers.get('etag') ?? '';
    await world.send('PATCH', path, { as, match, body: { roles: [] } });
    expect(await heard.next()).toBeUndefined();
  });

  test('end for who was suspended, before anything more is told', async () => {
    const former = await world.addPerson(world.organisation, ['reader']);
    const heard = reading(await get(former));
    const path = `/v1/people/${former.id}`;
    const as = world.people.admin;
    const match = (await world.send('GET', path, { as })).headers.get('etag') ?? '';
    await world.send('POST', `${path}/suspension`, { as, match });
    expect(await heard.next()).toBeUndefined();
  });

  test('end with the session that listens', async () => {
    const { browser } = await signedIn(world, ['reader']);
    const cookie = `__Host-writ=${browser.cookies.get('__Host-writ')}`;
    const heard = reading(await get(undefined, { cookie }));
    await browser.send('POST', '/v1/sign-out');
    await change();
    expect(await heard.next()).toBeUndefined();
  });

  test.each([
    ['that nobody gave', '12x', 'request.malformed'],
    ['of another record', '900000000', 'request.gone'],
  ])('after an id %s are refused', async (_why, id, code) => {
    const response = await get(world.people.reader, { 'last-event-id': id });
    expect(await response.json()).toMatchObject({ title: code });
  });

  test('are for people who are known', async () => {
    expect((await get(undefined)).status).toBe(401);
  });
});

test('a hundred listeners over HTTP hear a change', async () => {
  const world = (await openWorld('sqlite'))!;
  const listening = await listen({ port: 0, fetch: (request) => world.api.fetch(asOwn(request)) });
  const leaving = new AbortController();
  const streams = await Promise.all(
    Array.from({ length: 100 }, async () =>
      reading(
        await fetch(`${listening.url}/v1/events`, {
          headers: { authorization: `Bearer ${world.people.reader.token}` },
          signal: leaving.signal,
        }),
      ),
    ),
  );
  const body = { name: 'heard', roles: ['writer'] };
  const made = await world.send('POST', '/v1/api-tokens', { as: world.people.writer, body });
  const heard = await Promise.all(streams.map((stream) => stream.next()));
  expect(new Set(heard.map((event) => event?.data.object))).toEqual(new Set([made.body.id]));
  leaving.abort();
  await listening.close(0);
  await world.close();
  expect(world.faults).toEqual([]);
});

/** The listener is on another port than the plane calls itself. */
function asOwn(request: Request): Request {
  return new Request(new URL(new URL(request.url).pathname, PLANE_URL), {
    method: request.method,
    headers: request.headers,
    signal: request.signal,
  });
}
