/** Coding agents: hooks that ask a daemon, which asks the guard (decision 30). */
import { homedir } from 'node:os';
import type { ToolDefinition } from '@writ/core';
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

/** The daemon for all hosts, with the tools that they have. As {@link openHookDaemon}. `writ`: absolute words that start Writ; without them nothing runs confined. */
export async function openHooks({
  writ,
  ...options
}: Omit<OpenHookDaemonOptions, 'adapters' | 'tools' | 'actions' | 'confiner'> & {
  readonly writ?: readonly string[];
}): Promise<RunningHookDaemon | undefined> {
  // The shell's grammar is large, and whoever asks the daemon needs none of it.
  const { createHookActions } = await import('./actions/index.ts');
  const { createConfiner } = await import('./confine/index.ts');
  const actions = createHookActions({ home: homedir() });
  const { config } = options;
  const { file } = config;
  return openHookDaemon({
    ...options,
    adapters: ADAPTERS,
    tools: await hostTools(),
    actions: () => actions,
    ...(writ === undefined || file === undefined
      ? {}
      : { confiner: createConfiner({ writ, config: { ...config, file } }) }),
  });
}

/** The hosts' own tools as definitions, for whoever opens a node over policies that may name them. */
export async function hostTools(): Promise<readonly ToolDefinition[]> {
  const actions = await import('./actions/index.ts');
  return actions.hostTools();
}
