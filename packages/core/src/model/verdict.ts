/** The five outcomes of a decision and their total order (AARM 1.0 R4). */

/** Verdicts from the least to the most restrictive: `deny > defer > step_up > modify > allow`. */
export const VERDICTS = ['allow', 'modify', 'step_up', 'defer', 'deny'] as const;

/** `step_up` needs a person, `defer` needs context; both return without acting. */
export type Verdict = (typeof VERDICTS)[number];

/** The most restrictive of `verdicts`; `deny` for none, because nothing judged is nothing permitted, and for a verdict that is none. */
export function strongestVerdict(verdicts: readonly Verdict[]): Verdict {
  let strongest = -1;
  for (const verdict of verdicts) {
    const rank = VERDICTS.indexOf(verdict);
    if (rank === -1) return 'deny';
    strongest = Math.max(strongest, rank);
  }
  return VERDICTS[strongest] ?? 'deny';
}

/** Whether an action under this verdict is performed, as asked or changed. */
export function isPermitting(verdict: Verdict): boolean {
  return verdict === 'allow' || verdict === 'modify';
}

/**
 * How a policy set is enforced. `strict`: no permit is a deny. `permissive`: no permit counts as a permit.
 * `audit`: the policy verdict is recorded as `would` and not enforced; admission, pins and the record still bind.
 */
export const MODES = ['strict', 'permissive', 'audit'] as const;
export type Mode = (typeof MODES)[number];
