/** The policy in memory follows the one in the store. */
import type { Line } from './line.ts';

/** Loads the policy that is in force in the store, where another process put one in force. */
export async function followPolicy(line: Line): Promise<void> {
  const { policyHash } = line.state.epochs(line.policy.scope);
  if (policyHash === undefined || policyHash === line.policy.current().policyHash) return;
  await line.policy.reload?.();
}
