/** The policy in memory follows the one in the store. */
import type { Line } from './line.ts';

/**
 * Loads the policy that is in force in the store, where another process put one in force; `undefined` where there is nothing to wait for. `line` looks at
 * the state; whoever waited looks again.
 */
export function followPolicy(line: Line): Promise<unknown> | undefined {
  const { policyHash } = line.state.epochs(line.policy.scope);
  if (policyHash === undefined || policyHash === line.policy.current().policyHash) return undefined;
  return line.policy.reload?.();
}
