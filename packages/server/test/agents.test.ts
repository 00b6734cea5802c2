// The register of agents: who answers for each, when to look again, and that one which is stopped is told to the nodes.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, enrolledNode, type TestNode } from './enrolled.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

const DAY_MS = 86_400_000;

describe.each(['sqlite', 'postgres'] as const)('agents over %s', (store) => {
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

  const registration = (more: object = {}) => ({
    name: 'billing-bot',
    owner: world.people.writer.id,
    purpose: 'sends invoices',
    tools: ['mail/send'],
    dataClasses: ['personal'],
    credentials: [{ name: 'mail', reference: 'vault:team/mail' }],
    model: 'a-model',
    reviewDue: START + DAY_MS,
    ...more,
  });
  const create = (more: object = {}, as = world.people.writer) =>
    world.send('POST', '/v1/agents', { as, body: registration(more) });
  const get = (id: string) => world.send('GET', `/v1/agents/${id}`, { as: world.people.reader });
  const step = async (id: string, method: string, suffix: string, body?: { reason: string }) =>
    world.send(method, `/v1/agents/${id}${suffix}`, {
      as: world.people.admin,
      match: (await get(id)).headers.get('etag') ?? '',
      body,
    });
  const stoppedAt = async (node: TestNode) => {
    const { body } = await ask(world, node, 'GET', '/v1/node/stops');
    const items: { scope: string; target: string }[] = body.items;
    return items
      .filter(({ scope, target }) => scope === 'agent' && target.includes('bot'))
      .map(({ target }) => target)
      .toSorted();
  };

  test('an agent is what was registered, and each change of it is found with who made it', async () => {
    const made = await create();
    expect(made.status).toBe(201);
    expect((await get(made.body.id)).body).toMatchObject({
      ...registration(),
      status: 'active',
      isReviewDue: false,
    });
    const { name: _name, ...rest } = registration({ purpose: 'sends reminders' });
    const match = made.headers.get('etag') ?? '';
    const path = `/v1/agents/${made.body.id}`;
    expect((await world.send('PUT', path, { as: world.people.writer, match, body: rest })).status).toBe(200);
    expect((await world.send('PUT', path, { as: world.people.writer, match, body: rest })).status).toBe(412);
    await step(made.body.id, 'POST', '/suspension', { reason: 'odd mails' });
    const page = await world.send('GET', `${path}/page`, { as: world.people.auditor });
    expect(
      page.body.changes.map(({ action, actor }: { action: string; actor: string }) => [action, actor]),
    ).toEqual([
      ['agents.suspend', 'token'],
      ['agents.change', 'token'],
      ['agents.create', 'token'],
    ]);
    for (const { index } of page.body.changes)
      expect(world.plane.log.reader.entry(index).entry).toMatchObject({
        administration: { object: made.body.id },
      });
  });

  test('whoever may not read the record is not shown it on the page', async () => {
    const { body } = await create();
    const page = await world.send('GET', `/v1/agents/${body.id}/page`, { as: world.people.reader });
    expect(Object.keys(page.body).toSorted()).toEqual(['may', 'nodes']);
  });

  test('a name is given once, also to one that was removed, and however many ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => create()));
    const [made] = all.filter(({ status }) => status === 201);
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await step(made?.body.id, 'DELETE', '')).status).toBe(204);
    expect((await create()).body.title).toBe('request.conflict');
    expect((await step(made?.body.id, 'DELETE', '/suspension')).body.title).toBe('request.final');
  });

  test('a name of any script is given once too', async () => {
    const name = 'Rechnungs-Prüfer \u202egpj\u200b 支付';
    const all = await Promise.all([create({ name }), create({ name })]);
    expect(all.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([201, 409]);
  });

  test.each([
    ['a secret in the place of a reference', { credentials: [{ name: 'k', reference: 'sk-1234567890' }] }],
    ['a name that would change the meaning of a policy', { name: 'a" in Group::"admins' }],
    ['an owner whom nobody knows', { owner: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
    ['a team that there is none of', { team: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
    ['a review that lies in the past', { reviewDue: START }],
    ['a class of data that is no word', { dataClasses: ['Personal Data'] }],
    ['a field that nobody knows', { ring: 0 }],
  ])('%s is refused', async (_what, more) => {
    expect((await create(more)).body.title).toBe('request.invalid');
    expect(world.plane.log.state.records('agents')).toEqual([]);
  });

  test('an owner of another organisation is nobody here', async () => {
    expect((await create({ owner: world.stranger.id })).body.title).toBe('request.invalid');
  });

  test('reviews that are due are found, and are no more once somebody looked', async () => {
    const { body } = await create();
    await create({ name: 'other', reviewDue: START + 9 * DAY_MS });
    world.clock.set(START + DAY_MS - 1);
    const due = async () =>
      (await world.send('GET', '/v1/agents?due=true', { as: world.people.reader })).body.items.map(
        ({ name }: { name: string }) => name,
      );
    expect(await due()).toEqual([]);
    // The tokens of these tests end with the day.
    const { items } = (await world.send('GET', '/v1/agents?due=false', { as: world.people.reader })).body;
    expect(items).toHaveLength(2);
    const reviewed = await world.send('POST', `/v1/agents/${body.id}/reviews`, {
      as: world.people.writer,
      match: (await get(body.id)).headers.get('etag') ?? '',
      body: { reviewDue: START + 30 * DAY_MS },
    });
    expect(reviewed.body).toMatchObject({
      reviewed: { at: START + DAY_MS - 1, by: world.people.writer.id },
    });
  });

  test('one that is suspended, or removed, is told to the nodes until it is resumed, or for good', async () => {
    const { body } = await create();
    const other = await create({ name: 'old-bot' });
    const node = await enrolledNode(world);
    expect(await stoppedAt(node)).toEqual([]);
    await step(body.id, 'POST', '/suspension', { reason: 'odd' });
    await step(other.body.id, 'DELETE', '');
    expect(await stoppedAt(node)).toEqual(['billing-bot', 'old-bot']);
    expect((await step(body.id, 'DELETE', '/suspension')).body).toMatchObject({ status: 'active' });
    expect(await stoppedAt(node)).toEqual(['old-bot']);
  });

  test('whoever may stop may suspend, and an administrator lets in again', async () => {
    const { body } = await create();
    const path = `/v1/agents/${body.id}/suspension`;
    const tag = async () => (await get(body.id)).headers.get('etag') ?? '';
    const reason = { reason: 'odd' };
    const asReader = await world.send('POST', path, {
      as: world.people.reader,
      match: await tag(),
      body: reason,
    });
    expect(asReader.status).toBe(403);
    const asWriter = await world.send('POST', path, {
      as: world.people.writer,
      match: await tag(),
      body: reason,
    });
    expect(asWriter.status).toBe(200);
    const again = await world.send('DELETE', path, { as: world.people.writer, match: await tag() });
    expect(again.status).toBe(403);
  });

  test('policies read of an agent the team and the classes of data that it is registered for', async () => {
    const team = await world.send('POST', '/v1/teams', { as: world.people.admin, body: { name: 'A' } });
    await create({ team: team.body.id });
    const suspended = await create({ name: 'suspended', dataClasses: ['health'] });
    await step(suspended.body.id, 'POST', '/suspension', { reason: 'odd' });
    const { body } = await world.send('GET', '/v1/agent-entities', { as: world.people.reader });
    expect(body.entities).toEqual([
      { uid: { type: 'Team', id: team.body.id }, attrs: {}, parents: [] },
      { uid: { type: 'Group', id: 'data-class/personal' }, attrs: {}, parents: [] },
      {
        uid: { type: 'Agent', id: 'billing-bot' },
        attrs: {},
        parents: [
          { type: 'Team', id: team.body.id },
          { type: 'Group', id: 'data-class/personal' },
        ],
      },
    ]);
  });

  test('the page shows the agent’s nodes, and what they say is in force', async () => {
    const { body } = await create();
    const node = await enrolledNode(world, { agent: body.id });
    await enrolledNode(world, { name: 'another' });
    const policyHash = 'a'.repeat(64);
    const word = {
      softwareVersion: '0.1.0',
      since: START,
      policyHash,
      size: 0,
      producers: [],
      decisions: [{ policyHash, allow: 5, modify: 1, step_up: 2, defer: 0, deny: 3, errors: 1 }],
    };
    expect((await ask(world, node, 'POST', '/v1/node/heartbeat', word)).status).toBe(200);
    const page = await world.send('GET', `/v1/agents/${body.id}/page`, { as: world.people.admin });
    expect(page.body).toMatchObject({
      may: [],
      nodes: [
        {
          id: node.id,
          isStale: false,
          policyHash,
          decisions: [{ policyHash, allowed: 6, refused: 5, errors: 1 }],
        },
      ],
      did: [],
      approvals: [],
    });
  });
});
