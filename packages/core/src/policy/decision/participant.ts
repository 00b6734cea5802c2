/** A policy as it takes part in one evaluation. */
import type { TakingPart } from '../algebra.ts';
import type { Policy } from '../language/index.ts';

/** A policy that is satisfied or failed, for one principal and one part. */
export interface Participant extends TakingPart {
  readonly policy: Policy;
  /** Why it failed, for operators. */
  readonly message?: string;
}
