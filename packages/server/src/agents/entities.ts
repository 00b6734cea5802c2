/** The register as Cedar entities: what policies read of an agent. They come into force with a policy set, in a signed bundle, and not before. */
import type { JsonObject } from '@writ/core';
import type { Stored } from '../state/index.ts';
import type { AgentRecord } from './agent.ts';

/** Name of the group of the agents that may touch data of a class: `principal in Group::"data-class/personal"`. */
function dataClassGroup(name: string): string {
  return `data-class/${name}`;
}

/** Entities of the agents that may act, with the groups that they are in, by name. */
export function agentEntities(agents: readonly Stored<AgentRecord>[]): readonly JsonObject[] {
  const active = agents.filter(({ status }) => status === 'active');
  const groups = [...new Set(active.flatMap(({ dataClasses }) => dataClasses))].toSorted();
  const teams = [...new Set(active.flatMap(({ team }) => team ?? []))].toSorted();
  return [
    ...teams.map((id) => entity('Team', id)),
    ...groups.map((name) => entity('Group', dataClassGroup(name))),
    ...active
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ name, team, dataClasses }) =>
        entity('Agent', name, [
          ...(team === undefined ? [] : [{ type: 'Team', id: team }]),
          ...dataClasses.map((one) => ({ type: 'Group', id: dataClassGroup(one) })),
        ]),
      ),
  ];
}

function entity(type: string, id: string, parents: readonly JsonObject[] = []): JsonObject {
  return { uid: { type, id }, attrs: {}, parents: [...parents] };
}
