/** Stops candidates by themselves: by what nodes counted, in the same step as a person would. */
import { BUNDLES } from './collections.ts';
import { HEARTBEAT_EVERY_MS, type LastHeartbeat, lastHeartbeats } from '../fleet/index.ts';
import { Problem } from '../http/index.ts';
import { organisationsOf, SERVER } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Task } from '../upkeep/index.ts';
import { DEFAULT_STOP_RULE, type DecisionCounts, judgeCanary, type StopRule } from './canary.ts';
import { ROLLOUTS } from './rollout.ts';
import { valueOf } from './rollout-routes.ts';
import { nextRollout } from './steps.ts';

/** How often canaries are looked at, in milliseconds: as often as nodes speak. */
export const ROLLOUT_TASK: Task = {
  name: 'rollouts',
  everyMs: HEARTBEAT_EVERY_MS,
  run: async (plane) => void (await sweepRollouts(plane)),
};

/** Looks at every canary once; answers the ids of the roll-outs that it stopped. Somebody who was quicker has decided. */
export async function sweepRollouts(
  plane: Plane,
  rule: StopRule = DEFAULT_STOP_RULE,
): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const organisation of organisationsOf(plane)) {
    const rollouts = plane.objects(organisation, ROLLOUTS);
    const running = rollouts.list().filter(({ candidate }) => candidate?.stage === 'canary');
    if (running.length === 0) continue;
    const words = [...(await lastHeartbeats(plane, organisation)).values()];
    const bundles = plane.objects(organisation, BUNDLES);
    for (const rollout of running) {
      const hashOf = (id: string | undefined): string =>
        (id === undefined ? undefined : bundles.get(id)?.policyHash) ?? '';
      const [candidate, stable] = [hashOf(rollout.candidate?.bundle), hashOf(rollout.stable)];
      if (candidate === stable) continue;
      const counts = countsOf(words, rollout.candidate?.since ?? 0);
      const rose = judgeCanary(counts(candidate), counts(stable), rule);
      if (rose === undefined) continue;
      const reason = rose === 'errors' ? 'errors of the canary rose' : 'denials of the canary rose';
      const next = nextRollout(
        valueOf(rollout),
        { step: 'stop', reason },
        { bundle: (id) => bundles.get(id), by: SERVER.id, now: plane.clock.now() },
      );
      try {
        await plane.changes.commit({
          action: 'rollouts.stop',
          object: rollout.id,
          organisation,
          actor: SERVER,
          effects: [rollouts.put(rollout.id, next, rollout.index)],
          details: { reason },
        });
        ended.push(rollout.id);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.code !== 'request.changed') throw problem;
      }
    }
  }
  return ended;
}

/** Sums of what the nodes counted that spoke since the candidate set out, by the hash of the policy set. */
function countsOf(words: Iterable<LastHeartbeat>, since: number): (policyHash: string) => DecisionCounts {
  const sums = new Map<string, DecisionCounts>();
  for (const { at, decisions } of words) {
    if (at < since) continue;
    for (const one of decisions) {
      const sum = sums.get(one.policyHash) ?? NONE;
      const denied = one.deny + one.step_up + one.defer;
      sums.set(one.policyHash, {
        decisions: sum.decisions + denied + one.allow + one.modify,
        denied: sum.denied + denied,
        errors: sum.errors + one.errors,
      });
    }
  }
  return (hash) => sums.get(hash) ?? NONE;
}

const NONE: DecisionCounts = { decisions: 0, denied: 0, errors: 0 };
