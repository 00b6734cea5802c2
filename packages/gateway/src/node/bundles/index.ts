/** Signed bundles of a control plane as the policies of a node. */
export { bundleOrigin } from './bundle-origin.ts';
export { countedWriter, startHeartbeats } from './heartbeats.ts';
export { openPlane, pause, reachPlane } from './open-plane.ts';
