/** The stops of one node: those of its organisation, said in what the node itself knows. */
import { createHash } from 'node:crypto';
import { isJsonObject, KILL_ALL, type JsonObject, type KillReason, type KillScope } from '@writ/core';
import { TEAMS } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { isInForce, type StopRecord, STOPS } from './stop.ts';

/** One kill switch that a node throws. */
export interface NodeStop {
  /** ULID of the stop, or of the agent that is suspended. */
  readonly stop: string;
  readonly scope: KillScope;
  readonly target: string;
  readonly reason: KillReason;
  readonly words: string;
}

/** All of them, and a tag that changes with them. */
export interface NodeStops {
  readonly items: readonly NodeStop[];
  readonly tag: string;
}

/** An agent of the registry, as far as stops look at it. */
interface KnownAgent {
  readonly id: string;
  /** Everything that a node may know it by. */
  readonly names: readonly string[];
  readonly team: string | undefined;
  readonly isActive: boolean;
  readonly reason: string;
}

/** A stop of a team reaches the agents that are registered in it, those that say so themselves, and everything on a node that is the team's. */
export function stopsOfNode(plane: Plane, organisation: string, node: string, now: number): NodeStops {
  const { stops, agents, teams, nodes } = sharedOf(plane, organisation);
  const own = nodes.get(node) ?? {};
  const [ownTeam, ownAgent] = [textOf(own, 'team'), textOf(own, 'agent')];
  const items: NodeStop[] = [];
  const add = (
    stop: string,
    from: Pick<StopRecord, 'reason' | 'words'>,
    scope: KillScope,
    target: string,
  ): void => {
    items.push({ stop, scope, target, reason: from.reason, words: from.words });
  };
  const addAgent = (stop: string, from: Pick<StopRecord, 'reason' | 'words'>, agent: KnownAgent): void => {
    for (const name of agent.names) add(stop, from, 'agent', name);
    if (agent.id === ownAgent) add(stop, from, 'all', KILL_ALL);
  };
  for (const stop of stops) {
    if (!isInForce(stop, now)) continue;
    const { id, scope, target } = stop;
    add(id, stop, scope, target);
    if (scope === 'agent')
      for (const agent of agents) if (agent.names.includes(target)) addAgent(id, stop, agent);
    if (scope !== 'team') continue;
    const name = teams.get(target);
    if (name !== undefined) add(id, stop, 'team', name);
    for (const agent of agents) if (agent.team === target) addAgent(id, stop, agent);
    if (ownTeam === target) add(id, stop, 'all', KILL_ALL);
  }
  for (const agent of agents)
    if (!agent.isActive) addAgent(agent.id, { reason: 'manual', words: agent.reason }, agent);
  const once = new Map(items.map((item) => [JSON.stringify([item.stop, item.scope, item.target]), item]));
  const all = [...once.values()];
  return {
    items: all,
    tag: `"${createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 32)}"`,
  };
}

function agentsOf({ log }: Plane, organisation: string): readonly KnownAgent[] {
  const prefix = `${organisation}/`;
  return log.state
    .records('agents')
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, value }) => {
      const agent = isJsonObject(value) ? value : {};
      const id = key.slice(prefix.length);
      const status = textOf(agent, 'status');
      return {
        id,
        names: [id, textOf(agent, 'name')].filter((name) => name !== undefined),
        team: textOf(agent, 'team'),
        // What is not known to be active is not.
        isActive: status === 'active',
        reason: textOf(agent, 'reason') ?? `the agent is ${status ?? 'not active'}`,
      };
    });
}

/** What all nodes of an organisation are told from: read once for each state of the log, since hundreds ask at the same instant. */
interface Shared {
  readonly size: number;
  readonly stops: readonly Stored<StopRecord>[];
  readonly agents: readonly KnownAgent[];
  /** Names by id. */
  readonly teams: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, JsonObject>;
}
const SHARED = new WeakMap<Plane, Map<string, Shared>>();
/** Most organisations that are kept; the rest is read anew. */
const MOST_KEPT = 256;

function sharedOf(plane: Plane, organisation: string): Shared {
  const kept = SHARED.get(plane) ?? new Map<string, Shared>();
  SHARED.set(plane, kept);
  // INVARIANT: the size is read before what is kept under it, so that a change in between is read again.
  const size = plane.log.reader.size();
  const known = kept.get(organisation);
  if (known?.size === size) return known;
  const prefix = `${organisation}/`;
  const shared: Shared = {
    size,
    stops: plane
      .objects(organisation, STOPS)
      .list()
      .filter(({ status }) => status === 'in_force'),
    agents: agentsOf(plane, organisation),
    teams: new Map(
      plane
        .objects(organisation, TEAMS)
        .list()
        .map(({ id, name }) => [id, name]),
    ),
    nodes: new Map(
      plane.log.state
        .records('nodes')
        .filter(({ key }) => key.startsWith(prefix))
        .map(({ key, value }) => [key.slice(prefix.length), isJsonObject(value) ? value : {}]),
    ),
  };
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(organisation, shared);
  return shared;
}

function textOf(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
