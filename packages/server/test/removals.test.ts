// Teams and people are not removed while something names them: it would name nobody.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AGENTS } from '../src/agents/index.ts';
import { TEAMS } from '../src/people/index.ts';
import { type Came, openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('removals over %s', (store) => {
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

  const post = (path: string, body: object): Promise<Came> =>
    world.send('POST', path, { as: world.people.admin, body: body as never });
  const conditional = async (method: string, path: string, body?: object): Promise<Came> => {
    const { headers } = await world.send('GET', path.replace(/\/lift$/, ''), { as: world.people.admin });
    const match = headers.get('etag') ?? undefined;
    return world.send(method, path, { as: world.people.admin, match, body: body as never });
  };
  const agentOf = (more: object) => ({
    name: 'bot',
    owner: world.people.writer.id,
    purpose: 'works',
    tools: [],
    dataClasses: [],
    credentials: [],
    reviewDue: START + 86_400_000,
    ...more,
  });
  const channelOf = (teams: readonly string[]) => ({
    name: 'Hook',
    isEnabled: true,
    topics: ['alerts'],
    teams: [...teams],
    leastSeverity: 'high',
    target: { kind: 'webhook', url: 'https://hooks.example.org/writ', secret: 'HOOK' },
  });

  test.each<[string, (team: string) => Promise<Came>, (id: string) => Promise<Came>]>([
    [
      'a person',
      (team) => post('/v1/people', { name: 'Bob', roles: ['reader'], teams: [team] }),
      (id) => conditional('PATCH', `/v1/people/${id}`, { teams: [] }),
    ],
    [
      'an agent',
      (team) => post('/v1/agents', agentOf({ team })),
      (id) => {
        const { name: _name, ...rest } = agentOf({});
        return conditional('PUT', `/v1/agents/${id}`, rest);
      },
    ],
    [
      'an enrolment',
      (team) => post('/v1/enrolments', { name: 'node', environment: 'production', team }),
      (id) => conditional('DELETE', `/v1/enrolments/${id}`),
    ],
    [
      'a channel',
      (team) => post('/v1/channels', channelOf([team])),
      (id) => conditional('PUT', `/v1/channels/${id}`, channelOf([])),
    ],
    [
      'a stop',
      (target) => post('/v1/stops', { scope: 'team', target, words: 'odd' }),
      (id) => conditional('POST', `/v1/stops/${id}/lift`, { words: 'over' }),
    ],
  ])(
    'a team that %s names stays, and is told what names it; it goes once nothing does',
    async (what, name, free) => {
      const team = (await post('/v1/teams', { name: 'Payments' })).body.id;
      const named = await name(team);
      expect(named.status).toBe(201);
      const refused = await conditional('DELETE', `/v1/teams/${team}`);
      expect([refused.status, refused.body.detail]).toEqual([
        409,
        expect.stringContaining(`${what.split(' ')[1]} ${named.body.id}`),
      ]);
      expect([200, 204]).toContain((await free(named.body.id)).status);
      expect((await conditional('DELETE', `/v1/teams/${team}`)).status).toBe(204);
    },
  );

  test('a team that the review rule names stays', async () => {
    const team = (await post('/v1/teams', { name: 'Payments' })).body.id;
    await conditional('PATCH', `/v1/people/${world.people.writer.id}`, { teams: [team] });
    const rule = { reviewers: 1, groups: [], teams: [team] };
    expect((await conditional('PUT', '/v1/review-rule', rule)).status).toBe(200);
    const refused = await conditional('DELETE', `/v1/teams/${team}`);
    expect(refused.body.detail).toContain('the review rule');
  });

  test('of a team that is removed and named at once, one is refused', async () => {
    for (let round = 0; round < 6; round += 1) {
      const team = (await post('/v1/teams', { name: `team ${round}` })).body.id;
      const naming = (): Promise<Came> => post('/v1/agents', agentOf({ name: `bot-${round}`, team }));
      const removing = (): Promise<Came> => conditional('DELETE', `/v1/teams/${team}`);
      const both = round % 2 === 0 ? [naming, removing] : [removing, naming];
      await Promise.all(both.map((act) => act()));
      const isThere = world.plane.objects(world.organisation, TEAMS).get(team) !== undefined;
      const isNamed = world.plane
        .objects(world.organisation, AGENTS)
        .list()
        .some((agent) => agent.team === team);
      expect(isNamed && !isThere).toBe(false);
      if (isThere)
        expect(world.plane.objects(world.organisation, TEAMS).get(team)?.isLeaving).toBeUndefined();
    }
  });

  test('nothing names a team whose removal was broken off; removing it again ends it', async () => {
    const team = (await post('/v1/teams', { name: 'Payments' })).body.id;
    const teams = world.plane.objects(world.organisation, TEAMS);
    const { id, index, ...record } = teams.get(team)!;
    await world.plane.changes.commit({
      action: 'teams.leave',
      object: id,
      organisation: world.organisation,
      actor: { kind: 'server', id: 'server', concerns: [] },
      effects: [teams.put(id, { ...record, isLeaving: true }, index)],
    });
    expect((await post('/v1/agents', agentOf({ team }))).status).toBe(409);
    expect((await conditional('DELETE', `/v1/teams/${team}`)).status).toBe(204);
  });

  test('a person who answers for agents stays until those are somebody else’s', async () => {
    const { body: bob } = await post('/v1/people', { name: 'Bob', roles: ['writer'] });
    const { body: bot } = await post('/v1/agents', agentOf({ owner: bob.id }));
    const refused = await conditional('DELETE', `/v1/people/${bob.id}`);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(`agent ${bot.id}`)]);
    const { name: _name, ...rest } = agentOf({});
    expect((await conditional('PUT', `/v1/agents/${bot.id}`, rest)).status).toBe(200);
    expect((await conditional('DELETE', `/v1/people/${bob.id}`)).status).toBe(204);
  });
});
