/** Puts a policy set in force for a scope, in the log and in the state that step 7 compares with. */
import { type Clock, Fault } from '../../kernel/index.ts';
import type { LogWriter, PolicyDecisionPoint, StateReader } from '../../model/index.ts';

/** Where to put it in force. */
export interface PolicyPlace {
  readonly log: LogWriter;
  readonly state: StateReader;
  readonly tenant: string;
  readonly clock: Clock;
}

/**
 * Writes a `policy` entry and raises the scope's epoch, unless this very set is in force there already.
 * Throws `log.*` where that is not durable; then the old set is still in force.
 */
export async function activatePolicy(
  place: PolicyPlace,
  scope: string,
  decisionPoint: PolicyDecisionPoint,
): Promise<void> {
  const { log, state, tenant, clock } = place;
  const { policyHash, schemaHash, mode } = decisionPoint;
  const present = state.epochs(scope);
  if (present.policyHash === policyHash) return;
  const result = await log.append({
    detail: {
      kind: 'policy',
      policy: { policyHash, schemaHash, mode, policyEpoch: present.policyEpoch + 1 },
    },
    tenant,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: 'decision',
    committed: { scope },
    concerns: [],
    effects: [{ type: 'activate_policy', scope, policyHash }],
  });
  if (result.status === 'refused') {
    throw new Fault('log.conflict', `the policy set could not be put in force (${result.refusal})`);
  }
}
