/** Where each host keeps its hooks, what is written there, and what a host lets happen all the same. */
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '@writ/core';
import type { HostId } from '../types.ts';

/** For every project of the user, or for one. */
export type HookScope = { readonly home: string } | { readonly project: string };

/** How one hook is started: shell words for `before` and `after` a call. */
export interface HookCommands {
  readonly before: string;
  readonly after: string;
  /** Longer than hooks take by themselves, seconds. */
  readonly timeoutSeconds: number;
}

/** One host. */
export interface HostRecipe {
  /** Below the home folder, and below a project. */
  readonly files: { readonly home: string; readonly project: string };
  /** What stands in the file beside the hooks where it is made. */
  readonly fresh: JsonObject;
  /** The entries by the names of the host's events. */
  readonly entries: (commands: HookCommands) => Readonly<Record<string, JsonValue>>;
  /** What remains, in sentences for people. */
  readonly risks: readonly string[];
}

const inGroup =
  (matcher: string | undefined, hook: JsonObject) =>
  (command: string): JsonObject => ({
    ...(matcher === undefined ? {} : { matcher }),
    hooks: [{ type: 'command', command, ...hook }],
  });

/** OpenCode is not here: it takes a plug-in and no list of commands. */
export const RECIPES: Readonly<Record<Exclude<HostId, 'opencode'>, HostRecipe>> = {
  'claude-code': {
    // Paths are those of this machine: a project's shared file is not for them.
    files: { home: '.claude/settings.json', project: '.claude/settings.local.json' },
    fresh: {},
    entries: ({ before, after, timeoutSeconds: timeout }) => {
      const later = inGroup('*', { timeout })(after);
      return {
        PreToolUse: inGroup('*', { timeout, onFailure: 'block' })(before),
        PostToolUse: later,
        PostToolUseFailure: later,
      };
    },
    risks: [
      'Claude Code before 2.1.295 does not know `onFailure`: there a hook that the system cannot start, or that runs out of time, lets the call run.',
      'Results are replaced for the model; the call has run by then.',
    ],
  },
  cursor: {
    files: { home: '.cursor/hooks.json', project: '.cursor/hooks.json' },
    fresh: { version: 1 },
    entries: ({ before, after, timeoutSeconds: timeout }) => ({
      preToolUse: { command: before, timeout, failClosed: true },
      postToolUse: { command: after, timeout },
      postToolUseFailure: { command: after, timeout },
    }),
    risks: [
      'Cursor ignores events that it does not know: a version without `preToolUse` runs everything. `writ doctor` tries the hook, and not whether Cursor calls it.',
      'Results cannot be kept from the model or changed; the record says `hook.shown`.',
    ],
  },
  copilot: {
    files: { home: '.copilot/hooks/writ.json', project: '.github/hooks/writ.json' },
    fresh: { version: 1 },
    entries: ({ before, after, timeoutSeconds: timeoutSec }) => ({
      preToolUse: { type: 'command', bash: before, timeoutSec },
      postToolUse: { type: 'command', bash: after, timeoutSec },
      postToolUseFailure: { type: 'command', bash: after, timeoutSec },
    }),
    risks: [
      'Copilot lets a call run whose hook runs out of time, whatever is configured; some versions start no hooks for what subagents call.',
      '`disableAllHooks` in the settings of a repository starts no hooks at all.',
    ],
  },
  gemini: {
    files: { home: '.gemini/settings.json', project: '.gemini/settings.json' },
    fresh: {},
    entries: ({ before, after, timeoutSeconds }) => {
      const group = inGroup('.*', { name: 'writ', timeout: timeoutSeconds * 1000 });
      return { BeforeTool: group(before), AfterTool: group(after) };
    },
    risks: [
      'Gemini CLI has no option to fail closed: a hook that is killed or runs out of time lets the call run, and `hooksConfig.enabled: false` turns hooks off.',
    ],
  },
  codex: {
    files: { home: '.codex/hooks.json', project: '.codex/hooks.json' },
    fresh: {},
    entries: ({ before, after, timeoutSeconds: timeout }) => {
      const group = inGroup(undefined, { timeout });
      return { PreToolUse: group(before), PostToolUse: group(after) };
    },
    risks: [
      'Codex runs no hook that was not reviewed: start it and trust the two hooks (`/hooks`).',
      'Codex has no option to fail closed: a hook that runs out of time lets the call run. Tools that it does not give to hooks are not seen.',
    ],
  },
};

/** The file of a plug-in of OpenCode. */
export const OPENCODE_FILES: HostRecipe['files'] = {
  home: '.config/opencode/plugin/writ.js',
  project: '.opencode/plugin/writ.js',
};
export const OPENCODE_RISKS: readonly string[] = [
  'OpenCode started with `--pure`, or with plug-ins turned off, loads none.',
];

/** The file of `host` in `scope`, absolute. */
export function hostFile(host: HostId, scope: HookScope): string {
  const files = host === 'opencode' ? OPENCODE_FILES : RECIPES[host].files;
  return 'home' in scope ? join(scope.home, files.home) : join(scope.project, files.project);
}
