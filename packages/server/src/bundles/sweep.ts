/** Stops candidates by themselves: by what nodes counted, in the same step as a person would. */
import { z } from 'zod';
import { BUNDLES } from './collections.ts';
import { Problem } from '../http/index.ts';
import { organisationsOf, SERVER } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { DEFAULT_STOP_RULE, type DecisionCounts, judgeCanary, type StopRule } from './canary.ts';
import { ROLLOUTS } from './rollout.ts';
import { valueOf } from './rollout-routes.ts';
import { nextRollout } from './steps.ts';

const COUNTS = z.looseObject({
  decisions: z.record(
    z.string(),
    z.looseObject({
      allow: z.number().default(0),
      modify: z.number().default(0),
      step_up: z.number().default(0),
      defer: z.number().default(0),
      deny: z.number().default(0),
      errors: z.number().default(0),
    }),
  ),
});

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
    const counts = await countsOf(plane, organisation);
    const bundles = plane.objects(organisation, BUNDLES);
    for (const rollout of running) {
      const hashOf = (id: string | undefined): string =>
        (id === undefined ? undefined : bundles.get(id)?.policyHash) ?? '';
      const [candidate, stable] = [hashOf(rollout.candidate?.bundle), hashOf(rollout.stable)];
      if (candidate === stable) continue;
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

/** Sums of what the nodes of an organisation counted, by the hash of the policy set. */
async function countsOf(
  { tables }: Plane,
  organisation: string,
): Promise<(policyHash: string) => DecisionCounts> {
  const rows = await tables
    .selectFrom('heartbeats')
    .select('status')
    .where('organisation', '=', organisation)
    .execute();
  const sums = new Map<string, DecisionCounts>();
  for (const { status } of rows) {
    const read = COUNTS.safeParse(JSON.parse(status));
    if (!read.success) continue;
    for (const [hash, one] of Object.entries(read.data.decisions)) {
      const sum = sums.get(hash) ?? NONE;
      const denied = one.deny + one.step_up + one.defer;
      sums.set(hash, {
        decisions: sum.decisions + denied + one.allow + one.modify,
        denied: sum.denied + denied,
        errors: sum.errors + one.errors,
      });
    }
  }
  return (hash) => sums.get(hash) ?? NONE;
}

const NONE: DecisionCounts = { decisions: 0, denied: 0, errors: 0 };
