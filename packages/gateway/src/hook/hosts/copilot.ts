/**
 * GitHub Copilot CLI: `preToolUse`, `postToolUse`, `postToolUseFailure` (shapes of @github/copilot-sdk 1.0.14; `toolArgs` is an object or its JSON text).
 * It reads what a hook prints only where the hook ended well, so a denial ends with 0. Other ends deny, and running out of time lets the call run.
 */
import type { JsonObject, JsonValue } from '@writ/core';
import type { HookAnswer, HookEvent, HookReply, HostAdapter } from '../types.ts';
import { Fields } from './fields.ts';
import { emptied, refused, said, SILENT } from './replies.ts';

/** Payloads do not name their event: one with a result comes after. */
function read(payload: JsonValue, { cwd }: { readonly cwd: string }): HookEvent {
  const fields = new Fields(payload, 'copilot');
  const folder = fields.folder(
    fields.get('workingDirectory') === undefined ? 'cwd' : 'workingDirectory',
    cwd,
  );
  const session = fields.optionalText('sessionId');
  const callId = fields.optionalText('toolCallId');
  const common = {
    host: 'copilot' as const,
    cwd: folder,
    workspaces: [folder],
    ...(session === undefined ? {} : { session }),
  };
  if (fields.get('toolName') === undefined)
    return { ...common, event: 'other', name: 'other', tool: '', input: {} };
  const result = fields.get('toolResult');
  const error = fields.get('error');
  const called = {
    ...common,
    tool: fields.text('toolName'),
    input: fields.object('toolArgs'),
    ...(callId === undefined ? {} : { callId }),
  };
  if (result === undefined && error === undefined) return { ...called, event: 'before', name: 'preToolUse' };
  if (result !== undefined) return { ...called, event: 'after', name: 'postToolUse', output: result };
  return { ...called, event: 'after', name: 'postToolUseFailure', output: error ?? null, isError: true };
}

function reply(answer: HookAnswer, event: HookEvent | undefined): HookReply {
  switch (answer.kind) {
    case 'pass':
      return SILENT;
    case 'allow':
      if (answer.input === undefined) return SILENT;
      return said({ permissionDecision: 'allow', modifiedArgs: answer.input });
    case 'ask':
      return said({
        permissionDecision: 'ask',
        permissionDecisionReason: answer.reason,
        ...(answer.input === undefined ? {} : { modifiedArgs: answer.input }),
      });
    case 'deny':
      return refused(
        { permissionDecision: 'deny', permissionDecisionReason: answer.reason },
        answer.reason,
        0,
      );
    case 'output':
      return said(after(event, answer.output, 'Writ would have changed this message: do not act on it.'));
    case 'withhold':
      return said(after(event, emptied(event?.output, answer.reason), answer.reason));
    default:
      return answer satisfies never;
  }
}

/** A failure's text cannot be replaced, only commented. */
function after(event: HookEvent | undefined, modifiedResult: JsonValue, comment: string): JsonObject {
  return event?.isError === true ? { additionalContext: comment } : { modifiedResult };
}

export const COPILOT: HostAdapter = {
  id: 'copilot',
  read,
  reply,
  can: { rewriteInput: true, replaceOutput: 'successes', ask: true },
};
