/** The steps of a roll-out: pure, each from what was seen to what is written. */
import type { BundleRecord } from './collections.ts';
import { Problem } from '../http/index.ts';
import type { Stored } from '../state/index.ts';
import type { Candidate, Rollout } from './rollout.ts';

/** What is asked. */
export type Step =
  | {
      readonly step: 'start';
      readonly bundle: string;
      readonly stage: 'shadow' | 'canary' | 'full';
      readonly share?: number | undefined;
      readonly fallback?: string | undefined;
    }
  | {
      readonly step: 'advance';
      readonly stage: 'canary' | 'full';
      readonly share?: number | undefined;
      readonly fallback?: string | undefined;
    }
  | { readonly step: 'stop'; readonly reason: string };

/** By whom, when, and over which bundles. */
export interface StepContext {
  readonly bundle: (id: string) => Stored<BundleRecord> | undefined;
  readonly by: string;
  readonly now: number;
}

/** The roll-out after `step`. Throws `request.conflict` where it cannot be taken from here, `request.not-found`, `request.invalid`. */
export function nextRollout(rollout: Rollout, step: Step, context: StepContext): Rollout {
  switch (step.step) {
    case 'start':
      return started(rollout, step, context);
    case 'advance':
      return advanced(rollout, step, context);
    case 'stop':
      return stopped(rollout, step.reason, context);
    default:
      return step satisfies never;
  }
}

function started(rollout: Rollout, step: Extract<Step, { step: 'start' }>, context: StepContext): Rollout {
  const { stable, candidate } = rollout;
  const bundle = of(rollout, step.bundle, context);
  // INVARIANT: nodes take nothing that is older than what they had, so what goes out is newer than all that went out here.
  const newest = Math.max(
    ...[stable, candidate?.bundle].map((id) => (id === undefined ? 0 : of(rollout, id, context).version)),
  );
  if (bundle.version <= newest)
    throw new Problem(
      'request.conflict',
      `bundle ${bundle.version} is not newer than bundle ${newest}, which went out: have what it holds signed as a new version`,
    );
  if (step.stage === 'full') return { ...without(rollout), stable: bundle.id };
  if (candidate !== undefined)
    throw new Problem('request.conflict', 'another candidate is on its way: stop it, or go on with it');
  return {
    ...without(rollout),
    candidate: candidateOf(rollout, bundle, step.stage, step, context),
  };
}

function advanced(rollout: Rollout, step: Extract<Step, { step: 'advance' }>, context: StepContext): Rollout {
  const { candidate } = rollout;
  if (candidate === undefined) throw new Problem('request.conflict', 'no candidate is on its way');
  if (step.stage === 'full') return { ...without(rollout), stable: candidate.bundle };
  const bundle = of(rollout, candidate.bundle, context);
  const next = candidateOf(
    rollout,
    bundle,
    'canary',
    { share: step.share, fallback: step.fallback ?? candidate.fallback },
    context,
  );
  if (next.share < candidate.share)
    throw new Problem(
      'request.conflict',
      'a share only grows: nodes that had the candidate take nothing older',
    );
  return {
    ...rollout,
    candidate: { ...next, since: candidate.stage === 'canary' ? candidate.since : next.since },
  };
}

function stopped(rollout: Rollout, reason: string, { by, now }: StepContext): Rollout {
  const { candidate, stable } = rollout;
  if (candidate === undefined) throw new Problem('request.conflict', 'no candidate is on its way');
  const back = candidate.stage === 'shadow' ? stable : (candidate.fallback ?? stable);
  return {
    ...without(rollout),
    ...(back === undefined ? {} : { stable: back }),
    stopped: { bundle: candidate.bundle, reason, by, at: now },
  };
}

function candidateOf(
  rollout: Rollout,
  bundle: Stored<BundleRecord>,
  stage: 'shadow' | 'canary',
  { share, fallback }: { readonly share?: number | undefined; readonly fallback?: string | undefined },
  context: StepContext,
): Candidate {
  const { by, now } = context;
  if (stage === 'shadow') {
    if (rollout.stable === undefined)
      throw new Problem('request.conflict', 'nothing is in force that a candidate could answer beside');
    return { bundle: bundle.id, stage, share: 0, since: now, startedBy: by };
  }
  if (share === undefined || share < 1 || share > 99)
    throw new Problem('request.invalid', 'a canary has a share of 1 to 99 percent');
  // INVARIANT: a canary that is stopped leads its nodes somewhere; where nothing was in force they would stay with the candidate.
  if (rollout.stable === undefined)
    throw new Problem(
      'request.conflict',
      'nothing is in force that nodes of a canary could go back to: the first bundle goes everywhere',
    );
  requireWayBack(rollout, bundle, fallback, context);
  return {
    bundle: bundle.id,
    stage,
    share,
    ...(fallback === undefined ? {} : { fallback }),
    since: now,
    startedBy: by,
  };
}

/** INVARIANT: a candidate that is stopped leads back, and the server signs nothing: the way back is signed before it goes out. */
function requireWayBack(
  rollout: Rollout,
  bundle: BundleRecord,
  fallback: string | undefined,
  context: StepContext,
): void {
  if (fallback === undefined)
    throw new Problem(
      'request.conflict',
      'a canary needs its way back: a bundle newer than it, with the policies of what is in force (`fallback`)',
    );
  const back = of(rollout, fallback, context);
  const present = of(rollout, rollout.stable ?? '', context);
  if (back.version <= bundle.version || back.policyVersion !== present.policyVersion)
    throw new Problem(
      'request.conflict',
      'the way back is newer than the candidate, and holds the policies of what is in force',
    );
}

function of(rollout: Rollout, id: string, context: StepContext): Stored<BundleRecord> {
  const bundle = context.bundle(id);
  if (bundle === undefined || bundle.environment !== rollout.environment || bundle.team !== rollout.team)
    throw new Problem('request.not-found', 'there is no such bundle in this roll-out');
  return bundle;
}

function without({ candidate: _candidate, ...rollout }: Rollout): Rollout {
  return rollout;
}
