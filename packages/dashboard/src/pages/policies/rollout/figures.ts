/** What nodes counted under a candidate and under what is in force, as the server compares them. Pure. */
import type { Bundle, NodeShown, Rollout } from '../policy-data.ts';

/** Counts of decisions under one set. */
export interface Figures {
  readonly nodes: number;
  readonly decisions: number;
  /** Denied, or held for a person. */
  readonly denied: number;
  /** Decided by a fault. */
  readonly errors: number;
}

/** Sums over the nodes of the roll-out that spoke since `since`, under the set of `bundle`; `nodes` are those that say they have it in force. */
export function figuresOf(
  { environment, team }: Pick<Rollout, 'environment' | 'team'>,
  bundle: Bundle | undefined,
  nodes: readonly NodeShown[],
  since: number,
): Figures {
  const sum = { nodes: 0, decisions: 0, denied: 0, errors: 0 };
  if (bundle === undefined) return sum;
  for (const node of nodes) {
    const { live } = node;
    if (node.environment !== environment || node.team !== team || live === undefined) continue;
    if (live.bundle === bundle.version) sum.nodes += 1;
    if ((live.lastHeartbeat ?? 0) < since) continue;
    for (const one of live.decisions) {
      if (one.policyHash !== bundle.policyHash) continue;
      const denied = one.deny + one.step_up + one.defer;
      sum.denied += denied;
      sum.decisions += denied + one.allow + one.modify;
      sum.errors += one.errors;
    }
  }
  return sum;
}

/** `2.5 %`; of nothing, nothing is known. */
export function shareSaid(count: number, of: number): string {
  return of === 0 ? 'not known' : `${((100 * count) / of).toFixed(1)} %`;
}

/** Bundles that a canary of `candidate` can go back to: newer, and with the policies of what is in force. */
export function waysBack(
  candidate: Bundle | undefined,
  stable: Bundle | undefined,
  bundles: readonly Bundle[],
): readonly Bundle[] {
  if (candidate === undefined || stable === undefined) return [];
  return bundles.filter(
    ({ environment, team, version, policyVersion }) =>
      environment === candidate.environment &&
      team === candidate.team &&
      version > candidate.version &&
      policyVersion === stable.policyVersion,
  );
}
