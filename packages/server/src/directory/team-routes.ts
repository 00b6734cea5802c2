/** Teams of an organisation, and the groups that quorums ask for. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { namersOfTeam, requireUnnamed } from './named-by.ts';
import { NAME, PEOPLE, type Team, TEAMS, ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';

const SHOWN = z.object({ id: ULID, name: z.string(), created: z.int() });
const TEAM = { team: ULID };

export const TEAM_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/teams',
    operation: 'listTeams',
    summary: 'The teams of the organisation.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ objects, query }) => ({ body: pageOf(objects(TEAMS).list(), query) }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{team}',
    operation: 'getTeam',
    summary: 'One team.',
    access: 'read',
    params: TEAM,
    answers: SHOWN,
    handle({ objects, params }) {
      const team = teamOf(objects, params.team);
      return { body: team, index: team.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/teams',
    operation: 'createTeam',
    summary: 'Makes a team.',
    access: 'administer',
    body: z.strictObject({ name: NAME }),
    answers: SHOWN,
    async handle({ plane, objects, commit, body, now }) {
      requireFreeName(objects, body.name);
      const id = plane.newId();
      const team = { name: body.name, created: now };
      const index = await commit({
        action: 'teams.create',
        object: id,
        details: { name: body.name },
        effects: [objects(TEAMS).put(id, team, null)],
      });
      return { status: 201, index, location: `/v1/teams/${id}`, body: { ...team, id } };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/teams/{team}',
    operation: 'changeTeam',
    summary: 'Gives a team another name.',
    access: 'administer',
    params: TEAM,
    conditional: true,
    body: z.strictObject({ name: NAME }),
    answers: SHOWN,
    async handle({ objects, commit, body, params, expects }) {
      const { created } = teamOf(objects, params.team);
      requireFreeName(objects, body.name, params.team);
      const team = { name: body.name, created };
      const index = await commit({
        action: 'teams.change',
        object: params.team,
        details: { name: body.name },
        effects: [objects(TEAMS).put(params.team, team, expects)],
      });
      return { body: { ...team, id: params.team }, index };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/teams/{team}',
    operation: 'removeTeam',
    summary: 'Removes a team that nothing names: no person, agent, node, channel, stop or rule.',
    access: 'administer',
    params: TEAM,
    conditional: true,
    async handle(call) {
      const { objects, commit, params, expects } = call;
      const { id, index: _read, ...team } = teamOf(objects, params.team);
      const teams = objects(TEAMS);
      const what = 'something names the team, and would name nothing; change it first';
      requireUnnamed(what, namersOfTeam(call, id));
      // INVARIANT: whoever names a team rests on its record, so from here on nobody does who was not seen: of a removal and a naming at once one is refused.
      const index = await commit({
        action: 'teams.leave',
        object: id,
        effects: [teams.put(id, { ...team, isLeaving: true }, expects)],
      });
      const namers = namersOfTeam(call, id);
      if (namers.length > 0) {
        const { isLeaving: _leaving, ...stays } = team;
        await commit({ action: 'teams.stay', object: id, effects: [teams.put(id, stays, index)] });
        requireUnnamed(what, namers);
      }
      await commit({ action: 'teams.remove', object: id, effects: [teams.remove(id, index)] });
      return {};
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/groups',
    operation: 'listGroups',
    summary: 'The groups that quorums ask for, with who is in them.',
    access: 'read',
    answers: z.object({ items: z.array(z.object({ name: z.string(), people: z.array(ULID) })) }),
    handle: ({ objects }) => ({ body: { items: groupsOf(objects) } }),
  }),
];

function groupsOf(objects: Call['objects']): { name: string; people: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { id, groups: of } of objects(PEOPLE).list())
    for (const name of of) groups.set(name, [...(groups.get(name) ?? []), id]);
  return [...groups]
    .map(([name, people]) => ({ name, people }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function teamOf(objects: Call['objects'], id: string): Stored<Team> {
  const team = objects(TEAMS).get(id);
  if (team === undefined) throw new Problem('request.not-found', 'there is no such team');
  return team;
}

function requireFreeName(objects: Call['objects'], name: string, but?: string): void {
  if (
    objects(TEAMS)
      .list()
      .some((team) => team.id !== but && team.name === name)
  )
    throw new Problem('request.conflict', 'a team has this name already');
}
