// What is held for a node: its stops as a stream, its stops and its bundle as answers that wait; nobody who takes part no more is told anything.
import { signRotation } from '@writ/core';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, enrolledNode, keyTextOf, newKeys, proofOf, type TestNode } from './enrolled.ts';
import { type Reading, reading } from './reading.ts';
import { FORBID, RollOutWorld, setOf } from './roll-out.ts';
import { openWorld, stopServer, type World } from './world.ts';

afterAll(stopServer);

/** How a node is let go of, each from what its record says. */
const ENDS: readonly [string, (world: World, node: TestNode) => Promise<unknown>][] = [
  ['is suspended', (world, node) => change(world, node, 'POST', '/suspension', { reason: 'lost' })],
  ['is removed', (world, node) => change(world, node, 'DELETE', '')],
];

async function change(
  { send, people }: World,
  { id }: TestNode,
  method: string,
  suffix: string,
  body?: { readonly reason: string },
): Promise<void> {
  const match = (await send('GET', `/v1/nodes/${id}`, { as: people.admin })).headers.get('etag') ?? '';
  const { status } = await send(method, `/v1/nodes/${id}${suffix}`, { as: people.admin, match, body });
  expect(status).toBeLessThan(300);
}

async function rotate(world: World, node: TestNode): Promise<TestNode> {
  const { key } = newKeys();
  const who = { audience: world.plane.url, organisation: node.organisation, node: node.id };
  const { endorsement, proof } = signRotation(who, node.key, key);
  const body = { key: keyTextOf(key), endorsement, proof };
  expect((await ask(world, node, 'POST', '/v1/node/keys', body)).status).toBe(201);
  return { ...node, key };
}

describe.each(['sqlite', 'postgres'] as const)('held for a node over %s', (store) => {
  let world: World;
  let node: TestNode;

  beforeEach(async (context) => {
    const opened = await openWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    node = await enrolledNode(world);
  });
  afterEach(async () => {
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const stop = (target: string, as = world.people.writer) =>
    world.send('POST', '/v1/stops', { as, body: { scope: 'agent', target, words: 'drift' } });
  /** The stream of `node`, with whatever header. */
  const listen = async (as: TestNode = node, headers: Record<string, string> = {}): Promise<Response> => {
    const authorization = proofOf(world, as, { method: 'GET', path: '/v1/node/events' });
    return world.api.fetch(
      new Request(`${world.plane.url}/v1/node/events`, { headers: { authorization, ...headers } }),
    );
  };
  const targets = async (heard: Reading): Promise<readonly string[] | undefined> => {
    const event = await heard.next();
    const data = event?.data as { readonly items: readonly { readonly target: string }[] } | undefined;
    // Of one millisecond, they have no order.
    return data?.items.map(({ target }) => target).toSorted();
  };

  test('a stream tells the stops at once, and all of them again as soon as they change', async () => {
    await stop('first');
    const response = await listen();
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const heard = reading(response);
    expect(await targets(heard)).toEqual(['first']);
    await stop('of-others', world.stranger);
    await stop('second');
    expect(await targets(heard)).toEqual(['first', 'second']);
    await heard.cancel();
  });

  test('a stream that was cut off is told everything again, whatever it says that it saw', async () => {
    const first = reading(await listen());
    await targets(first);
    await first.cancel();
    await stop('meanwhile');
    const again = reading(await listen(node, { 'last-event-id': '999999' }));
    expect(await targets(again)).toEqual(['meanwhile']);
    await again.cancel();
  });

  test.each(ENDS)('a stream of a node that %s ends, before anything more is told', async (_how, end) => {
    const heard = reading(await listen());
    expect(await targets(heard)).toEqual([]);
    await end(world, node);
    await stop('after');
    expect(await heard.next()).toBeUndefined();
    expect((await listen()).status).toBe(401);
  });

  test('a stream ends with the key that asked for it, and the next one is of the new key', async () => {
    const heard = reading(await listen());
    expect(await targets(heard)).toEqual([]);
    const rotated = await rotate(world, node);
    await stop('after');
    expect(await heard.next()).toBeUndefined();
    const again = reading(await listen(rotated));
    expect(await targets(again)).toEqual(['after']);
    await again.cancel();
  });

  test('a stream of another node goes on', async () => {
    const other = await enrolledNode(world);
    const heard = reading(await listen(other));
    expect(await targets(heard)).toEqual([]);
    await change(world, node, 'POST', '/suspension', { reason: 'lost' });
    await stop('after');
    expect(await targets(heard)).toEqual(['after']);
    await heard.cancel();
  });

  test('is for nodes: people have no stream of a node', async () => {
    const as = world.people.admin;
    expect((await world.send('GET', '/v1/node/events', { as })).status).toBe(403);
  });

  test.each(ENDS)('a question for stops of a node that %s is refused while it waits', async (_how, end) => {
    const { headers } = await ask(world, node, 'GET', '/v1/node/stops');
    const path = '/v1/node/stops?wait=30';
    const waiting = world.send('GET', path, {
      headers: {
        authorization: proofOf(world, node, { method: 'GET', path }),
        'if-none-match': headers.get('etag') ?? '',
      },
    });
    await end(world, node);
    expect((await waiting).status).toBe(403);
  });
});

test.each(ENDS)(
  'a question for the bundle of a node that %s is refused while it waits, although a new one came',
  async (_how, end) => {
    const world = (await openWorld('sqlite'))!;
    const here = new RollOutWorld(world);
    await here.nameAnchor();
    const node = await enrolledNode(world);
    await here.step({ step: 'start', bundle: await here.bundle(setOf(FORBID, 'deny')), stage: 'full' });
    const next = await here.bundle(setOf(`${FORBID} `, 'deny'));
    const { headers } = await ask(world, node, 'GET', '/v1/node/bundle');
    const path = '/v1/node/bundle?wait=30';
    const waiting = world.send('GET', path, {
      headers: {
        authorization: proofOf(world, node, { method: 'GET', path }),
        'if-none-match': headers.get('etag') ?? '',
      },
    });
    await end(world, node);
    await here.step({ step: 'start', bundle: next, stage: 'full' });
    expect((await waiting).status).toBe(403);
    expect(world.faults).toEqual([]);
    await here.close();
  },
);
