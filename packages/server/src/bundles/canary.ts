/** Who a candidate decides for, and when it is stopped: pure, the same on every server. */
import { createHash } from 'node:crypto';

/** Parts that a share is counted in. */
const PARTS = 10_000;

/** Whether `who`, an agent or a node that is bound to none, is among the first `share` percent for the bundle of this hash. Who is in stays in as the share grows, and another bundle begins with others. */
export function isInCanary(bundleHash: string, who: string, share: number): boolean {
  const digest = createHash('sha256')
    .update(JSON.stringify(['writ/canary', bundleHash, who]))
    .digest();
  return digest.readUInt32BE(0) % PARTS < (share * PARTS) / 100;
}

/** Decisions under one policy set, counted by nodes. */
export interface DecisionCounts {
  readonly decisions: number;
  /** Denied, or held for a person. */
  readonly denied: number;
  /** Decided by a fault. */
  readonly errors: number;
}

/** When a candidate is stopped. */
export interface StopRule {
  /** Fewest decisions of the candidate before anything is said. */
  readonly atLeast: number;
  /** How much the share of denials, or of errors, may rise over what is in force: 0.02 is two in a hundred. */
  readonly mayRise: { readonly denied: number; readonly errors: number };
}
export const DEFAULT_STOP_RULE: StopRule = { atLeast: 50, mayRise: { denied: 0.02, errors: 0.005 } };

/** Standard normal quantile for 99.5 % on each side: a stop by chance is one in some hundred looks. */
const Z = 2.576;

/**
 * Why the candidate is stopped, or `undefined`. It is where its share is surely higher than that of what is in force by more than may be: where the lower end of its Wilson interval is
 * above the upper end of the other. Where nothing is in force, the other share is 0.
 */
export function judgeCanary(
  candidate: DecisionCounts,
  stable: DecisionCounts,
  rule: StopRule = DEFAULT_STOP_RULE,
): 'denied' | 'errors' | undefined {
  if (candidate.decisions < rule.atLeast) return undefined;
  for (const what of ['errors', 'denied'] as const) {
    const [low] = wilson(candidate[what], candidate.decisions);
    const [, high] = stable.decisions === 0 ? [0, 0] : wilson(stable[what], stable.decisions);
    if (low > high + rule.mayRise[what]) return what;
  }
  return undefined;
}

/** Wilson score interval of a share (E. B. Wilson, 1927). */
function wilson(count: number, of: number): readonly [low: number, high: number] {
  const share = count / of;
  const scale = 1 + Z ** 2 / of;
  const middle = share + Z ** 2 / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return [(middle - spread) / scale, (middle + spread) / scale];
}
