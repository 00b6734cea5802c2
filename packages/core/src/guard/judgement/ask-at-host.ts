/** Forbids that the person at the host may lift: asked there and then, because whoever asked may never approve under a name of their own. */
import type { HeldForbid, PolicyDecisionPoint, PolicyOutcome, PolicyQuery } from '../../model/index.ts';
import type { InterceptedAction } from '../types.ts';

/** The approver that stands for whoever asked. */
const REQUESTER = 'requester';

/** What a person at the host is asked. */
export interface HostQuestion {
  /** Ids of the forbids that they lift by agreeing, sorted. */
  readonly policies: readonly string[];
  /** Why they are asked, in the words of policy. */
  readonly reasons: readonly string[];
}

/**
 * Puts `question` to the policies; where forbids hold it that are for the requester alone and the host can ask, once more as if these were lifted. What
 * else holds or refuses it stands. INVARIANT: an answer that supposes an agreement comes with the question.
 */
export function askAtHost(
  pdp: PolicyDecisionPoint,
  question: PolicyQuery,
  { host }: InterceptedAction,
): { readonly query: PolicyQuery; readonly answer: PolicyOutcome; readonly ask?: HostQuestion } {
  const answer = pdp.decide(question);
  if (host?.asks !== true || answer.verdict !== 'step_up') return { query: question, answer };
  const own = answer.held.filter(isForRequester);
  if (own.length === 0) return { query: question, answer };
  const lifted = new Set([...question.lifted, ...own.map(({ contentHash }) => contentHash)]);
  const query = { ...question, lifted };
  return {
    query,
    answer: pdp.decide(query),
    ask: { policies: own.map(({ id }) => id).sort(), reasons: answer.reasons },
  };
}

/** Several people, or somebody else as well, are more than one who asked. */
function isForRequester({ approvers, quorum }: HeldForbid): boolean {
  return quorum === 1 && approvers.length === 1 && approvers[0] === REQUESTER;
}

/** What was asked of the requested arguments and of the changed ones. */
export function questionsOf(...asks: readonly (HostQuestion | undefined)[]): HostQuestion | undefined {
  const all = asks.flatMap((ask) => ask ?? []);
  if (all.length === 0) return undefined;
  return {
    policies: [...new Set(all.flatMap(({ policies }) => policies))].sort(),
    reasons: [...new Set(all.flatMap(({ reasons }) => reasons))],
  };
}
