/** From what a coding agent is about to do to what the guard judges. */
export { createHookActions } from './create-hook-actions.ts';
export type { HookFiles } from './files.ts';
export { hostTools } from './host-tools.ts';
export { shellCommand } from './shell-command.ts';
