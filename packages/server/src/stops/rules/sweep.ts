/** Looks at what nodes counted, and stops what the rules say: as a rule, in the same way as a person would. */
import { isJsonObject } from '@writ/core';
import { type RaisedAlert, raiseAlert } from '../../alerts/index.ts';
import { HEARTBEAT_EVERY_MS, type LastHeartbeat, lastHeartbeats } from '../../fleet/index.ts';
import { organisationsOf } from '../../people/index.ts';
import type { Plane } from '../../plane.ts';
import type { Change, Stored } from '../../state/index.ts';
import type { Task } from '../../upkeep/index.ts';
import { placeStop } from '../place.ts';
import { isInForce, STOPS } from '../stop.ts';
import {
  type Counted,
  countsSince,
  type Judged,
  judgeRules,
  type StopRule,
  STOP_RULES,
} from './stop-rule.ts';

/** What each plane saw last, by organisation and node. */
const SEEN = new WeakMap<Plane, Map<string, ReadonlyMap<string, Counted>>>();

/** As often as nodes speak. */
export const STOP_RULES_TASK: Task = {
  name: 'stop rules',
  everyMs: HEARTBEAT_EVERY_MS,
  run: async (plane) => void (await sweepStopRules(plane)),
};

/** Looks once; answers the ids of the stops that it placed. */
export async function sweepStopRules(plane: Plane): Promise<readonly string[]> {
  const seen = SEEN.get(plane) ?? new Map<string, ReadonlyMap<string, Counted>>();
  SEEN.set(plane, seen);
  const placed: string[] = [];
  for (const organisation of organisationsOf(plane)) {
    const rules = plane.objects(organisation, STOP_RULES).list();
    if (rules.length === 0) continue;
    const words = await lastHeartbeats(plane, organisation);
    const now = new Map([...words].map(([node, word]) => [node, sumOf(word)]));
    const before = seen.get(organisation) ?? new Map<string, Counted>();
    seen.set(organisation, now);
    for (const judged of judgeRules(rules, countsSince(before, now))) {
      const stop = await act(plane, organisation, judged);
      if (stop !== undefined) placed.push(stop);
    }
  }
  return placed;
}

async function act(
  plane: Plane,
  organisation: string,
  { rule, node, words }: Judged<Stored<StopRule>>,
): Promise<string | undefined> {
  const actor = { kind: 'rule', id: rule.id, concerns: [] } as const;
  const commit = (change: Omit<Change, 'organisation' | 'actor'>): Promise<number> =>
    plane.changes.commit({ ...change, organisation, actor });
  const text = words.slice(0, 500);
  const value = plane.log.state.record('nodes', `${organisation}/${node}`)?.value;
  const { agent: target, team } = value !== undefined && isJsonObject(value) ? value : {};
  const alert: RaisedAlert = {
    severity: 'high',
    source: 'rule',
    key: `rule/${rule.id}/${node}`,
    text,
    node,
    ...(typeof team === 'string' ? { team } : {}),
  };
  await raiseAlert(plane, organisation, alert, commit);
  if (typeof target !== 'string') return undefined;
  const now = plane.clock.now();
  const objects = <Value extends object>(collection: Parameters<typeof plane.objects<Value>>[1]) =>
    plane.objects(organisation, collection);
  const isStopped = objects(STOPS)
    .list()
    .some((stop) => isInForce(stop, now) && stop.scope === 'agent' && stop.target === target);
  if (isStopped) return undefined;
  const placing = { objects, commit, now, newId: () => plane.newId() };
  const stop = { scope: 'agent', target, reason: rule.reason, words: text, placedBy: rule.id } as const;
  return (await placeStop(placing, stop)).id;
}

function sumOf({ since, decisions }: LastHeartbeat): Counted {
  const sum = { since, decisions: 0, denials: 0, errors: 0 };
  for (const { allow, modify, step_up: held, defer, deny, errors } of decisions) {
    sum.decisions += allow + modify + held + defer + deny;
    sum.denials += deny;
    sum.errors += errors;
  }
  return sum;
}
