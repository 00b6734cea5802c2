/** Where in its text a policy says what must be so. */
import type { Policy } from '../language/index.ts';
import { requirementsOf } from './requirements.ts';

/** A condition, conjuncts apart. */
export interface PolicyCondition {
  /** Offsets into the text of the policy, UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** What it must come to: `false` behind `unless`, and behind a `!`. */
  readonly truth: boolean;
}

/** The conditions of `policy`, in the order of its text. Where it applied, each came to its `truth`; where one had not, it would not have applied. */
export function policyConditions({ tree, text, start: from }: Policy): readonly PolicyCondition[] {
  return requirementsOf(tree)
    .filter(({ part }) => part === 'condition')
    .map(({ expression: { start, end }, truth }) => ({ start: start - from, end: end - from, truth }))
    .filter(({ start, end }) => start >= 0 && end > start && end <= text.length);
}
