/** The end of a held action that was given up: nobody may agree to it any more. */
import { isFault } from '../kernel/index.ts';
import { APPROVAL_WITHDRAWN } from '../model/index.ts';
import { identify } from './identify.ts';
import { refusedDecision } from './judgement/index.ts';
import type { Line } from './line.ts';
import { refusalMessage, targetOf } from './messages.ts';
import { decisionDraft } from './record/index.ts';
import { NO_FACTS } from './refuse.ts';
import type { Enforced, InterceptedAction } from './types.ts';
import { holdIndex } from './waiting.ts';

/**
 * Records a denial that takes `hold` back, as one entry, so that no later answer counts and no later call uses one that was given. Where somebody
 * answered for good meanwhile, or where it cannot be recorded, `end` stands. Never rejects.
 */
export async function withdraw(
  line: Line,
  action: InterceptedAction,
  requestId: string,
  end: Enforced,
  hold: NonNullable<Enforced['hold']>,
): Promise<Enforced> {
  try {
    const identified = { ...identify(line, action, requestId, hold.reference), nonceKeys: [] };
    const { request } = identified;
    const { killEpoch, policyEpoch } = end.decision;
    const base = {
      request,
      pdp: line.policy.current(),
      epochs: { killEpoch, policyEpoch },
      isolation: line.isolation,
    };
    const refusal = {
      code: APPROVAL_WITHDRAWN,
      reason: `${whyOf(action)} while it waited, so nobody can approve it any more`,
    };
    const decision = refusedDecision(base, NO_FACTS, 'admission', refusal);
    const draft = decisionDraft(
      line,
      identified,
      {
        decision,
        facts: NO_FACTS,
        epochs: base.epochs,
        args: request.args,
        performedDigest: request.requestedDigest,
      },
      hold.reference,
    );
    const recorded = await line.log.append({
      ...draft,
      effects: [{ type: 'withdraw', hold: holdIndex(hold) }],
    });
    if (recorded.status === 'refused') return end;
    const { receipt } = recorded;
    const message = refusalMessage(targetOf(action), decision, receipt);
    return { verdict: 'deny', decision, receipt, requestId, redactions: {}, message };
  } catch {
    return end;
  }
}

/** A fault is said by whoever carried the call; anything else may be a client's words, and stands for its leaving. */
function whyOf({ signal }: InterceptedAction): string {
  const reason: unknown = signal?.reason;
  return isFault(reason) ? reason.message : 'its caller left';
}
