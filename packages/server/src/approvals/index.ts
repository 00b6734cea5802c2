/** Held actions that wait for people, and their answers. */
import type { Route } from '../api/index.ts';
import { NODE_ROUTES } from './node-routes.ts';
import { OWN_ROUTES } from './own-routes.ts';
import { PEOPLE_ROUTES } from './people-routes.ts';

export { type Approval, APPROVALS, type ApprovalStatus } from './approval.ts';
export { sweepApprovals } from './sweep.ts';

export const APPROVAL_ROUTES: readonly Route[] = [...PEOPLE_ROUTES, ...NODE_ROUTES, ...OWN_ROUTES];
