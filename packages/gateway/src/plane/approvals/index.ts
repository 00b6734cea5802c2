/** Approvals of a node that people give at its control plane. */
export { type ApprovalFollower, type ApprovalFollowerOptions, followApprovals } from './follow-approvals.ts';
