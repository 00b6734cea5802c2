/** A node: one data folder, one configuration, one guard. */
export type { NodePolicy, PinnedTool, ToolPins, WritNode } from './types.ts';
export { openNode, type OpenNodeOptions } from './open-node.ts';
export { loadPolicies } from './load-policies.ts';
export { createToolPins, type ToolPinsOptions } from './tool-pins.ts';
export { checkPolicies, createFilePolicy, type FilePolicy, policyScope } from './file-policy.ts';
export { readRegister, registerScope, retentionClasses } from './purposes/index.ts';
export { POLICY_FILE_ENDING, watchPolicyFiles } from './policy-files.ts';
export { inputOptions, type PolicyInput, readPolicyInput, versionOf } from './policy-set.ts';
export { type IsolationFacts, judgeIsolation, readIsolationFacts } from './isolation.ts';
export { createStops, type Stops } from './stops.ts';
export { SOFTWARE_VERSION } from './version.ts';
