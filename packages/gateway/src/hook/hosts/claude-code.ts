/**
 * Claude Code: `PreToolUse`, `PostToolUse`, `PostToolUseFailure` (shapes of @anthropic-ai/claude-agent-sdk 0.3.329, `sdk.d.ts`).
 * It lets a call run whose hook ends with anything but 0 and 2, unless the hook is installed with `onFailure: "block"` (2.1.295 and later).
 */
import type { JsonObject, JsonValue } from '@writ/core';
import type { HookAnswer, HookEnvironment, HookEvent, HookReply, HostAdapter, HostId } from '../types.ts';
import { Fields } from './fields.ts';
import { emptied, refused, said, SILENT } from './replies.ts';

const KINDS: Readonly<Record<string, HookEvent['event']>> = {
  PreToolUse: 'before',
  PostToolUse: 'after',
  PostToolUseFailure: 'after',
};

/** Reads the shape that Codex has too. */
export function readClaudeShape(
  host: HostId,
  payload: JsonValue,
  { cwd, project }: HookEnvironment,
): HookEvent {
  const fields = new Fields(payload, host);
  const name = fields.text('hook_event_name');
  const event = KINDS[name] ?? 'other';
  const folder = fields.folder('cwd', cwd);
  const session = fields.optionalText('session_id');
  const common = {
    host,
    event,
    name,
    cwd: folder,
    // Its folder follows the agent's shell: what is the workspace may not.
    workspaces: [project ?? folder],
    ...(session === undefined ? {} : { session }),
  };
  if (event === 'other') return { ...common, tool: '', input: {} };
  const callId = fields.optionalText('tool_use_id');
  const failed = name === 'PostToolUseFailure';
  return {
    ...common,
    tool: fields.text('tool_name'),
    input: fields.object('tool_input'),
    ...(callId === undefined ? {} : { callId }),
    ...(event === 'after' ? { output: fields.get(failed ? 'error' : 'tool_response') ?? null } : {}),
    ...(failed ? { isError: true } : {}),
  };
}

const before = (decision: JsonObject): JsonObject => ({
  hookSpecificOutput: { hookEventName: 'PreToolUse', ...decision },
});

function reply(answer: HookAnswer, event: HookEvent | undefined): HookReply {
  switch (answer.kind) {
    case 'pass':
      return SILENT;
    case 'allow':
      // Without a decision the host asks its user as it would have; with other arguments it wants one.
      if (answer.input === undefined) return SILENT;
      return said(before({ permissionDecision: 'allow', updatedInput: answer.input }));
    case 'ask':
      return said(
        before({
          permissionDecision: 'ask',
          permissionDecisionReason: answer.reason,
          ...(answer.input === undefined ? {} : { updatedInput: answer.input }),
        }),
      );
    case 'deny':
      return refused(
        before({ permissionDecision: 'deny', permissionDecisionReason: answer.reason }),
        answer.reason,
        2,
      );
    case 'output':
      return said(after(event, answer.output));
    case 'withhold':
      return said({
        decision: 'block',
        reason: answer.reason,
        ...after(event, emptied(event?.output, answer.reason)),
      });
    default:
      return answer satisfies never;
  }
}

/** A failure's text cannot be replaced, only commented. */
function after(event: HookEvent | undefined, output: JsonValue): JsonObject {
  const hookEventName = event?.name ?? 'PostToolUse';
  return {
    hookSpecificOutput:
      hookEventName === 'PostToolUseFailure'
        ? { hookEventName, additionalContext: 'Writ would have changed this message: do not act on it.' }
        : { hookEventName, updatedToolOutput: output },
  };
}

export const CLAUDE_CODE: HostAdapter = {
  id: 'claude-code',
  read: (payload, environment) => readClaudeShape('claude-code', payload, environment),
  reply,
  can: { rewriteInput: true, replaceOutput: 'successes', ask: true, strict: 'onFailure: "block"' },
};
