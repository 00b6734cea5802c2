/** Policies at a control plane: versions, reviews, and how far which bundle has gone. */
export { approvedVersion, latestEnvelope, uploadBundle } from './bundle.ts';
export { addRollout } from './rollout.ts';
export { addVersions } from './versions.ts';
