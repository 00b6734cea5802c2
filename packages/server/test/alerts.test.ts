/** Alerts, and stops by rules: raised once, acknowledged once, each an entry. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sweepStopRules } from '../src/stops/index.ts';
import { SERVER } from '../src/people/index.ts';
import { ALERTS, raiseAlert } from '../src/alerts/index.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('alerts over %s', (store) => {
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

  const raise = (key = 'node.stale/1') =>
    raiseAlert(
      world.plane,
      world.organisation,
      { severity: 'high', source: 'node', key, text: 'a node is silent' },
      (change) => world.plane.changes.commit({ ...change, organisation: world.organisation, actor: SERVER }),
    );
  const acknowledge = (id: string | undefined, as = world.people.writer) =>
    world.send('POST', `/v1/alerts/${id}/acknowledgement`, { as, body: { words: 'on it' } });
  const list = async (query = '') =>
    (await world.send('GET', `/v1/alerts${query}`, { as: world.people.reader })).body.items;

  test('what is alike is raised once while it is open, and again after it was acknowledged', async () => {
    const first = await raise();
    expect(await raise()).toBe(first);
    await acknowledge(first);
    const second = await raise();
    expect(second).not.toBe(first);
    expect(await list('?status=open')).toMatchObject([{ id: second }]);
  });

  test('a thousand alerts that nobody needs keep no urgent one from being raised, nor one of another source', async () => {
    const { plane, organisation } = world;
    const alerts = plane.objects(organisation, ALERTS);
    const flood = Array.from({ length: 1_000 }, (_, at) =>
      alerts.put(
        plane.newId(),
        { severity: 'high', source: 'node', key: `flood/${at}`, text: 'x', raised: START, status: 'open' },
        null,
      ),
    );
    for (let at = 0; at < flood.length; at += 100)
      await plane.changes.commit({
        action: 'alerts.raise',
        object: plane.newId(),
        organisation,
        actor: SERVER,
        effects: flood.slice(at, at + 100),
      });
    const add = (severity: 'high' | 'critical', source: 'node' | 'rule') =>
      raiseAlert(
        plane,
        organisation,
        { severity, source, key: `${severity}/${source}`, text: 'x' },
        (change) => plane.changes.commit({ ...change, organisation, actor: SERVER }),
      );
    expect(await add('high', 'node')).toBeUndefined();
    expect(await add('critical', 'node')).toBeDefined();
    expect(await add('high', 'rule')).toBeDefined();
  });

  test('two that see the same at once raise one', async () => {
    await Promise.all([raise(), raise(), raise()]);
    expect(await list()).toHaveLength(1);
  });

  test('the first who acknowledges stands, and the record says so', async () => {
    const id = await raise();
    const [one, other] = await Promise.all([acknowledge(id), acknowledge(id, world.people.admin)]);
    expect([one.status, other.status]).toContain(200);
    const good = one.status === 200 ? one : other;
    expect([409, 412]).toContain(one.status === 200 ? other.status : one.status);
    const index = Number(good.headers.get('etag')?.slice(1, -1));
    expect(world.plane.log.reader.entry(index).entry).toMatchObject({
      administration: { action: 'alerts.acknowledge', object: id },
    });
  });

  test('readers and auditors see alerts and acknowledge none; a stranger sees none', async () => {
    const id = await raise();
    for (const as of [world.people.reader, world.people.auditor])
      expect((await acknowledge(id, as)).status).toBe(403);
    expect((await acknowledge(id, world.stranger)).status).toBe(404);
  });

  test('a rule stops the agent of a node whose denials rise, once, as a rule, and alerts', async () => {
    const [node, agent, team] = [world.plane.newId(), world.plane.newId(), world.plane.newId()];
    const { state } = world.plane.log;
    const heartbeat = (deny: number) =>
      world.plane.tables
        .insertInto('heartbeats')
        .values({
          node,
          organisation: world.organisation,
          at: START,
          status: JSON.stringify({
            softwareVersion: '1',
            since: 1,
            size: 0,
            producers: [],
            decisions: [
              { policyHash: 'a'.repeat(64), allow: 10, modify: 0, step_up: 0, defer: 0, deny, errors: 0 },
            ],
          }),
        })
        .onConflict((conflict) =>
          conflict.column('node').doUpdateSet((row) => ({ status: row.ref('excluded.status') })),
        )
        .execute();
    await world.plane.changes.commit({
      action: 'nodes.enrol',
      object: node,
      organisation: world.organisation,
      actor: SERVER,
      effects: [
        {
          type: 'put_record',
          collection: 'nodes',
          key: `${world.organisation}/${node}`,
          value: { agent, team, environment: 'production', status: 'active' },
          expects: null,
        },
      ],
    });
    const rule = await world.send('POST', '/v1/stop-rules', {
      as: world.people.admin,
      body: { name: 'drift', measure: 'denials', share: 0.9, least: 20, reason: 'behavioural_drift' },
    });
    expect(rule.status).toBe(201);
    await heartbeat(0);
    expect(await sweepStopRules(world.plane)).toEqual([]);
    await heartbeat(30);
    const [stop] = await sweepStopRules(world.plane);
    const shown = await world.send('GET', `/v1/stops/${stop}`, { as: world.people.reader });
    expect(shown.body).toMatchObject({
      scope: 'agent',
      target: agent,
      reason: 'behavioural_drift',
      placedBy: rule.body.id,
    });
    const index = state.record('stops', `${world.organisation}/${stop}`)?.index ?? -1;
    expect(world.plane.log.reader.entry(index).entry).toMatchObject({
      administration: { actor: 'rule', action: 'stops.place' },
    });
    await heartbeat(90);
    expect(await sweepStopRules(world.plane)).toEqual([]);
    // Of the team of the node: whoever looks after it is told.
    expect(await list('?status=open')).toMatchObject([{ source: 'rule', severity: 'high', node, team }]);
  });
});
