/** Stops: placed by people, in force on nodes within moments and by their own word, lifted by somebody else, and never lost because a plane is away. */
import {
  type AgentIdentity,
  admit,
  createMemoryLog,
  createSigningKey,
  type EntryDraft,
  type KillPlace,
  killEpochOf,
  type OpenLog,
  publicKeyText,
  releaseKill,
  systemClock,
  systemRandom,
  throwKill,
} from '@writ/core';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlaneClient, followStops, type StopFollower } from '@writ/gateway/plane';
import { listen, type Listening } from '../src/index.ts';
import { nodeKeyOf, NODES } from '../src/nodes/index.ts';
import { SERVER } from '../src/people/index.ts';
import { STOPS } from '../src/stops/index.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

/** A node with a log of its own, enrolled without the ceremony. */
interface TestNode {
  readonly id: string;
  readonly log: OpenLog;
  readonly place: KillPlace;
  readonly reports: string[];
  readonly follower: StopFollower;
  refusal(agent: AgentIdentity, tool?: string): string | undefined;
}

describe.each(['sqlite', 'postgres'] as const)('stops over %s', (store) => {
  let world: World;
  let listening: Listening;
  let isAway = false;
  const nodes: TestNode[] = [];

  beforeEach(async (context) => {
    isAway = false;
    const served: { world?: World } = {};
    listening = await listen({
      port: 0,
      async fetch(request) {
        const away = new Response('away', { status: 502 });
        if (isAway || served.world === undefined) return away;
        const response = await served.world.api.fetch(request);
        // A question that it held when it went is not answered either.
        return isAway ? away : response;
      },
    });
    const opened = await openWorld(store, { url: listening.url });
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    served.world = opened;
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map(({ follower }) => follower.close()));
    await listening.close(0);
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  /** Enrols a node and has it follow. */
  const node = async (team?: string): Promise<TestNode> => {
    const id = world.plane.newId();
    const { key } = createSigningKey('edge', systemRandom);
    await world.plane.changes.commit({
      action: 'nodes.enrol',
      object: id,
      organisation: world.organisation,
      actor: SERVER,
      effects: [
        world.plane.objects(world.organisation, NODES).put(
          id,
          {
            name: 'edge',
            environment: 'production',
            ...(team === undefined ? {} : { team }),
            keys: [nodeKeyOf(publicKeyText(key), START)],
            origin: `edge.example/${id}`,
            logKeys: ['edge+00000000+AAAA'],
            status: 'active',
            created: START,
            enrolment: id,
            history: [],
          },
          null,
        ),
      ],
    });
    const log = createMemoryLog({
      origin: `edge.example/${id}`,
      tenant: 'local',
      node: id,
      softwareVersion: '0.0.0',
      clock: systemClock,
      random: systemRandom,
      bodyKey: { keyId: 'k', key: systemRandom.bytes(32) },
    });
    const place: KillPlace = {
      state: log.state,
      reader: log.reader,
      append: (detail, rest: Partial<EntryDraft>) =>
        log.writer.append({
          detail,
          tenant: 'local',
          time: systemClock.now(),
          monotonicNs: systemClock.monotonicNs(),
          retentionClass: 'log',
          committed: {},
          concerns: [],
          ...rest,
        }),
    };
    const reports: string[] = [];
    const client = createPlaneClient({
      url: listening.url,
      identity: { organisation: world.organisation, node: id, signer: key },
      clock: world.clock,
      random: systemRandom,
    });
    const follower = followStops({
      client,
      place: { ...place, state: log.state },
      report: (line) => reports.push(line),
      // Failures are looked at again at once, so that no test waits for a clock.
      pause: (_ms, signal) => wait(20, undefined, { signal }).catch(() => undefined),
    });
    const made: TestNode = {
      id,
      log,
      place,
      reports,
      follower: {
        asked: follower.asked,
        async close() {
          await follower.close();
          client.close();
        },
      },
      refusal: (agent, tool = 'bank/pay') =>
        admit(log.state, { agent, chain: [] }, [
          { action: { name: 'tools/call' }, resource: { type: 'tool', id: tool } },
        ])?.code,
    };
    nodes.push(made);
    return made;
  };
  const until = (isTrue: () => boolean | Promise<boolean>) =>
    expect.poll(isTrue, { timeout: 20_000, interval: 10 }).toBe(true);
  const place = (body: Record<string, string>, as = world.people.writer) =>
    world.send('POST', '/v1/stops', { as, body: { words: 'drift seen', ...body } });
  const lift = async (id: string, as = world.people.admin) => {
    const { headers } = await world.send('GET', `/v1/stops/${id}`, { as });
    const match = headers.get('etag') ?? '';
    return world.send('POST', `/v1/stops/${id}/lift`, { as, match, body: { words: 'seen to' } });
  };
  const bot = { id: 'bot' };

  test('a stop decides the next action on a node that waits, tells it why, and is lifted by another administrator', async () => {
    const edge = await node();
    const { status, body } = await place({ scope: 'agent', target: 'bot', reason: 'behavioural_drift' });
    expect(status).toBe(201);
    await until(() => edge.refusal(bot) === 'kill.agent');
    expect(edge.log.state.kills()[0]?.reason).toContain('drift seen');
    const entries = Array.from(
      { length: edge.log.reader.size() },
      (_, at) => edge.log.reader.entry(at).entry,
    );
    expect(entries.find((entry) => entry.kind === 'kill')).toMatchObject({
      kill: { scope: 'agent', reason: 'behavioural_drift' },
    });
    expect((await lift(body.id)).status).toBe(200);
    await until(() => edge.refusal(bot) === undefined);
  });

  test.each([
    ['server', 'bank', 'kill.server'],
    ['tool', 'bank/pay', 'kill.tool'],
    ['all', '*', 'kill.all'],
  ])('a stop of %s %s reaches the node', async (scope, target, code) => {
    const edge = await node();
    await place({ scope, target });
    await until(() => edge.refusal(bot) === code);
  });

  test('a stop of a team reaches its nodes, those who say they are of it, and nobody else', async () => {
    const team = (
      await world.send('POST', '/v1/teams', { as: world.people.admin, body: { name: 'payments' } })
    ).body.id;
    const [own, other] = [await node(team), await node()];
    await place({ scope: 'team', target: team });
    await until(() => own.refusal(bot) === 'kill.all');
    await until(() => other.refusal({ id: 'bot', team: 'payments' }) === 'kill.team');
    expect(other.refusal(bot)).toBeUndefined();
  });

  test('a stop of a team, or of an agent by its id, reaches who is registered there, wherever they act and under whichever name', async () => {
    const { admin, writer } = world.people;
    const team = (await world.send('POST', '/v1/teams', { as: admin, body: { name: 'payments' } })).body.id;
    const register = async (name: string, more: object) => {
      const body = {
        name,
        owner: writer.id,
        purpose: 'pays',
        tools: [],
        dataClasses: [],
        credentials: [],
        model: 'a-model',
        reviewDue: START + 86_400_000,
        ...more,
      };
      return (await world.send('POST', '/v1/agents', { as: writer, body })).body.id as string;
    };
    await register('payer', { team });
    const lone = await register('lone', {});
    const edge = await node();
    await place({ scope: 'team', target: team });
    await until(() => edge.refusal({ id: 'payer' }) === 'kill.agent');
    expect(edge.refusal({ id: 'lone' })).toBeUndefined();
    await place({ scope: 'agent', target: lone });
    await until(() => edge.refusal({ id: 'lone' }) === 'kill.agent');
    expect(edge.refusal({ id: lone })).toBe('kill.agent');
  });

  test('what a node has in force is its own word, and is shown with how long it took at most', async () => {
    const edge = await node();
    const { body } = await place({ scope: 'agent', target: 'bot' });
    const get = () => world.send('GET', `/v1/stops/${body.id}`, { as: world.people.reader });
    await until(async () => (await get()).body.reach.reached === 1);
    expect((await get()).body.reach).toMatchObject({
      nodes: 1,
      effects: [{ node: edge.id, ms: 0 }],
      p99Ms: 0,
    });
    // It says so again with every other stop; its first word stands.
    world.clock.set(world.clock.now() + 5_000);
    const { body: other } = await place({ scope: 'agent', target: 'cat' });
    const reached = async () =>
      (await world.send('GET', `/v1/stops/${other.id}`, { as: world.people.reader })).body.reach.reached;
    await until(async () => (await reached()) === 1);
    expect((await get()).body.reach.p99Ms).toBe(0);
  });

  test('a drill goes the whole way, stops nobody, and ends by itself', async () => {
    const edge = await node();
    const { body } = await world.send('POST', '/v1/drills', { as: world.people.writer, body: {} });
    const get = () => world.send('GET', `/v1/stops/${body.id}`, { as: world.people.reader });
    await until(async () => (await get()).body.reach.reached === 1);
    expect(edge.log.state.kills()).toMatchObject([{ id: body.target }]);
    expect(edge.refusal(bot)).toBeUndefined();
    world.clock.set(body.drillUntil);
    await place({ scope: 'tool', target: 'other/tool' });
    await until(() => edge.log.state.kills().every(({ id }) => id !== body.target));
  });

  test('what somebody stopped at the node is not lifted with a stop of the plane', async () => {
    const edge = await node();
    await throwKill(edge.place, { scope: 'agent', id: 'bot', reason: 'manual', words: 'here' });
    const { body } = await place({ scope: 'agent', target: 'bot' });
    const other = await place({ scope: 'agent', target: 'other' });
    await until(() => edge.refusal({ id: 'other' }) === 'kill.agent');
    await lift(body.id);
    await lift(other.body.id);
    await until(() => edge.refusal({ id: 'other' }) === undefined);
    expect(edge.refusal(bot)).toBe('kill.agent');
  });

  test('what the plane stops is stopped again where somebody lets it go at the node', async () => {
    const edge = await node();
    await place({ scope: 'agent', target: 'bot' });
    await until(() => edge.refusal(bot) === 'kill.agent');
    const before = killEpochOf(edge.log.state);
    await releaseKill(edge.place, { scope: 'agent', id: 'bot', reason: 'manual', words: 'I want to' });
    await until(() => edge.refusal(bot) === 'kill.agent' && killEpochOf(edge.log.state) > before + 1);
  });

  test('a plane that is away lifts nothing; what it decided meanwhile holds once it is back', async () => {
    const edge = await node();
    const { body } = await place({ scope: 'agent', target: 'bot' });
    await until(() => edge.refusal(bot) === 'kill.agent');
    isAway = true;
    await lift(body.id);
    await until(() => edge.reports.some((line) => line.includes('not followed')));
    expect(edge.refusal(bot)).toBe('kill.agent');
    isAway = false;
    await until(() => edge.refusal(bot) === undefined);
  });

  test('who placed a stop does not lift it while there is another administrator', async () => {
    const second = await world.addPerson(world.organisation, ['admin']);
    const { body } = await place({ scope: 'all', target: '*' }, world.people.admin);
    expect((await lift(body.id, world.people.admin)).body.title).toBe('request.forbidden');
    expect((await lift(body.id, second)).status).toBe(200);
    expect((await lift(body.id, second)).body.title).toBe('request.final');
  });

  test('whoever began a drill ends it, whoever else administers', async () => {
    await world.addPerson(world.organisation, ['admin']);
    const { admin } = world.people;
    const { body } = await world.send('POST', '/v1/drills', { as: admin, body: {} });
    expect((await lift(body.id, admin)).body.status).toBe('lifted');
  });

  test('an organisation with one administrator is not locked out by its own stop', async () => {
    const alone = world.stranger;
    const { body } = await place({ scope: 'all', target: '*' }, alone);
    expect((await lift(body.id, alone)).status).toBe(200);
  });

  test('writers stop and do not lift; readers and auditors do neither', async () => {
    const { body } = await place({ scope: 'agent', target: 'bot' });
    expect((await lift(body.id, world.people.writer)).status).toBe(403);
    for (const as of [world.people.reader, world.people.auditor])
      expect((await place({ scope: 'agent', target: 'bot' }, as)).status).toBe(403);
  });

  test('a stop of another organisation is nobody’s here', async () => {
    const edge = await node();
    const { body } = await place({ scope: 'all', target: '*' }, world.stranger);
    expect((await world.send('GET', `/v1/stops/${body.id}`, { as: world.people.admin })).status).toBe(404);
    await place({ scope: 'agent', target: 'bot' });
    await until(() => edge.refusal(bot) === 'kill.agent');
    expect(edge.refusal({ id: 'other' })).toBeUndefined();
  });

  test('drills that ended take no room from stops, and everything can be stopped however much is', async () => {
    const { objects } = world.plane;
    const put = async (count: number, more: { readonly drillUntil?: number }) => {
      for (let from = 0; from < count; from += 50)
        await world.plane.changes.commit({
          action: 'stops.place',
          object: world.organisation,
          organisation: world.organisation,
          actor: SERVER,
          effects: Array.from({ length: 50 }, (_, at) =>
            objects(world.organisation, STOPS).put(
              world.plane.newId(),
              {
                scope: 'agent',
                target: `agent-${from + at}`,
                reason: 'manual',
                words: 'many',
                placedBy: world.people.writer.id,
                placed: START,
                status: 'in_force',
                ...more,
              },
              null,
            ),
          ),
        });
    };
    await put(1_000, { drillUntil: START });
    expect((await place({ scope: 'agent', target: 'bot' })).status).toBe(201);
    await put(1_000, {});
    expect((await place({ scope: 'agent', target: 'bot' })).body.title).toBe('request.conflict');
    expect((await place({ scope: 'all', target: '*' })).status).toBe(201);
    expect((await place({ scope: 'all', target: '*' })).body.title).toBe('request.conflict');
  });

  test.each([
    // A log in PostgreSQL holds none: the node would throw no switch after it.
    ['agent', 'bo\u0000t'],
    ['tool', 'bank/\u0000'],
    ['agent', 'bo\nt'],
    ['tool', 'pay'],
    ['tool', 'bank/'],
    ['tool', 'Bank Of/pay'],
    ['server', 'Bank Of'],
    ['all', 'bot'],
    ['team', '01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    ['planet', 'x'],
  ])('a stop of %s %j, which could match nothing, is refused', async (scope, target) => {
    expect((await place({ scope, target })).body.title).toBe('request.invalid');
  });
});
