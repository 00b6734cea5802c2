/** The line for listings: which of many parts may be seen. Nothing is performed; one entry records the whole list. */
import { createUlid, describeFault, isFault } from '../kernel/index.ts';
import { isPermitting, type Verdict } from '../model/index.ts';
import { followPolicy } from './follow-policy.ts';
import { identify } from './identify.ts';
import { judge } from './judgement/index.ts';
import type { Line } from './line.ts';
import { ownAction } from './own.ts';
import { decisionDraft } from './record/index.ts';
import { unrecordedDenial } from './refuse.ts';
import type { EnforcedList, InterceptedAction } from './types.ts';

/** Judges `action.parts` one by one; what cannot be judged or recorded is not visible. Never rejects. */
export async function enforceList(line: Line, intercepted: InterceptedAction): Promise<EnforcedList> {
  const action = ownAction(intercepted, 'list');
  const requestId = createUlid(line.clock, line.random);
  try {
    const identified = identify(line, action, requestId, undefined);
    await followPolicy(line);
    const judgement = judge(line, identified, line.policy.current());
    const { decision } = judgement;
    const isJudged = decision.source === 'policy';
    const visible = action.parts.map(
      (_part, index) => isJudged && isPermitting(decision.parts[index]?.verdict ?? 'deny'),
    );
    const verdict: Verdict = visible.every(Boolean) ? 'allow' : visible.some(Boolean) ? 'modify' : 'deny';
    // Nothing in a list is redacted; what is shown labels the session that sees it.
    const listed = { ...decision, verdict, held: [] };
    const recorded = await line.log.append(
      decisionDraft(line, identified, { ...judgement, decision: listed }, undefined),
    );
    if (recorded.status === 'refused')
      return hidden(line, action, `guard.${recorded.refusal}`, 'something changed while it was recorded');
    const count = visible.filter(Boolean).length;
    return {
      verdict,
      receipt: recorded.receipt,
      visible,
      decision: listed,
      message: `${count} of ${visible.length} visible`,
    };
  } catch (thrown) {
    return hidden(line, action, isFault(thrown) ? thrown.code : 'guard.fault', describeFault(thrown));
  }
}

/** Nothing is visible, and why. */
function hidden(line: Line, action: InterceptedAction, code: string, reason: string): EnforcedList {
  const decision = unrecordedDenial(line, action, { code, reason });
  return { verdict: 'deny', visible: action.parts.map(() => false), decision, message: reason };
}
