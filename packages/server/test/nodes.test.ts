// Nodes: enrolled once by a code, known by keys that they made, and refused as soon as they take no part.
import { createSigningKey, signLogKey, signRotation, systemRandom } from '@writ/core';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, codeOf, enrol, enrolledNode, keyTextOf, newKeys, proofOf, type TestNode } from './enrolled.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

const HOUR_MS = 3_600_000;

describe.each(['sqlite', 'postgres'] as const)('nodes over %s', (store) => {
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

  const nodeNow = async (node: TestNode) =>
    world.send('GET', `/v1/nodes/${node.id}`, { as: world.people.reader });

  test('a node is enrolled by its code into what the code is for, and speaks as itself', async () => {
    const keys = newKeys();
    const { id, code } = await codeOf(world, { name: 'ci', environment: 'staging' });
    const came = await enrol(world, code, keys);
    expect(came.status).toBe(201);
    expect(came.body).toMatchObject({
      organisation: world.organisation,
      name: 'ci',
      environment: 'staging',
      mirrors: [],
    });
    const node = { id: came.body.node, organisation: world.organisation, ...keys };
    const own = await ask(world, node, 'GET', '/v1/node');
    expect(own.body).toMatchObject({
      id: node.id,
      origin: keys.logKey.key.name,
      keys: [{ key: keyTextOf(keys.key) }],
    });
    const used = await world.send('GET', `/v1/enrolments/${id}`, { as: world.people.admin });
    expect(used.body).toMatchObject({ status: 'used', node: node.id });
    expect(JSON.stringify(used.body)).not.toContain(code.slice(-43));
  });

  test('a code is used once, however many come with it at once', async () => {
    const { code } = await codeOf(world);
    const came = await Promise.all(Array.from({ length: 8 }, () => enrol(world, code, newKeys())));
    expect(came.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = came.filter(({ status }) => status !== 201).map(({ body }) => body.title);
    expect(refused).toHaveLength(7);
    for (const title of refused)
      expect(['request.gone', 'request.changed', 'idempotency.applied']).toContain(title);
    const { body } = await world.send('GET', '/v1/nodes', { as: world.people.reader });
    expect(body.items).toHaveLength(1);
  });

  test('an answer that was lost is given again to the same key, and to no other: that one is recorded', async () => {
    const keys = newKeys();
    const { id, code } = await codeOf(world);
    const first = await enrol(world, code, keys);
    expect((await enrol(world, code, keys)).body.node).toBe(first.body.node);
    expect((await enrol(world, code, newKeys())).body.title).toBe('request.gone');
    const { body } = await world.send('GET', `/v1/enrolments/${id}`, { as: world.people.admin });
    expect(body.seenAgain).toBe(START);
    // Nor to that key for ever.
    world.clock.set(START + HOUR_MS);
    expect((await enrol(world, code, keys)).body.title).toBe('request.gone');
  });

  test.each([
    ['after its time', async () => world.clock.set(START + HOUR_MS)],
    [
      'that was taken back',
      async (id: string) => {
        const path = `/v1/enrolments/${id}`;
        expect((await world.send('DELETE', path, { as: world.people.admin })).status).toBe(204);
      },
    ],
  ])('a code %s enrols nobody', async (_what, end) => {
    const { id, code } = await codeOf(world);
    await end(id);
    expect((await enrol(world, code, newKeys())).body.title).toBe('request.gone');
    expect(world.plane.log.state.records('nodes')).toEqual([]);
  });

  test('a code that was made up, or for a log that somebody else holds, enrols nobody', async () => {
    const { code } = await codeOf(world);
    const guessed = `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`;
    expect((await enrol(world, guessed, newKeys())).status).toBe(401);
    const keys = newKeys();
    const other = newKeys();
    const came = await enrol(world, code, { ...keys, logKey: { ...other.logKey, sign: keys.logKey.sign } });
    expect(came.body.title).toBe('request.invalid');
    expect(world.plane.log.state.records('nodes')).toEqual([]);
  });

  test('a log is that of one node of one organisation', async () => {
    const node = await enrolledNode(world);
    const again = async (as = world.people.admin) =>
      enrol(world, (await codeOf(world, {}, as)).code, { ...newKeys(), logKey: node.logKey });
    expect((await again()).body.title).toBe('request.conflict');
    const match = (await nodeNow(node)).headers.get('etag') ?? '';
    const path = `/v1/nodes/${node.id}`;
    expect((await world.send('DELETE', path, { as: world.people.admin, match })).status).toBe(204);
    expect((await again(world.stranger)).body.title).toBe('request.conflict');
    expect((await again()).status).toBe(201);
  });

  test.each([
    ['by another key', (node: TestNode) => ({ key: newKeys().key, node })],
    [
      'as another node',
      (node: TestNode) => ({ key: node.key, node: { ...node, id: node.id.replace(/.$/, 'Z') } }),
    ],
    [
      'in another organisation',
      (node: TestNode) => ({ key: node.key, node: { ...node, organisation: world.stranger.organisation } }),
    ],
  ])('a request proven %s is refused', async (_what, change) => {
    const enrolled = await enrolledNode(world);
    const { key, node } = change(enrolled);
    expect((await ask(world, node, 'GET', '/v1/node', undefined, key)).status).toBe(401);
    expect((await ask(world, enrolled, 'GET', '/v1/node')).status).toBe(200);
  });

  test('a proof counts once, for one request, and for a short time', async () => {
    const node = await enrolledNode(world);
    const send = (authorization: string, path = '/v1/node') =>
      world.send('GET', path, { headers: { authorization } });
    const proof = proofOf(world, node, { method: 'GET', path: '/v1/node' });
    const came = await Promise.all([send(proof), send(proof), send(proof)]);
    expect(came.map(({ status }) => String(status)).toSorted()).toEqual(['200', '401', '401']);
    const other = proofOf(world, node, { method: 'GET', path: '/v1/node' });
    expect((await send(other, '/v1/node/bundle')).status).toBe(401);
    world.clock.set(START + 121_000);
    expect((await send(other)).status).toBe(401);
  });

  test('a node is told whoever calls itself so in a header or a body: that counts for nothing', async () => {
    const node = await enrolledNode(world);
    const headers = {
      authorization: proofOf(world, node, { method: 'GET', path: '/v1/node' }),
      'x-organisation': world.stranger.organisation,
      'x-environment': 'elsewhere',
      host: 'evil.example',
    };
    const { body } = await world.send('GET', '/v1/node', { headers });
    expect([body.id, body.environment]).toEqual([node.id, 'production']);
    const heartbeat = { organisation: world.stranger.organisation };
    expect((await ask(world, node, 'POST', '/v1/node/heartbeat', heartbeat)).body.title).toBe(
      'request.invalid',
    );
  });

  test.each([
    ['suspended', 'POST', '/suspension', { reason: 'lost' }],
    ['removed', 'DELETE', '', undefined],
  ])('a node that is %s is refused at its next request', async (_what, method, suffix, body) => {
    const node = await enrolledNode(world);
    expect((await ask(world, node, 'GET', '/v1/node')).status).toBe(200);
    const match = (await nodeNow(node)).headers.get('etag') ?? '';
    const path = `/v1/nodes/${node.id}${suffix}`;
    expect((await world.send(method, path, { as: world.people.admin, match, body })).status).toBeLessThan(
      300,
    );
    expect((await ask(world, node, 'GET', '/v1/node')).status).toBe(401);
  });

  test('a suspended node that is let in again is the same node', async () => {
    const node = await enrolledNode(world);
    const path = `/v1/nodes/${node.id}/suspension`;
    const tag = async () => (await nodeNow(node)).headers.get('etag') ?? '';
    await world.send('POST', path, { as: world.people.writer, match: await tag(), body: { reason: 'odd' } });
    const refused = await world.send('DELETE', path, { as: world.people.writer, match: await tag() });
    expect(refused.status).toBe(403);
    await world.send('DELETE', path, { as: world.people.admin, match: await tag() });
    expect((await ask(world, node, 'GET', '/v1/node')).body.id).toBe(node.id);
  });

  describe('a change of key', () => {
    const rotate = (node: TestNode, key = newKeys().key, previous = node.key) => {
      const who = { audience: world.plane.url, organisation: node.organisation, node: node.id };
      const { endorsement, proof } = signRotation(who, previous, key);
      const body = { key: keyTextOf(key), endorsement, proof };
      return { key, came: ask(world, node, 'POST', '/v1/node/keys', body, previous) };
    };

    test('keeps node, organisation, team, environment, agent and log', async () => {
      const team = await world.send('POST', '/v1/teams', { as: world.people.admin, body: { name: 'A' } });
      const registered = await world.send('POST', '/v1/agents', {
        as: world.people.writer,
        body: {
          name: 'bot',
          owner: world.people.writer.id,
          purpose: 'builds',
          tools: [],
          dataClasses: [],
          credentials: [],
          reviewDue: START + HOUR_MS,
        },
      });
      const node = await enrolledNode(world, { team: team.body.id, agent: registered.body.id });
      const { keys: _before, ...before } = (await nodeNow(node)).body;
      const { key, came } = rotate(node);
      expect((await came).status).toBe(201);
      const { keys, ...after } = (await nodeNow(node)).body;
      expect(after).toEqual(before);
      expect(after).toMatchObject({ team: team.body.id, agent: registered.body.id });
      expect(keys.map(({ key: text }: { key: string }) => text)).toEqual([
        keyTextOf(node.key),
        keyTextOf(key),
      ]);
      expect((await ask(world, node, 'GET', '/v1/node', undefined, key)).body.agent).toBe(registered.body.id);
    });

    test('leaves the key before good for an hour, to ask and not to change', async () => {
      const node = await enrolledNode(world);
      const { key, came } = rotate(node);
      await came;
      expect((await ask(world, node, 'GET', '/v1/node')).status).toBe(200);
      // Whoever took the former key cannot take the node with it.
      expect((await rotate(node).came).body.title).toBe('request.conflict');
      world.clock.set(START + HOUR_MS);
      expect((await ask(world, node, 'GET', '/v1/node')).status).toBe(401);
      expect((await ask(world, node, 'GET', '/v1/node', undefined, key)).status).toBe(200);
    });

    test('whose answer was lost is asked for again with either key', async () => {
      const node = await enrolledNode(world);
      const { key, came } = rotate(node);
      await came;
      expect((await rotate(node, key).came).body.title).toBeUndefined();
      const { endorsement, proof } = signRotation(
        { audience: world.plane.url, organisation: node.organisation, node: node.id },
        node.key,
        key,
      );
      const body = { key: keyTextOf(key), endorsement, proof };
      expect((await ask(world, node, 'POST', '/v1/node/keys', body, key)).status).toBe(200);
      expect((await nodeNow(node)).body.keys).toHaveLength(2);
    });

    test('happens once where two are asked for at once', async () => {
      const node = await enrolledNode(world);
      const all = await Promise.all(Array.from({ length: 4 }, () => rotate(node).came));
      expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
      expect((await nodeNow(node)).body.keys).toHaveLength(2);
    });

    test('that the key until now did not endorse is none', async () => {
      const node = await enrolledNode(world);
      const who = { audience: world.plane.url, organisation: node.organisation, node: node.id };
      const { key } = newKeys();
      const { endorsement, proof } = signRotation(who, newKeys().key, key);
      const came = await ask(world, node, 'POST', '/v1/node/keys', {
        key: keyTextOf(key),
        endorsement,
        proof,
      });
      expect(came.body.title).toBe('request.invalid');
      expect((await nodeNow(node)).body.keys).toHaveLength(1);
    });

    test('of its log is taken from the node, for its own log alone', async () => {
      const node = await enrolledNode(world);
      const who = { audience: world.plane.url, organisation: node.organisation, node: node.id };
      const next = createSigningKey(node.logKey.key.name, systemRandom).key;
      const foreign = createSigningKey('node.example/foreign', systemRandom).key;
      const add = (key: typeof next) =>
        ask(world, node, 'POST', '/v1/node/log-keys', { key: keyTextOf(key), proof: signLogKey(who, key) });
      expect((await add(foreign)).body.title).toBe('request.invalid');
      expect((await add(next)).status).toBe(201);
      expect((await nodeNow(node)).body.logKeys).toEqual([keyTextOf(node.logKey), keyTextOf(next)]);
    });
  });
});
