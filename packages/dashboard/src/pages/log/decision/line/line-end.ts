/** Where a decision left the straight line before anything was performed. */
import type { RecordedDecision } from './recorded.ts';

/** Steps that codes belong to; the first that fits. A code that is not here is of the step where its kind is found. */
const STEP_OF: readonly (readonly [prefix: string, step: number])[] = [
  ['guard.overloaded', 1],
  ['guard.closed', 1],
  ['json.', 2],
  ['bytes.', 2],
  ['request.', 2],
  ['rpc.', 2],
  ['egress.', 2],
  ['policy.arguments', 2],
  ['identity.', 3],
  ['auth.', 3],
  ['kill.', 4],
  ['tool.', 4],
  ['guard.self-protection', 4],
  ['policy.stale', 4],
  ['privacy.stale', 4],
  ['detector.', 5],
  ['bound.', 5],
  ['limit.', 5],
  ['guard.redaction-incomplete', 6],
  ['guard.change-loop', 6],
  ['guard.unconfined', 6],
  ['approval.', 6],
  ['policy.', 6],
  ['privacy.', 6],
  ['guard.epoch', 8],
  ['guard.purpose', 8],
  ['guard.cancelled', 8],
  ['guard.kill_epoch', 7],
  ['guard.policy_epoch', 7],
  ['guard.conflict', 7],
  ['guard.consumed', 7],
  ['guard.expired', 7],
  ['guard.final', 7],
  ['guard.limit_', 7],
  ['log.', 7],
];
const ADMISSION = 4;
const DECIDE = 6;

/** The step at which it ended. `isVague`: something broke on the way there, and nothing says in which step. */
export interface LineEnd {
  readonly step: number;
  readonly isVague: boolean;
}

/** Whether what was asked may be done. */
export function permits({ verdict }: Pick<RecordedDecision, 'verdict'>): boolean {
  return verdict === 'allow' || verdict === 'modify';
}

/** Where `decision` ended; `undefined` for one that permits. */
export function lineEnd(
  decision: Pick<RecordedDecision, 'verdict' | 'source' | 'code'>,
): LineEnd | undefined {
  if (permits(decision)) return undefined;
  const { source, code = '' } = decision;
  const known = STEP_OF.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (known !== undefined) return { step: known, isVague: false };
  if (source === 'policy') return { step: DECIDE, isVague: false };
  return source === 'admission' ? { step: ADMISSION, isVague: false } : { step: DECIDE, isVague: true };
}
