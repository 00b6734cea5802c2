/** Commands run confined: profiles, the port of drivers, and the drivers. Entry `@writ/core/sandbox`. */
export { bubblewrapDriver, type BubblewrapOptions } from './bubblewrap/index.ts';
export {
  confinedCommand,
  type ConfinedCommand,
  type ConfinedCommandOptions,
  quoted,
} from './confined-command.ts';
export { sandboxDrivers } from './drivers.ts';
export { limitsOf } from './limits.ts';
export { containerDriver, type ContainerOptions } from './container/index.ts';
export { isConfinement, sandboxProfile, type SandboxProfile } from './profiles.ts';
export { EFFECTS, type Effect, readTrials, trialProgram, type TrialTargets } from './trials.ts';
export { CAPABILITIES, type Capability } from './capabilities.ts';
export type {
  CommandEnd,
  CommandSignal,
  DriverReport,
  ExecOptions,
  ProtectedPath,
  RunningCommand,
  Sandbox,
  SandboxDriver,
  SandboxRequest,
  Trial,
} from './types.ts';
