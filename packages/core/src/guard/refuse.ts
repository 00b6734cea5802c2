/** Answers of the line where nothing was performed: refused by policy, by the guard, or because something broke. */
import { describeFault, isFault } from '../kernel/index.ts';
import { refusedDecision } from './judgement/index.ts';
import { identify } from './identify.ts';
import type { Line } from './line.ts';
import { refusalMessage, targetOf } from './messages.ts';
import { decisionDraft } from './record/index.ts';
import type { IdentifiedAction, Judgement } from './judgement/index.ts';
import type { Enforced, InterceptedAction } from './types.ts';

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

/** A fault before the action ran: a deny that says why, recorded where it still can be. */
export async function faulted(
  line: Line,
  action: InterceptedAction,
  requestId: string,
  parent: string | undefined,
  thrown: unknown,
): Promise<Enforced> {
  const code = isFault(thrown) ? thrown.code : 'guard.fault';
  const reason = describeFault(thrown);
  const denied = await recordFault(
    line,
    { ...action, args: {}, refusal: { code, reason } },
    requestId,
    parent,
    { code, reason },
  );
  return { ...denied, message: refusalMessage(targetOf(action), denied.decision, denied.receipt) };
}

async function recordFault(
  line: Line,
  action: InterceptedAction,
  requestId: string,
  parent: string | undefined,
  refusal: { readonly code: string; readonly reason: string },
): Promise<Omit<Enforced, 'message'>> {
  const identified = { ...identify(line, action, requestId, parent), nonceKeys: [] };
  const pdp = line.policy.current();
  const epochs = { killEpoch: 0, policyEpoch: 0 };
  const facts = {
    findings: [],
    findingNames: [],
    checks: [],
    factsMissing: [],
    labels: [],
    labelsVersion: 0,
  };
  const decision = refusedDecision(
    { request: identified.request, pdp, epochs, isolation: line.isolation },
    facts,
    'fault',
    refusal,
  );
  const base = { verdict: 'deny' as const, decision, requestId, redactions: {} };
  try {
    const judgement = {
      decision,
      facts,
      epochs,
      args: action.args,
      performedDigest: identified.request.requestedDigest,
    };
    const recorded = await line.log.append(decisionDraft(line, identified, judgement, parent));
    return recorded.status === 'committed' ? { ...base, receipt: recorded.receipt } : base;
  } catch {
    // No record, and no action either: the answer is a deny without a receipt.
    return base;
  }
}
