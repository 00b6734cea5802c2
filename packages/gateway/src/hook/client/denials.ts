/** How each host is told no, without knowing more of it than its name: what a hook says when nobody else could be asked. */
import type { HookReply } from '../types.ts';

/** A denial of a call that was about to be made, for `reason`; also what a host is told that is not known. */
export function denial(host: string, reason: string): HookReply {
  const stdout = `${JSON.stringify(denied(host, reason))}\n`;
  // Copilot reads what is printed only where the process ended well; the others block by 2 (mcp-and-hooks, section 3.2).
  return { stdout, stderr: `${reason}\n`, exitCode: host === 'copilot' ? 0 : 2 };
}

function denied(host: string, reason: string): object {
  switch (host) {
    case 'cursor':
      return { permission: 'deny', user_message: reason, agent_message: reason };
    case 'copilot':
      return { permissionDecision: 'deny', permissionDecisionReason: reason };
    case 'gemini':
      return { decision: 'deny', reason };
    case 'opencode':
      return { kind: 'deny', reason };
    default:
      return {
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'deny',
          permissionDecisionReason: reason,
        },
      };
  }
}

/**
 * What is said where a result could not be judged: it is there already, so all that is left is to keep it from the model. Hosts read this only from a process
 * that ended well.
 */
export function withheld(host: string, reason: string): HookReply {
  return { stdout: `${JSON.stringify(keptBack(host, reason))}\n`, stderr: `${reason}\n`, exitCode: 0 };
}

function keptBack(host: string, reason: string): object {
  switch (host) {
    case 'cursor':
      return { additional_context: reason };
    case 'copilot':
      // A `failure` here would be a result of its own, with its own event.
      return { modifiedResult: { textResultForLlm: reason, resultType: 'success' } };
    case 'gemini':
      return { decision: 'deny', reason };
    case 'opencode':
      return { kind: 'output', output: { title: '', output: reason, metadata: {} } };
    case 'codex':
      return { decision: 'block', reason };
    default:
      return {
        decision: 'block',
        reason,
        hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: reason },
      };
  }
}
