/** L4: the policy enforcement point. */
export { createGuardLine } from './guard.ts';
export { UNRESOLVED_FORBID } from './judgement/index.ts';
export { approvalKey } from './record/index.ts';
export type {
  ActionSigner,
  ConfiguredDetector,
  Enforced,
  EnforcedList,
  Guard,
  GuardPorts,
  GuardTimings,
  InterceptedAction,
  Perform,
  Performance,
  PolicyProvider,
  ResultShape,
} from './types.ts';
