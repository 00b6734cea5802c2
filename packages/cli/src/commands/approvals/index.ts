/** `writ approvals`. */
export { addApprovals } from './approvals.ts';
