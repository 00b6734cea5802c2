/** Events before a call, as each host writes them. */
import type { JsonObject } from '@writ/core';
import type { HostId } from '../../src/hook/index.ts';
import { PROJECT } from './developer-files.ts';

/** What `host` writes before it calls `tool` with `input` in the project. */
export function payloadOf(host: HostId, tool: string, input: JsonObject): JsonObject {
  const session = { session_id: 's1', cwd: PROJECT, transcript_path: '/t' };
  switch (host) {
    case 'claude-code':
    case 'codex':
      return {
        ...session,
        hook_event_name: 'PreToolUse',
        tool_name: tool,
        tool_input: input,
        tool_use_id: 'c1',
      };
    case 'gemini':
      return {
        ...session,
        hook_event_name: 'BeforeTool',
        timestamp: 't',
        tool_name: tool,
        tool_input: input,
      };
    case 'cursor':
      return {
        conversation_id: 's1',
        workspace_roots: [PROJECT],
        hook_event_name: 'preToolUse',
        tool_name: tool,
        tool_input: input,
        tool_use_id: 'c1',
      };
    case 'copilot':
      return { sessionId: 's1', timestamp: 0, workingDirectory: PROJECT, toolName: tool, toolArgs: input };
    case 'opencode':
      return {
        event: 'tool.execute.before',
        sessionID: 's1',
        callID: 'c1',
        directory: PROJECT,
        worktree: PROJECT,
        tool,
        args: input,
      };
    default:
      return host satisfies never;
  }
}
