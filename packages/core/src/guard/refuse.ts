/** Answers of the line where nothing was performed: refused by policy, by the guard, or because something broke. */
import { describeFault, isFault } from '../kernel/index.ts';
import type { Decision } from '../model/index.ts';
import { type Facts, type Refusal, refusedDecision } from './judgement/index.ts';
import { identify } from './identify.ts';
import type { Line } from './line.ts';
import { refusalMessage, targetOf } from './messages.ts';
import { decisionDraft } from './record/index.ts';
import type { IdentifiedAction, Judgement } from './judgement/index.ts';
import type { Enforced, InterceptedAction } from './types.ts';

/** Epochs of a decision that read none. */
const NO_EPOCHS = { killEpoch: 0, policyEpoch: 0 };
/** Facts of one that had none, or whose facts nobody knows any more. */
export const NO_FACTS: Facts = {
  findings: [],
  findingNames: [],
  checks: [],
  factsMissing: [],
  labels: [],
  labelsVersion: 0,
};

/** An answer that ends the trip: a deny, a deferral, or a hold that waits for people. */
export function refused(
  line: Line,
  { action, request }: IdentifiedAction,
  judgement: Judgement,
  receipt: string,
  index: number,
): Enforced {
  const { decision, hold } = judgement;
  const target = targetOf(action);
  const base = { verdict: decision.verdict, decision, receipt, requestId: request.requestId, redactions: {} };
  if (decision.verdict !== 'step_up') return { ...base, message: refusalMessage(target, decision, receipt) };
  const held = hold ?? line.state.hold(index);
  const reference = `${line.log.origin}#${held?.index ?? index}`;
  return {
    ...base,
    hold: { reference, expires: held?.expires ?? 0 },
    message: refusalMessage(target, decision, reference),
  };
}

/** Records a deny that the guard itself makes, after races that did not end. */
export async function refuse(
  line: Line,
  identified: IdentifiedAction,
  judgement: Judgement,
  code: string,
  reason: string,
): Promise<Enforced> {
  const base = {
    request: identified.request,
    pdp: line.policy.current(),
    epochs: judgement.epochs,
    isolation: line.isolation,
  };
  const decision = refusedDecision(base, judgement.facts, 'admission', { code, reason });
  const { approval: _approval, ...rest } = judgement;
  const draft = decisionDraft(line, { ...identified, nonceKeys: [] }, { ...rest, decision }, undefined);
  const recorded = await line.log.append(draft);
  const receipt = recorded.status === 'committed' ? recorded.receipt : undefined;
  const message = refusalMessage(targetOf(identified.action), decision, receipt);
  return {
    verdict: 'deny',
    decision,
    requestId: identified.request.requestId,
    redactions: {},
    message,
    ...(receipt === undefined ? {} : { receipt }),
  };
}

/** A fault before the action ran: a deny that says why, recorded where it still can be. Never rejects. */
export async function faulted(
  line: Line,
  action: InterceptedAction,
  requestId: string,
  parent: string | undefined,
  thrown: unknown,
): Promise<Enforced> {
  const refusal = { code: isFault(thrown) ? thrown.code : 'guard.fault', reason: describeFault(thrown) };
  const recorded = await recordFault(line, { ...action, args: {}, refusal }, requestId, parent, refusal);
  const decision = recorded?.decision ?? unrecordedDenial(line, action, refusal);
  const receipt = recorded?.receipt;
  return {
    verdict: 'deny',
    decision,
    requestId,
    redactions: {},
    message: refusalMessage(targetOf(action), decision, receipt),
    ...(receipt === undefined ? {} : { receipt }),
  };
}

/** A deny of what nobody could be identified for, or that could not be recorded. */
export function unrecordedDenial(
  line: Line,
  { parts }: Pick<InterceptedAction, 'parts'>,
  refusal: Refusal,
): Decision {
  return refusedDecision(
    { request: { parts }, pdp: line.policy.current(), epochs: NO_EPOCHS, isolation: line.isolation },
    NO_FACTS,
    'fault',
    refusal,
  );
}

/** `undefined` where it could not be recorded. */
async function recordFault(
  line: Line,
  action: InterceptedAction,
  requestId: string,
  parent: string | undefined,
  refusal: Refusal,
): Promise<{ readonly decision: Decision; readonly receipt: string } | undefined> {
  try {
    const identified = { ...identify(line, action, requestId, parent), nonceKeys: [] };
    const decision = unrecordedDenial(line, action, refusal);
    const performedDigest = identified.request.requestedDigest;
    const judgement = {
      decision,
      facts: NO_FACTS,
      epochs: NO_EPOCHS,
      args: action.args,
      performedDigest,
    };
    const recorded = await line.log.append(decisionDraft(line, identified, judgement, parent));
    return recorded.status === 'committed' ? { decision, receipt: recorded.receipt } : undefined;
  } catch {
    // No record, and no action either: the answer is a deny without a receipt, which the guard counts.
    return undefined;
  }
}
