/** Governed sandboxes (decision 29). */
export { governSandboxes } from './governed.ts';
export { sandboxProtection } from './protection.ts';
export type {
  Answer,
  GovernedExecOptions,
  GovernedSandbox,
  GovernedSandboxes,
  GovernedSandboxPorts,
  GovernedSandboxRequest,
  NotDone,
} from './types.ts';
