/** The files that `writ init` writes. */
export { configurationText } from './configuration.ts';
export { POLICY_FOLDER, starterPolicies } from './policies.ts';
export type { StarterServer } from './types.ts';
export { probeServer } from './probe-server.ts';
