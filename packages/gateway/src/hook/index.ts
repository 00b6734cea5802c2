/** Coding agents: hooks that ask a daemon, which asks the guard (decision 30). */
import { homedir } from 'node:os';
import { openHookDaemon, type OpenHookDaemonOptions, type RunningHookDaemon } from './daemon/index.ts';
import { ADAPTERS } from './hosts/index.ts';

export { codingAgentPolicies } from './starter/index.ts';
export { hookDaemonStatus, type RunningHookDaemon, stopHookDaemon } from './daemon/index.ts';
export { hookFolder } from '../config/index.ts';
export {
  type HookScope,
  type Installation,
  type InstalledHook,
  installedHooks,
  installHook,
  tryHook,
  uninstallHook,
} from './install/index.ts';
export { MAGIC } from './client/index.ts';
export {
  type HookAnswer,
  type HookEvent,
  type HookReply,
  type HostAdapter,
  type HostId,
  HOSTS,
} from './types.ts';

/** The daemon for all hosts, with the tools that they have. As {@link openHookDaemon}. */
export async function openHooks(
  options: Omit<OpenHookDaemonOptions, 'adapters' | 'tools' | 'actions'>,
): Promise<RunningHookDaemon | undefined> {
  // The shell's grammar is large, and whoever asks the daemon needs none of it.
  const { createHookActions, hostTools } = await import('./actions/index.ts');
  const actions = createHookActions({ home: homedir() });
  return openHookDaemon({
    ...options,
    adapters: ADAPTERS,
    tools: hostTools(),
    actions: () => actions,
  });
}
