/**
 * Gemini CLI: `BeforeTool`, `AfterTool` (shapes of @google/gemini-cli-core 0.61.0, `hooks/types.d.ts`). A hook whose exit code is 2 or more blocks; 1, a signal
 * and running out of time let the call run. It has no call ids. Since some version `ask` is a decision, too; older ones take
 * a decision that they do not know for none and let the call run, so it is not used.
 */
import { isJsonObject, type JsonValue } from '@writ/core';
import type { HookAnswer, HookEvent, HookReply, HostAdapter } from '../types.ts';
import { Fields, invalid } from './fields.ts';
import { refused, said, textOf } from './replies.ts';

function read(payload: JsonValue, { cwd }: { readonly cwd: string }): HookEvent {
  const fields = new Fields(payload, 'gemini');
  const name = fields.text('hook_event_name');
  const folder = fields.folder('cwd', cwd);
  const session = fields.optionalText('session_id');
  const common = {
    host: 'gemini' as const,
    name,
    cwd: folder,
    workspaces: [folder],
    ...(session === undefined ? {} : { session }),
  };
  if (name !== 'BeforeTool' && name !== 'AfterTool')
    return { ...common, event: 'other', tool: '', input: {} };
  const called = { ...common, tool: toolOf(fields), input: fields.object('tool_input') };
  if (name === 'BeforeTool') return { ...called, event: 'before' };
  return { ...called, event: 'after', output: fields.object('tool_response') };
}

/** Its names of MCP tools, `mcp_server_tool`, do not say where the server's name ends; what stands beside them does. */
function toolOf(fields: Fields): string {
  const context = fields.get('mcp_context');
  if (context === undefined || context === null) return fields.text('tool_name');
  const server = isJsonObject(context) ? context['server_name'] : undefined;
  const tool = isJsonObject(context) ? context['tool_name'] : undefined;
  if (typeof server !== 'string' || typeof tool !== 'string' || server === '' || tool === '')
    throw invalid('gemini', 'mcp_context', 'names no tool');
  if (server.includes('__')) throw invalid('gemini', 'mcp_context', 'names a server with `__`');
  return `mcp__${server}__${tool}`;
}

function reply(answer: HookAnswer): HookReply {
  switch (answer.kind) {
    case 'pass':
      return said({});
    case 'allow':
      if (answer.input === undefined) return said({});
      return said({
        decision: 'allow',
        hookSpecificOutput: { hookEventName: 'BeforeTool', tool_input: answer.input },
      });
    case 'ask':
    case 'deny':
      return refused({ decision: 'deny', reason: answer.reason }, answer.reason, 2);
    case 'output':
      return said({ decision: 'deny', reason: textOf(answer.output) });
    case 'withhold':
      return said({ decision: 'deny', reason: answer.reason });
    default:
      return answer satisfies never;
  }
}

export const GEMINI: HostAdapter = {
  id: 'gemini',
  read,
  reply,
  can: { rewriteInput: true, replaceOutput: true, ask: false },
};
