/** Signed bundles, and how far they have gone. */
export { BUNDLE_ANCHORS, BUNDLES, rolloutId } from './collections.ts';
export { ROLLOUTS } from './rollout.ts';
export { ROLLOUT_ROUTES } from './rollout-routes.ts';
export { BUNDLE_ROUTES } from './routes.ts';
export { ROLLOUT_TASK, sweepRollouts } from './sweep.ts';
