/** The verdict algebra: which verdict follows from the policies that apply or fail. Order never matters. */
import type { Mode, Verdict } from '../model/index.ts';

/** A policy that is satisfied, or whose evaluation failed. A policy that does not match takes no part. */
export interface TakingPart {
  readonly effect: 'permit' | 'forbid';
  readonly status: 'applies' | 'errs';
  /** `@verdict` of a forbid; absent means that it denies. */
  readonly verdict?: 'step_up' | 'defer';
  /** Whether a verified approval lifts this `step_up` forbid for exactly this action. */
  readonly lifted: boolean;
  /** Whether it carries any obligation. */
  readonly obliged: boolean;
  /** Whether an obligation of it changes arguments or result. */
  readonly changes: boolean;
  /** Whether it is only watched, `@mode("audit")`. */
  readonly audit: boolean;
}

/** A verdict and the policies that determined it; none for a denial by default. */
export interface Ruling<Policy> {
  readonly verdict: Verdict;
  readonly determining: readonly Policy[];
}

/** What is enforced, and what would be if every policy were. */
export interface Judgement<Policy> {
  readonly enforced: Ruling<Policy>;
  readonly would: Ruling<Policy>;
}

/**
 * The judgement of one principal's action on one resource.
 *
 * `mode`: in `permissive` no permit counts as a permit; in `audit` the ruling is `would` and the enforced verdict is `allow`.
 * `permitByDefault`: whether `permissive` reaches this action at all; it does not reach what a server starts by itself.
 */
export function judge<Policy extends TakingPart>(
  policies: readonly Policy[],
  mode: Mode,
  permitByDefault = true,
): Judgement<Policy> {
  const open = mode === 'permissive' && permitByDefault;
  const would = rule(policies, open);
  if (mode === 'audit') return { enforced: { verdict: 'allow', determining: would.determining }, would };
  return {
    enforced: rule(
      policies.filter(({ audit }) => !audit),
      open,
    ),
    would,
  };
}

function rule<Policy extends TakingPart>(policies: readonly Policy[], open: boolean): Ruling<Policy> {
  const applies = policies.filter(({ status }) => status === 'applies');
  // Rule 1: a forbid that applies, or anything but a bare permit that fails, denies; no approval lifts either.
  const denying = policies.filter(({ effect, status, verdict, obliged }) =>
    status === 'applies' ? effect === 'forbid' && verdict === undefined : effect === 'forbid' || obliged,
  );
  if (denying.length > 0) return { verdict: 'deny', determining: denying };
  // Rule 2: without a permit the default holds; nobody is asked for what could not help.
  const permits = applies.filter(({ effect }) => effect === 'permit');
  if (permits.length === 0 && !open) return { verdict: 'deny', determining: [] };
  // Rule 3: the strongest forbid that waits.
  const deferring = applies.filter(({ verdict }) => verdict === 'defer');
  if (deferring.length > 0) return { verdict: 'defer', determining: deferring };
  const held = applies.filter(({ verdict, lifted }) => verdict === 'step_up' && !lifted);
  if (held.length > 0) return { verdict: 'step_up', determining: held };
  // Rule 4.
  const changes = applies.some((policy) => policy.changes);
  return { verdict: changes ? 'modify' : 'allow', determining: permits };
}
