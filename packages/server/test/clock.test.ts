// A server whose clock was put back by hours: what had expired is not good again, what is made now lasts as long as it says, and nodes are judged by the machine’s own time.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openWorld, type Someone, START, stopServer, type World } from './world.ts';

const HOUR_MS = 3_600_000;
let world: World | undefined;

afterEach(async () => {
  await world?.close();
  // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
  expect(world?.faults ?? []).toEqual([]);
  world = undefined;
});
afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('on %s', (store) => {
  test('a token that expired is not good again once the clock is put back, and others are', async () => {
    world = await openWorld(store);
    if (world === undefined) return;
    const { send, people, clock, plane, organisation } = world;
    const me = async (as: Someone): Promise<number> => (await send('GET', '/v1/me', { as })).status;
    expect(await me(people.reader)).toBe(200);
    clock.set(START + 25 * HOUR_MS);
    expect(await me(people.reader)).toBe(401);
    // Something is recorded at that time, whatever it is.
    const admin = await world.addPerson(organisation, ['admin', 'reader'], 'later');
    expect((await send('POST', '/v1/teams', { as: admin, body: { name: 'one' } })).status).toBe(201);
    clock.set(START + HOUR_MS);
    expect(await me(people.reader)).toBe(401);
    expect(plane.clock.now()).toBe(START + 25 * HOUR_MS);
    expect(plane.wallClock.now()).toBe(START + HOUR_MS);
    // What is made meanwhile is of no time before what was made already.
    const second = await send('POST', '/v1/teams', { as: admin, body: { name: 'two' } });
    expect(second.body.created).toBe(START + 25 * HOUR_MS);
    // And is good for as long as it says.
    const fresh = await world.addPerson(organisation, ['reader'], 'fresh');
    expect(await me(fresh)).toBe(200);
    clock.set(START + 50 * HOUR_MS);
    expect(await me(fresh)).toBe(401);
  });
});
