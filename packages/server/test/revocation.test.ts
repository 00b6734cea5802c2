// Giving an API token back (RFC 7009): whoever holds it may, whoever they are by now, and nobody learns whether another one is good.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PEOPLE } from '../src/people/index.ts';
import { API_TOKENS } from '../src/tokens/index.ts';
import { openWorld, type Someone, START, stopServer, type World } from './world.ts';

const DAY_MS = 86_400_000;

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('giving a token back over %s', (store) => {
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

  const revoke = async (token: string): Promise<number> =>
    (await world.send('POST', '/v1/device-logins/revocation', { body: { token } })).status;
  const me = async (as: Someone): Promise<number> => (await world.send('GET', '/v1/me', { as })).status;
  const removals = (): number => {
    const { reader } = world.plane.log;
    return Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).filter(
      (entry) => entry.kind === 'administration' && entry.administration.action === 'api_tokens.remove',
    ).length;
  };

  test('ends it and what was made with it, once, and is recorded', async () => {
    const { writer } = world.people;
    const made = await world.send('POST', '/v1/api-tokens', {
      as: writer,
      body: { name: 'more', roles: ['writer'] },
    });
    const more = { ...writer, token: String(made.body.token) };
    expect([await me(writer), await me(more)]).toEqual([200, 200]);
    // Of those who give it back at once one does, and all hear the same.
    expect(await Promise.all([revoke(writer.token), revoke(writer.token)])).toEqual([200, 200]);
    expect([await me(writer), await me(more)]).toEqual([401, 401]);
    expect(await revoke(writer.token)).toBe(200);
    expect(removals()).toBe(1);
  });

  test('also of somebody who may not sign in any more, and of a token that expired', async () => {
    const { writer, reader } = world.people;
    const people = world.plane.objects(world.organisation, PEOPLE);
    const person = people.get(writer.id);
    if (person === undefined) throw new Error('nobody');
    const { id, index, ...record } = person;
    await world.plane.changes.commit({
      action: 'people.suspend',
      object: id,
      organisation: world.organisation,
      actor: { kind: 'server', id: 'server', concerns: [] },
      effects: [people.put(id, { ...record, status: 'suspended' }, index)],
    });
    world.clock.set(START + 2 * DAY_MS);
    const tokens = (): number => world.plane.objects(world.organisation, API_TOKENS).list().length;
    const before = tokens();
    expect([await revoke(writer.token), await revoke(reader.token)]).toEqual([200, 200]);
    expect(tokens()).toBe(before - 2);
  });

  test.each([
    ['another secret', (token: string) => `${token.slice(0, -43)}${'A'.repeat(43)}`],
    ['no token at all', () => 'nonsense'],
    ['nothing of an id', (token: string) => token.replace(/_[0-9A-Z]{26}_/, `_${'0'.repeat(26)}_`)],
  ])('with %s is answered alike, and ends nothing', async (_why, change) => {
    const { writer } = world.people;
    expect(await revoke(change(writer.token))).toBe(200);
    expect(await me(writer)).toBe(200);
    expect(removals()).toBe(0);
  });
});
