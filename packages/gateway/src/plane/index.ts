/** A node’s side of its control plane. */
export { type BundleDescription, parseBundleFile } from '../config/index.ts';
export {
  createPlaneClient,
  type PlaneAnswer,
  type PlaneClient,
  type PlaneClientOptions,
  type PlaneIdentity,
  type PlaneRequest,
} from './plane-client.ts';
export { type BundleCache, openBundleCache } from './bundle-cache.ts';
export {
  type BundleSource,
  type BundleSourceOptions,
  createBundleSource,
  type Governing,
} from './bundle-source.ts';
export { type BundleFollower, type BundleFollowerOptions, followBundle } from './follow-bundle.ts';
export { followStops, type StopFollower, type StopFollowerOptions } from './follow-stops.ts';
export { loadBundle, type LoadBundleOptions } from './load-bundle.ts';
export { type ApprovalFollower, type ApprovalFollowerOptions, followApprovals } from './approvals/index.ts';
export {
  answerLooks,
  discloseFacts,
  type FactsFollower,
  type FactsOptions,
  type LooksFollower,
  type LooksOptions,
} from './disclose/index.ts';
export {
  type Enrolled,
  enrolNode,
  type EnrolOptions,
  nodeKeyIn,
  type PlaneMirrorLine,
  rotateNodeKey,
  type RotateOptions,
} from './enrol/index.ts';
export {
  createDecisionCounter,
  type DecisionCounter,
  type DecisionCounts,
  type FaultMemory,
  faultMemory,
  type Heartbeat,
  type HeartbeatOptions,
  type Heartbeats,
  sendHeartbeats,
  type Trouble,
  type TroubleParts,
  troublesOf,
} from './heartbeat/index.ts';
