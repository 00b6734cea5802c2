/** What an earlier hold means for this action: a person's answer, a hold to wait at, or nobody who could be asked. */
import { type Approval, distinctPeople, judgeApproval, mayCount, mayLift } from '../../identity/index.ts';
import type { Approver, HeldForbid, Hold, Subject } from '../../model/index.ts';
import type { Refusal } from './decisions.ts';
import { flooredNow } from './trip.ts';
import type { GuardPorts } from '../types.ts';

/** An open hold of this digest under this policy, and what its answers amount to now. */
export interface OpenHold {
  readonly hold: Hold;
  readonly approval: Approval;
}

/** The hold of `digest`, if one is open under `policyHash`. A hold that is over, or under another policy, is as good as none. */
export function openHold(ports: GuardPorts, digest: string, policyHash: string): OpenHold | undefined {
  const hold = ports.state.holdFor(digest);
  if (hold === undefined || hold.policyHash !== policyHash) return undefined;
  const now = flooredNow(ports.clock, ports.state.timeFloor());
  // Nobody could answer it any more, and nobody is sent to it.
  if (now > hold.expires) return undefined;
  const { node, log } = ports;
  const approvers = approversOf(ports);
  return {
    hold,
    approval: judgeApproval({ hold, approvers, policyHash, node, origin: log.origin, digest, now }),
  };
}

/** Whether every forbid of `held` is one that people are already asked about at `hold`. */
export function covers(hold: Hold, held: readonly HeldForbid[]): boolean {
  return held.every((forbid) => hold.forbids.some((asked) => asked.contentHash === forbid.contentHash));
}

/** Ids under which an action is asked for: none of these counts toward a quorum. */
export function requestersOf({ agent, person, chain }: Subject): readonly string[] {
  return [agent.id, ...chain.map((link) => link.id), ...(person === undefined ? [] : [person.id])];
}

/** Why nobody needs to be asked: a person already refused, or too few are configured who may agree. */
export function cannotBeApproved(
  ports: GuardPorts,
  subject: Subject,
  held: readonly HeldForbid[],
  hold: Hold | undefined,
): Refusal | undefined {
  if (hold?.status === 'denied') {
    return { code: 'approval.denied', reason: 'a person refused exactly this action' };
  }
  const requesters = requestersOf(subject);
  const approvers = approversOf(ports);
  for (const forbid of held) {
    const eligible = approvers.filter(
      (approver) => mayLift(approver, forbid) && mayCount(approver, requesters, approvers),
    );
    const people = distinctPeople(eligible);
    if (people >= forbid.quorum) continue;
    const reason = `policy \`${forbid.id}\` needs ${forbid.quorum} approver(s), and ${people} who may approve are configured`;
    return { code: 'approval.nobody', reason };
  }
  return undefined;
}

/** Those that came with the policies in force, where they do; otherwise those of the guard. */
function approversOf({ policy, approvers }: GuardPorts): readonly Approver[] {
  return policy.approvers?.() ?? approvers;
}
