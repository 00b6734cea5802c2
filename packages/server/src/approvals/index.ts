/** Held actions that wait for people, and their answers. */
import type { Route } from '../api/index.ts';
import { NODE_ROUTES } from './node-routes.ts';
import { OWN_ROUTES } from './own-routes.ts';
import { PEOPLE_ROUTES } from './people-routes.ts';
import type { Task } from '../upkeep/index.ts';
import { sweepApprovals } from './sweep.ts';

export { type Approval, approvalId, APPROVALS, type HoldShown } from './approval.ts';
export { APPROVER_KEYS, approverOf, approversOf } from './approver-key.ts';
export { DELEGATIONS } from './delegation.ts';
export { sweepApprovals } from './sweep.ts';

/** Takes what nobody answered to more people, and tells of what is over. */
export const APPROVALS_TASK: Task = {
  name: 'approvals',
  everyMs: 10_000,
  run: async (plane) => {
    await sweepApprovals(plane);
  },
};

export const APPROVAL_ROUTES: readonly Route[] = [...PEOPLE_ROUTES, ...NODE_ROUTES, ...OWN_ROUTES];
