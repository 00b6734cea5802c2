/** What the record says of results that a model had seen before anybody judged them: hosts differ, and so do calls that failed. */
import { expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { guardWorld } from '@writ/core/testing';
import { createHookActions } from '../../src/hook/actions/index.ts';
import { HookFace } from '../../src/hook/daemon/index.ts';
import { ADAPTERS } from '../../src/hook/hosts/index.ts';
import type { HostId } from '../../src/hook/index.ts';
import { developerFiles, HOME, PROJECT } from './developer-files.ts';
import { payloadOf } from './payload-of.ts';

const POLICIES = '@id("all") permit (principal, action, resource);';
const COMMAND = { command: 'ls' };

/** The host's tool, and what it adds to or changes in its payload after a call. */
const ROWS: readonly (readonly [HostId, string, string, JsonObject, boolean])[] = [
  ['claude-code', 'Bash', 'succeeds', { hook_event_name: 'PostToolUse', tool_response: 'x' }, false],
  ['claude-code', 'Bash', 'fails', { hook_event_name: 'PostToolUseFailure', error: 'x' }, true],
  ['copilot', 'bash', 'succeeds', { toolResult: { resultType: 'success', textResultForLlm: 'x' } }, false],
  ['copilot', 'bash', 'fails', { error: 'x' }, true],
  ['cursor', 'Shell', 'succeeds', { hook_event_name: 'postToolUse', tool_output: 'x' }, true],
  ['cursor', 'Shell', 'fails', { hook_event_name: 'postToolUseFailure', error_message: 'x' }, true],
  ['codex', 'Bash', 'succeeds', { hook_event_name: 'PostToolUse', tool_response: 'x' }, true],
  [
    'gemini',
    'run_shell_command',
    'succeeds',
    { hook_event_name: 'AfterTool', tool_response: { llmContent: 'x' } },
    false,
  ],
  ['opencode', 'bash', 'succeeds', { event: 'tool.execute.after', output: { output: 'x' } }, false],
];

test.each(ROWS)(
  'of %s: where its %s %s, the outcome tells whether the model had seen it',
  async (host, tool, how, after, isShown) => {
    const world = await guardWorld({ policies: POLICIES });
    const actions = createHookActions({ home: HOME, files: developerFiles() });
    const { guard, timers, log } = world;
    const face = new HookFace({ guard, adapters: ADAPTERS, actions, timers, report: () => undefined });
    const before = payloadOf(host, tool, COMMAND);
    const handle = (event: string, payload: JsonObject): ReturnType<HookFace['handle']> =>
      face.handle(
        { host, event, cwd: PROJECT },
        Buffer.from(JSON.stringify(payload)),
        new AbortController().signal,
      );
    expect(await handle('before', before)).toMatchObject({ exitCode: 0 });
    await handle('after', { ...before, ...after });
    const { entry } = log.reader.entry(log.reader.size() - 1);
    expect(entry).toMatchObject({ kind: 'outcome', outcome: how === 'fails' ? 'failed' : 'performed' });
    expect('code' in entry ? entry.code : undefined).toBe(isShown ? 'hook.shown' : undefined);
  },
);
