/**
 * Cursor: `preToolUse`, `postToolUse`, `postToolUseFailure` (names and answers in @cursor/sdk 1.0.18), and the older events for shell, MCP and reading.
 * A hook that fails lets the call run, unless it is installed with `failClosed: true`. Results cannot be replaced.
 */
import type { JsonObject, JsonValue } from '@writ/core';
import type { HookAnswer, HookEvent, HookReply, HostAdapter } from '../types.ts';
import { Fields } from './fields.ts';
import { refused, said } from './replies.ts';

type Reader = (fields: Fields) => Pick<HookEvent, 'tool' | 'input'> & { readonly output?: JsonValue };

const anyTool: Reader = (fields) => ({ tool: fields.text('tool_name'), input: fields.object('tool_input') });
const shell: Reader = (fields) => ({
  tool: 'Shell',
  input: { command: fields.text('command'), working_directory: fields.optionalText('cwd') ?? '' },
});
const mcp: Reader = (fields) => ({
  tool: `MCP:${fields.text('tool_name')}`,
  input: fields.object('tool_input'),
});

const EVENTS: Readonly<Record<string, { readonly event: 'before' | 'after'; readonly read: Reader }>> = {
  preToolUse: { event: 'before', read: anyTool },
  postToolUse: {
    event: 'after',
    read: (fields) => ({ ...anyTool(fields), output: fields.get('tool_output') ?? null }),
  },
  postToolUseFailure: {
    event: 'after',
    read: (fields) => ({ ...anyTool(fields), output: fields.get('error_message') ?? null }),
  },
  beforeShellExecution: { event: 'before', read: shell },
  afterShellExecution: {
    event: 'after',
    read: (fields) => ({ ...shell(fields), output: fields.get('output') ?? null }),
  },
  beforeMCPExecution: { event: 'before', read: mcp },
  afterMCPExecution: {
    event: 'after',
    read: (fields) => ({ ...mcp(fields), output: fields.get('result_json') ?? null }),
  },
  beforeReadFile: {
    event: 'before',
    read: (fields) => ({ tool: 'Read', input: { file_path: fields.text('file_path') } }),
  },
};

function read(payload: JsonValue, { cwd }: { readonly cwd: string }): HookEvent {
  const fields = new Fields(payload, 'cursor');
  const name = fields.text('hook_event_name');
  const workspaces = fields.folders('workspace_roots');
  const folder = fields.folder('cwd', workspaces[0] ?? cwd);
  const session = fields.optionalText('conversation_id');
  const callId = fields.optionalText('tool_use_id');
  const known = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
  return {
    host: 'cursor',
    event: known?.event ?? 'other',
    name,
    ...(known === undefined ? { tool: '', input: {} } : known.read(fields)),
    ...(name === 'postToolUseFailure' ? { isError: true } : {}),
    // The older events know an answer, and no other input.
    ...(known?.event === 'before' && name !== 'preToolUse' ? { isFixed: true } : {}),
    ...(callId === undefined ? {} : { callId }),
    ...(session === undefined ? {} : { session }),
    cwd: folder,
    workspaces: workspaces.length === 0 ? [folder] : workspaces,
  };
}

function reply(answer: HookAnswer): HookReply {
  const permission = (value: string, more: JsonObject): JsonObject => ({ permission: value, ...more });
  switch (answer.kind) {
    case 'pass':
      return said({});
    case 'allow':
      return said(answer.input === undefined ? {} : permission('allow', { updated_input: answer.input }));
    case 'ask':
      return said(
        permission('ask', {
          user_message: answer.reason,
          agent_message: answer.reason,
          ...(answer.input === undefined ? {} : { updated_input: answer.input }),
        }),
      );
    case 'deny':
      return refused(
        permission('deny', { user_message: answer.reason, agent_message: answer.reason }),
        answer.reason,
        2,
      );
    case 'output':
      return said({ additional_context: answer.note ?? 'Writ would have changed this result.' });
    case 'withhold':
      return said({ additional_context: answer.reason });
    default:
      return answer satisfies never;
  }
}

export const CURSOR: HostAdapter = {
  id: 'cursor',
  read,
  reply,
  can: { rewriteInput: true, replaceOutput: false, ask: true, strict: 'failClosed: true' },
};
