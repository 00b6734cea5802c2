/** Whether a gateway can do its work now. */
export { createLogCheck } from './check-log.ts';
export { checkClock, checkPolicy, checkServers } from './check-rest.ts';
export { checkReadiness, type NamedCheck } from './readiness.ts';
export type { Check, Readiness } from './types.ts';
