/** The guard inside your own process. */
export { activatePolicy, type PolicyPlace } from './activate-policy.ts';
export { activateRegister } from './activate-register.ts';
export {
  createGuard,
  type CreateGuardOptions,
  DEFAULT_MAX_CONCURRENT,
  DEFAULT_SERVER,
  DEFAULT_TIMINGS,
  type LibraryGuard,
  LOCAL_TENANT,
} from './create-guard.ts';
export { SOFTWARE_VERSION } from './software-version.ts';
export {
  definitionOf,
  type GuardedTool,
  Refused,
  type Tool,
  type ToolCallOptions,
  wrapTool,
} from './wrap.ts';
