/** Importers of other products' policy files. What cannot be carried over is reported, and never permits anything. */
export { importAgentGovernanceToolkit } from './agt.ts';
export { importAgentgateway } from './agentgateway.ts';
export { importAuthensor } from './authensor.ts';
export { importCedar } from './cedar.ts';
export type { ImportedPolicies } from './report.ts';
