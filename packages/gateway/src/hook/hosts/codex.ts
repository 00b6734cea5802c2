/**
 * OpenAI Codex: Claude Code's shape with `turn_id`. A hook that fails lets the call run, and so does a decision that Codex does not know: it takes `deny`,
 * and `allow` only beside other arguments; `ask` is none (measured by others on 0.153 to 0.155).
 */
import type { HookAnswer, HookReply, HostAdapter } from '../types.ts';
import { readClaudeShape } from './claude-code.ts';
import { refused, said, SILENT, textOf } from './replies.ts';

function reply(answer: HookAnswer): HookReply {
  switch (answer.kind) {
    case 'pass':
      return SILENT;
    case 'allow':
      if (answer.input === undefined) return SILENT;
      return said({
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'allow',
          updatedInput: answer.input,
        },
      });
    case 'ask':
    case 'deny':
      return refused(
        {
          hookSpecificOutput: {
            hookEventName: 'PreToolUse',
            permissionDecision: 'deny',
            permissionDecisionReason: answer.reason,
          },
        },
        answer.reason,
        2,
      );
    case 'output':
      return said({ decision: 'block', reason: textOf(answer.output) });
    case 'withhold':
      return said({ decision: 'block', reason: answer.reason });
    default:
      return answer satisfies never;
  }
}

export const CODEX: HostAdapter = {
  id: 'codex',
  read: (payload, { cwd }) => readClaudeShape('codex', payload, { cwd }),
  reply,
  can: { rewriteInput: true, replaceOutput: false, ask: false },
};
