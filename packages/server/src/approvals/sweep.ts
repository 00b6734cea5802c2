/** What nobody does by themselves: more people are asked after a time, the end of a hold is told, and what is long over goes. Nothing rests on it: expiry is judged at use. */
import { organisationsOf, SERVER } from '../people/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import type { Change, Stored } from '../state/index.ts';
import { type Approval, APPROVALS } from './approval.ts';

/** Part of its life after which a hold that nobody ended is taken to more people, and the least time before that, in milliseconds. */
const ESCALATE_PART = 0.5;
const ESCALATE_LEAST_MS = 30_000;
/** How long an approval that is over stays to be looked at here, where the operator says nothing else; the record has it for as long as its retention says. */
export const KEPT_MS: number = 90 * 86_400_000;
/** Most changes of one sweep in one organisation. */
const MAX_CHANGES = 200;

/** Sweeps once; answers how many changed. Several servers may: what another changed meanwhile is left to it. */
export async function sweepApprovals(plane: Plane): Promise<number> {
  let changed = 0;
  const now = plane.clock.now();
  for (const organisation of organisationsOf(plane)) {
    const approvals = plane.objects(organisation, APPROVALS);
    const due = approvals.list().flatMap((approval) => {
      const step = stepOf(approval, now, plane.keeps?.approvalsMs ?? KEPT_MS);
      return step === undefined ? [] : [{ approval, step }];
    });
    for (const { approval, step } of due.slice(0, MAX_CHANGES)) {
      const { id, index, ...fields } = approval;
      const effects: Change['effects'] =
        step === 'remove'
          ? [approvals.remove(id, index)]
          : [
              approvals.put(
                id,
                step === 'expire'
                  ? { ...fields, status: 'expired', ended: now }
                  : { ...fields, escalated: now },
                index,
              ),
            ];
      changed += await commit(plane, {
        action: `approvals.${step}`,
        object: id,
        organisation,
        actor: SERVER,
        effects,
        details: { hold: approval.hold, ...(step === 'escalate' ? { why: 'time' } : {}) },
      });
    }
  }
  return changed;
}

function stepOf(
  approval: Stored<Approval>,
  now: number,
  keptMs: number,
): 'escalate' | 'expire' | 'remove' | undefined {
  const { status, created, expires, escalated, ended } = approval;
  if (status !== 'waiting' && status !== 'approved')
    return now > (ended ?? expires) + keptMs ? 'remove' : undefined;
  if (now > expires) return 'expire';
  const life = Math.max(ESCALATE_LEAST_MS, (expires - created) * ESCALATE_PART);
  return status === 'waiting' && escalated === undefined && now >= created + life ? 'escalate' : undefined;
}

async function commit(plane: Plane, change: Change): Promise<number> {
  try {
    await plane.changes.commit(change);
    return 1;
  } catch (problem) {
    if (problem instanceof Problem && problem.code === 'request.changed') return 0;
    throw problem;
  }
}
