/** Two servers over one PostgreSQL: what happens at one is told by the other, and a listener of one that is gone goes on at the other. */
import { openPostgresLog } from '@writ/core/postgres';
import { SAMPLE_LOG_KEYS, sampleLogIdentity, settableClock } from '@writ/core/testing';
import { openPool, openPostgres } from '@writ/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { feedOf } from '../src/events/index.ts';
import {
  authenticatorsOf,
  createApi,
  foundOrganisation,
  openPlane,
  openPostgresTables,
  type Plane,
  ROUTES,
} from '../src/index.ts';
import { PEOPLE, SERVER } from '../src/people/index.ts';
import { STOPS, stopsOfNode } from '../src/stops/index.ts';
import { API_TOKENS, createSecret, tokenText } from '../src/tokens/index.ts';
import { PLANE_URL, postgresServer, START, stopServer } from './world.ts';

interface OneServer {
  readonly plane: Plane;
  readonly faults: unknown[];
  fetch(path: string, token: string, headers?: Record<string, string>, body?: object): Promise<Response>;
  close(): Promise<void>;
}

let servers: readonly OneServer[] = [];
let organisation = '';
let token = '';

beforeAll(async () => {
  const found = await postgresServer();
  if (found === undefined) return;
  const schema = `two_${process.pid}`;
  servers = [await open(found.url, schema), await open(found.url, schema)];
  const [{ plane }] = servers as [OneServer];
  const founded = await foundOrganisation(plane, { name: 'Two', administrator: { name: 'Ann' } });
  ({ organisation } = founded);
  const { secret, hash } = createSecret(plane.random);
  const id = plane.newId();
  const people = plane.objects(organisation, PEOPLE);
  const { id: person, index, ...ann } = people.get(founded.administrator)!;
  await plane.changes.commit({
    action: 'api_tokens.create',
    object: id,
    organisation,
    actor: SERVER,
    effects: [
      people.put(person, { ...ann, status: 'active' }, index),
      plane
        .objects(organisation, API_TOKENS)
        .put(
          id,
          { name: 't', person, roles: ['admin'], hash, created: START, expires: START + 86_400_000 },
          null,
        ),
    ],
  });
  token = tokenText(organisation, id, secret);
  await reaches(servers[1]!, plane.log.reader.size());
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await stopServer();
});

async function open(url: string, schema: string): Promise<OneServer> {
  const clock = settableClock(START);
  const database = openPostgres({ url });
  const identity = { ...sampleLogIdentity('plane'), clock };
  const log = await openPostgresLog({ ...identity, ...SAMPLE_LOG_KEYS, database, schema });
  const tables = await openPostgresTables(openPool(url, `${schema}_tables`), `${schema}_tables`);
  const plane = await openPlane({ log, tables, clock, random: identity.random, url: PLANE_URL });
  const faults: unknown[] = [];
  const api = createApi({
    plane,
    authenticators: authenticatorsOf(plane),
    routes: ROUTES,
    version: '0.0.0',
    onFault: (fault) => faults.push(fault),
  });
  let keys = 0;
  let isClosed = false;
  return {
    plane,
    faults,
    fetch(path, bearer, headers = {}, body) {
      keys += 1;
      const change = { 'content-type': 'application/json', 'idempotency-key': `${plane.newId()}-${keys}` };
      return api.fetch(
        new Request(`${PLANE_URL}${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : change), ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await log.close();
      await tables.database.destroy();
      await database.close();
    },
  };
}

/** Waits until `server` has seen `size` entries. */
function reaches({ plane }: OneServer, size: number): Promise<void> {
  return feedOf(plane).reached(size - 1, new AbortController().signal);
}

/** Reads `count` events, and leaves. */
async function hear(response: Response, count: number): Promise<{ id: number; object: string }[]> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const events = [...text.matchAll(/id: (\d+)\nevent: change\ndata: (.*)\n\n/g)];
    if (events.length >= count) {
      await reader.cancel();
      return events.map(([, id, data]) => ({ id: Number(id), object: JSON.parse(data!).object }));
    }
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after ${text}`);
    text += value;
  }
}

const stop = async (server: OneServer, target: string): Promise<string> => {
  const response = await server.fetch('/v1/stops', token, {}, { scope: 'agent', target, words: 'two' });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
};

test('what is changed at one is told by the other, once; who listened to one that is gone goes on at the other', async (context) => {
  const [one, other] = servers;
  if (one === undefined || other === undefined) return context.skip('no PostgreSQL');
  const heard = hear(await other.fetch('/v1/events', token), 2);
  const stops = [await stop(one, 'first'), await stop(one, 'second')];
  const events = await heard;
  expect(events.map(({ object }) => object)).toEqual(stops);
  await reaches(other, one.plane.log.reader.size());
  expect(
    new Set(stopsOfNode(other.plane, organisation, 'n', START).items.map(({ target }) => target)),
  ).toEqual(new Set(['first', 'second']));
  const third = await stop(one, 'third');
  await one.close();
  const resumed = await hear(
    await other.fetch('/v1/events', token, { 'last-event-id': String(events[0]!.id) }),
    2,
  );
  expect(resumed.map(({ object }) => object)).toEqual([stops[1], third]);
  expect(other.plane.objects(organisation, STOPS).get(third)?.status).toBe('in_force');
  expect([...one.faults, ...other.faults]).toEqual([]);
});
