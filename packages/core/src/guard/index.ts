/** L4: the policy enforcement point. */
export { createGuardLine } from './guard.ts';
export { judgeCaseLimits, UNRESOLVED_FORBID } from './judgement/index.ts';
export {
  approvalKey,
  type DigestedBeside,
  findHold,
  type HeldAction,
  type HeldReads,
  readHeldAction,
  type ShownAction,
  shownDigest,
} from './record/index.ts';
export { suppliedFacts } from './supplied-facts.ts';
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
  PurposeProvider,
  ResultShape,
  ShownNotice,
  UsageMeter,
} from './types.ts';
export {
  activatePolicy,
  activateRegister,
  createGuard,
  type CreateGuardOptions,
  DEFAULT_MAX_CONCURRENT,
  DEFAULT_SERVER,
  DEFAULT_TIMINGS,
  definitionOf,
  type GuardedTool,
  type LibraryGuard,
  LOCAL_TENANT,
  type PolicyPlace,
  Refused,
  SOFTWARE_VERSION,
  type Tool,
  type ToolCallOptions,
  wrapTool,
} from './library/index.ts';
