/** The policy and the register of purposes in memory follow those in the store. */
import { registerInForce } from './judgement/index.ts';
import type { Line } from './line.ts';

/**
 * Loads the policy and the register that are in force in the store, where another process put one in force; `undefined` where there is nothing to wait for. `line` looks at
 * the state; whoever waited looks again.
 */
export function followPolicy(line: Line): Promise<unknown> | undefined {
  const { policyHash } = line.state.epochs(line.policy.scope);
  const isCurrent = policyHash === undefined || policyHash === line.policy.current().policyHash;
  const ofPolicy = isCurrent ? undefined : line.policy.reload?.();
  const ofRegister = followRegister(line);
  return ofPolicy === undefined || ofRegister === undefined
    ? (ofPolicy ?? ofRegister)
    : Promise.all([ofPolicy, ofRegister]);
}

function followRegister({ purposes, state }: Line): Promise<unknown> | undefined {
  if (purposes === undefined || purposes.current().hash === registerInForce(state, purposes.scope))
    return undefined;
  return purposes.reload?.();
}
