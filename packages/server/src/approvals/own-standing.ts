/** What somebody who looks at an approval may do with it: told beforehand, so that nobody reads for a minute what they are then refused. The answer itself is judged anew. */
import { z } from 'zod';
import type { Caller } from '../callers/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { type Approval, APPROVALS } from './approval.ts';
import { activePerson } from './approver-key.ts';
import { judgeFatigue, type PastDecision } from './fatigue.ts';
import { isEntitled, isRequester } from './judge-answer.ts';

/** `may`: approve and deny. `requester`, `other-group`, `unshown`: deny alone. `answered`, `role`: neither. */
const STANDINGS = ['may', 'requester', 'other-group', 'unshown', 'answered', 'role'] as const;

/** It. */
export interface OwnStanding {
  readonly standing: (typeof STANDINGS)[number];
  /** Content hashes of the policies that an approval of theirs lifts. */
  readonly lifts: readonly string[];
  /** Whether the server answers for them, known by their sign-in alone. */
  readonly isAttested: boolean;
  /** When their next approval is taken, where they decide too fast or too much; `reroute`: somebody else is asked. */
  readonly slowed?:
    | {
        readonly level: 'slow' | 'reroute';
        readonly until: number;
        readonly reasons: readonly ('rate' | 'speed' | 'uniformity')[];
      }
    | undefined;
}
export const OWN_STANDING: z.ZodType<OwnStanding> = z.object({
  standing: z.enum(STANDINGS),
  lifts: z.array(z.string()),
  isAttested: z.boolean(),
  slowed: z
    .object({
      level: z.enum(['slow', 'reroute']),
      until: z.int(),
      reasons: z.array(z.enum(['rate', 'speed', 'uniformity'])),
    })
    .optional(),
});

/** Of `caller`, at `now`. */
export function ownStanding(
  plane: Plane,
  caller: Caller,
  approval: Stored<Approval>,
  now: number,
): OwnStanding {
  const { organisation, id } = caller;
  const isAttested = plane.attestation !== undefined && caller.isCookie;
  const person = activePerson(plane, organisation, id);
  const mayDecide = plane.authority.may(caller, 'decide', { organisation, id: approval.id }).isAllowed;
  if (person === undefined || !mayDecide) return { standing: 'role', lifts: [], isAttested: false };
  if (approval.answers.some((given) => given.person === id && given.refused === undefined))
    return { standing: 'answered', lifts: [], isAttested };
  if (isRequester(approval, person)) return { standing: 'requester', lifts: [], isAttested };
  const lifts = approval.policies
    .filter((forbid) => isEntitled({ ...approval, policies: [forbid] }, person))
    .map(({ contentHash }) => contentHash);
  if (lifts.length === 0) return { standing: 'other-group', lifts, isAttested };
  if (approval.args === undefined) return { standing: 'unshown', lifts: [], isAttested };
  const { level, waitMs, reasons } = judgeFatigue(decisionsOf(plane, organisation, id), now);
  return {
    standing: 'may',
    lifts: [...new Set(lifts)].sort(),
    isAttested,
    ...(level === 'rested' || waitMs === 0 ? {} : { slowed: { level, until: now + waitMs, reasons } }),
  };
}

/** What the person decided. */
export function decisionsOf(plane: Plane, organisation: string, person: string): readonly PastDecision[] {
  return plane
    .objects(organisation, APPROVALS)
    .list()
    .flatMap(({ answers, created }) =>
      answers
        .filter((given) => given.person === person)
        .map(({ answer, at }) => ({ answer, at, shown: created })),
    );
}
