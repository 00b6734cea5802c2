/** The files that `writ init` writes. */
export { configurationText } from './configuration.ts';
export { POLICY_FOLDER, type PolicyFile, starterPolicies } from './policies.ts';
export type { StarterFacts, StarterServer, StarterTool } from './types.ts';
