/** Sentences that a model and a person can act on. They never quote arguments, results or matched secrets. */
import type { Decision } from '../model/index.ts';
import type { InterceptedAction } from './types.ts';

/** Longest message, in UTF-16 units. */
const MAX_MESSAGE = 1200;

/** What is said of an action that was not permitted. */
export function refusalMessage(target: string, decision: Decision, receipt: string | undefined): string {
  const policies = decision.determining.map(({ id }) => id);
  const named = policies.length === 0 ? '' : ` (policy ${policies.map((id) => `\`${id}\``).join(', ')})`;
  const reasons = decision.reasons.length === 0 ? '' : ` ${decision.reasons.map(sentence).join(' ')}`;
  const recorded = receipt === undefined ? ' This could not be recorded.' : ` Receipt ${receipt}.`;
  switch (decision.verdict) {
    case 'deny':
      return limit(`Denied: \`${target}\` was not run${named}.${reasons}${recorded}`);
    case 'defer':
      return limit(
        `Deferred: \`${target}\` was not run${named}. It needs ${decision.needs.map((need) => `\`${need}\``).join(', ')}; supply that and call again.${reasons}${recorded}`,
      );
    case 'step_up':
      return limit(
        `Waiting for approval: \`${target}\` was not run${named}.${reasons} Ask an approver to run \`writ approvals show ${receipt ?? ''}\`, then repeat exactly this call: it runs once if approved.`,
      );
    case 'modify':
    case 'allow':
      return limit(`\`${target}\` was permitted.${recorded}`);
    default:
      return decision.verdict satisfies never;
  }
}

/** What is said where the action ran, or may have, and nothing is delivered. */
export function withheldMessage(target: string, why: string, receipt: string, isCertain: boolean): string {
  const happened = isCertain
    ? `\`${target}\` was performed and its result is withheld; do not retry.`
    : `\`${target}\` was started and its effect is unknown; do not retry before somebody looked.`;
  return limit(`${happened} ${sentence(why)} Receipt ${receipt}.`);
}

/** `text` as a sentence: first letter upper case, one full stop at the end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const closed = /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
  return closed.slice(0, 1).toUpperCase() + closed.slice(1);
}

function limit(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE - 1)}…`;
}

/** What messages call the action. */
export function targetOf(action: InterceptedAction): string {
  const resource = action.parts[0]?.resource;
  return resource?.type === 'tool' || resource?.type === 'prompt' ? resource.id : action.method;
}
