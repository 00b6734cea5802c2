/** Steps 10 to 12 of the line. The action has run: whatever goes wrong withholds, and never says that nothing happened. */
import { describeFault, Fault, type JsonValue } from '../kernel/index.ts';
import { type Outcome, strongestVerdict } from '../model/index.ts';
import { judgeResult } from './judgement/index.ts';
import type { Line } from './line.ts';
import { refusalMessage, targetOf, withheldMessage } from './messages.ts';
import type { PerformanceEnd } from './perform.ts';
import { outcomeDraft } from './record/index.ts';
import type { IdentifiedAction, Judgement } from './judgement/index.ts';
import type { Enforced, ResultShape } from './types.ts';

/** Steps 10 to 12. From here on the action has run: whatever goes wrong withholds, and never says that nothing happened. */
export async function settle(
  line: Line,
  identified: IdentifiedAction,
  judgement: Judgement,
  recorded: { readonly receipt: string; readonly index: number },
  end: PerformanceEnd,
  shape: (result: JsonValue) => ResultShape,
): Promise<Enforced> {
  const { receipt, index } = recorded;
  const { decision } = judgement;
  const target = targetOf(identified.action);
  const base = {
    verdict: decision.verdict,
    decision,
    receipt,
    requestId: identified.request.requestId,
    redactions: {},
  };
  try {
    if (end.status !== 'returned') {
      const isAborted = end.status === 'aborted';
      const outcome: Outcome = isAborted ? 'unknown' : 'failed';
      const why = isAborted ? end.reason : describeFault(end.error);
      await close(line, identified, index, { outcome, code: isAborted ? end.code : 'guard.tool' });
      const message = isAborted
        ? withheldMessage(target, why, receipt, false)
        : `\`${target}\` failed: ${why}`;
      return { ...base, outcome, message, ...(isAborted ? {} : { error: end.error }) };
    }
    const { isError } = shape(end.result);
    const delivery = judgeResult(line, identified, judgement, end.result, isError); // 10 inspect and decide again
    const isDelivered = delivery.result !== undefined;
    const outcome: Outcome = !isDelivered ? 'withheld' : isError ? 'failed' : 'performed';
    await close(line, identified, index, {
      // 11 record the outcome, join labels
      outcome,
      delivery: delivery.decision,
      redactions: delivery.redactions,
      result: end.result,
      labels: delivery.labels,
      ...(delivery.decision.code === undefined ? {} : { code: delivery.decision.code }),
    });
    const verdict = strongestVerdict([decision.verdict, delivery.decision.verdict]);
    const withheld = withheldMessage(
      target,
      delivery.decision.reasons.join(' ') || 'policy refused its delivery',
      receipt,
      true,
    );
    return {
      // 12 return
      ...base,
      verdict,
      outcome,
      delivery: delivery.decision,
      redactions: delivery.redactions,
      message: isDelivered ? refusalMessage(target, decision, receipt) : withheld,
      ...(delivery.result === undefined ? {} : { result: delivery.result }),
    };
  } catch (thrown) {
    const message = withheldMessage(
      target,
      `its outcome could not be recorded: ${describeFault(thrown)}`,
      receipt,
      end.status === 'returned',
    );
    return { ...base, verdict: 'deny', outcome: 'withheld', message };
  }
}

/** Step 11: closes decision `index`. Throws where the outcome is not surely recorded. */
async function close(
  line: Line,
  identified: IdentifiedAction,
  index: number,
  facts: Parameters<typeof outcomeDraft>[3],
): Promise<void> {
  const closed = await line.log.append(outcomeDraft(line, identified, index, facts));
  if (closed.status === 'refused')
    throw new Fault('log.conflict', `the log refused the outcome (${closed.refusal})`);
}
