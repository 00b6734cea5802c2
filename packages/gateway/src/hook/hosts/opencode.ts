/**
 * OpenCode: a plug-in in its own process (`tool.execute.before` and `after` of @opencode-ai/plugin 1.18.33), which starts the hook and throws where it is
 * denied. What it writes is the plug-in's own: event, tool, sessionID, callID, args, output, directory, worktree.
 */
import { isAbsolute } from 'node:path';
import type { JsonValue } from '@writ/core';
import type { HookAnswer, HookEvent, HookReply, HostAdapter } from '../types.ts';
import { Fields } from './fields.ts';
import { emptied, refused, said } from './replies.ts';

const KINDS: Readonly<Record<string, HookEvent['event']>> = {
  'tool.execute.before': 'before',
  'tool.execute.after': 'after',
};

function read(payload: JsonValue, { cwd }: { readonly cwd: string }): HookEvent {
  const fields = new Fields(payload, 'opencode');
  const name = fields.text('event');
  const event = KINDS[name] ?? 'other';
  const folder = fields.folder('directory', cwd);
  const worktree = fields.optionalText('worktree');
  const session = fields.optionalText('sessionID');
  const callId = fields.optionalText('callID');
  const called = event !== 'other';
  return {
    host: 'opencode',
    event,
    name,
    tool: called ? fields.text('tool') : '',
    input: called ? fields.object('args') : {},
    ...(event === 'after' ? { output: fields.object('output') } : {}),
    ...(callId === undefined ? {} : { callId }),
    ...(session === undefined ? {} : { session }),
    cwd: folder,
    // OpenCode's worktree is `/` where there is no repository.
    workspaces:
      worktree === undefined || worktree === '/' || !isAbsolute(worktree) ? [folder] : [worktree, folder],
  };
}

function reply(answer: HookAnswer, event: HookEvent | undefined): HookReply {
  switch (answer.kind) {
    case 'pass':
      return said({ kind: 'allow' });
    case 'allow':
      return said({ kind: 'allow', ...(answer.input === undefined ? {} : { input: answer.input }) });
    case 'ask':
    case 'deny':
      return refused({ kind: 'deny', reason: answer.reason }, answer.reason, 2);
    case 'output':
      return said({ kind: 'output', output: answer.output });
    case 'withhold':
      return said({ kind: 'output', output: emptied(event?.output, answer.reason) });
    default:
      return answer satisfies never;
  }
}

export const OPENCODE: HostAdapter = {
  id: 'opencode',
  read,
  reply,
  can: { rewriteInput: true, replaceOutput: true, ask: false, strict: 'a plug-in that throws' },
};
