/** Signed bundles of a control plane as the policies of a node. */
export { bundleOrigin, type BundleOriginOptions } from './bundle-origin.ts';
export { type CountedWriter, countedWriter, type HeartbeatParts, startHeartbeats } from './heartbeats.ts';
export { type FollowedPlane, openPlane, pause, type PlaneOptions } from './open-plane.ts';
