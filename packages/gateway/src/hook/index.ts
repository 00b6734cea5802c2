/** Coding agents: hooks that ask a daemon, which asks the guard (decision 30). */
import { homedir } from 'node:os';
import { createHookActions, hostTools } from './actions/index.ts';
import { openHookDaemon, type OpenHookDaemonOptions, type RunningHookDaemon } from './daemon/index.ts';
import { ADAPTERS } from './hosts/index.ts';

export { codingAgentPolicies } from './starter/index.ts';
export { hookDaemonStatus, hookFolder, type RunningHookDaemon, stopHookDaemon } from './daemon/index.ts';
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
export function openHooks(
  options: Omit<OpenHookDaemonOptions, 'adapters' | 'tools' | 'actions'>,
): Promise<RunningHookDaemon | undefined> {
  const actions = createHookActions({ home: homedir() });
  return openHookDaemon({ ...options, adapters: ADAPTERS, tools: hostTools(), actions: () => actions });
}
