/** Whether policy, clock and servers let a gateway work. */
import type { Clock, PolicyProvider, StateReader } from '@writ/core';
import type { Check } from './types.ts';

/** The clock may be this far behind what is recorded, in milliseconds: corrections of time services, and other machines of one log. */
export const CLOCK_TOLERANCE_MS = 10_000;

/** A policy is loaded, and it is the one that the log says is in force: otherwise everything is denied. */
export function checkPolicy(policy: PolicyProvider, state: Pick<StateReader, 'epochs'>): Check {
  const check = (ok: boolean, reason: string): Check => ({ name: 'policy', ok, reason });
  const { policyHash } = policy.current();
  const inForce = state.epochs(policy.scope).policyHash;
  if (inForce === undefined) return check(false, 'no policy is in force yet');
  if (policyHash !== inForce)
    return check(
      false,
      'the policy that is loaded is not the one in force: another process put another in force',
    );
  return check(true, `policy ${policyHash.slice(0, 12)} is in force`);
}

/** The clock is not behind the greatest time recorded: approvals and limits would last too long. */
export function checkClock(clock: Pick<Clock, 'now'>, state: Pick<StateReader, 'timeFloor'>): Check {
  const behind = state.timeFloor() - clock.now();
  return behind <= CLOCK_TOLERANCE_MS
    ? { name: 'clock', ok: true, reason: 'the clock is not behind the record' }
    : {
        name: 'clock',
        ok: false,
        reason: `the clock is ${Math.round(behind / 1_000)} seconds behind the record`,
      };
}

/** One server at least is not known to be gone. */
export function checkServers(health: ReadonlyMap<string, boolean | undefined>): Check {
  const gone = [...health].filter(([, isUp]) => isUp === false).map(([name]) => name);
  if (gone.length < health.size) {
    const reason = gone.length === 0 ? 'no server is known to be gone' : `gone: ${gone.join(', ')}`;
    return { name: 'servers', ok: true, reason };
  }
  return { name: 'servers', ok: false, reason: `every server is gone: ${gone.join(', ')}` };
}
