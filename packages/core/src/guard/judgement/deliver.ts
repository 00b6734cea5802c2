/** Step 10 of the line: a result is judged again before anyone sees it; redacted, withheld or delivered. */
import type { JsonValue } from '../../kernel/index.ts';
import {
  type Decision,
  type DecisionSource,
  type Finding,
  isPermitting,
  type Obligation,
  type PolicyOutcome,
  type PolicyQuery,
} from '../../model/index.ts';
import { redact } from '../../detection/index.ts';
import { type Asked, besideIt } from './asked.ts';
import { deliveredParts, deliveryRefusal, noFacts } from './admission.ts';
import { decisionOf, type Refusal, refusedDecision } from './decisions.ts';
import { detectorInput, gatherFacts } from './facts.ts';
import { looking, type Line } from '../line.ts';
import { purposeFacts, purposeOf } from './purpose.ts';
import { cannotRedact, stillHolds, redactedKinds } from './redaction.ts';
import { type Facts, flooredNow, type IdentifiedAction, type Judgement, witnessFact } from './trip.ts';

/** What may be delivered of a result, and why. `result` is absent where it is withheld. */
export interface Delivery {
  readonly decision: Decision;
  readonly result?: JsonValue;
  readonly redactions: Readonly<Record<string, number>>;
  /** Labels that the session joins, from the call's and the result's policies. */
  readonly labels: readonly string[];
  /** What the decision point was asked about the result; absent where it was not. */
  readonly asked?: readonly Asked[];
  /** What was found in the result as it came back; absent where nobody looked. */
  readonly findings?: readonly Finding[];
}

/** Judges `result` under the policy and kills of this instant. A failed check that must run withholds it, and so does a redaction that cannot be done. */
export function judgeResult(
  present: Line,
  identified: IdentifiedAction,
  judgement: Judgement,
  result: JsonValue,
  isError: boolean,
): Delivery {
  const { request } = identified;
  const line = looking(present);
  const inForce = line.state.epochs(line.policy.scope);
  const { killEpoch, policyEpoch } = inForce;
  const pdp = line.policy.current();
  const base = { request, pdp, epochs: { killEpoch, policyEpoch }, isolation: line.isolation };
  const withheld = (facts: Facts, source: DecisionSource, refusal: Refusal, labels: readonly string[]) => ({
    decision: refusedDecision(base, facts, source, refusal),
    redactions: {},
    labels,
    findings: facts.findings,
  });
  const refusal = deliveryRefusal(line, identified, pdp, inForce);
  const ofCall = labelsOf(judgement.decision.obligations);
  if (refusal !== undefined) return withheld(noFacts(line), 'admission', refusal, ofCall);
  const target = request.parts[0]?.resource.id ?? request.method;
  const input = detectorInput(result, 'result', target);
  const facts = gatherFacts(line.detectors, input, request.session.id, line.state);
  if (facts.failure !== undefined) return withheld(facts, 'fault', facts.failure, ofCall);
  const query = deliveryQuery(line, identified, facts, isError);
  const outcome = pdp.decide(query);
  const asked = [besideIt(line, query, outcome)];
  const labels = labelsOf([...judgement.decision.obligations, ...outcome.obligations]);
  const decision = { ...decisionOf(base, facts), ...resultDecision(outcome) };
  if (!isPermitting(outcome.verdict))
    return { decision, redactions: {}, labels, asked, findings: facts.findings };
  const kinds = redactedKinds(outcome.obligations, 'result');
  const obstacle = cannotRedact(line.detectors, facts, kinds);
  if (obstacle !== undefined) return { ...withheld(facts, 'fault', obstacle, labels), asked };
  const { value, redactions } = redact(result, facts.findings, kinds);
  const isChanged = Object.keys(redactions).length > 0;
  const again = isChanged
    ? line.detectors.flatMap(({ detector }) => detector.detect({ ...input, value }))
    : [];
  if (stillHolds(again, kinds)) {
    const reason = 'the result could not be redacted completely';
    return { ...withheld(facts, 'fault', { code: 'guard.redaction-incomplete', reason }, labels), asked };
  }
  return {
    decision: { ...decision, verdict: isChanged ? 'modify' : 'allow' },
    result: isChanged ? value : result,
    redactions,
    labels,
    asked,
    findings: facts.findings,
  };
}

function deliveryQuery(
  line: Line,
  { request, action }: IdentifiedAction,
  facts: Facts,
  isError: boolean,
): PolicyQuery {
  return {
    subject: request.subject,
    initiator: request.initiator,
    ...(request.initiatingServer === undefined ? {} : { initiatingServer: request.initiatingServer }),
    phase: 'result',
    parts: deliveredParts(action, request),
    lifted: new Set(),
    context: {
      session: { id: request.session.id, labels: facts.labels },
      findings: facts.findingNames,
      factsMissing: facts.factsMissing,
      ...purposeFacts(line, request, purposeOf(line, request)),
      ...witnessFact(line),
      time: flooredNow(line.clock, line.state.timeFloor()),
      isError,
    },
  };
}

function resultDecision(
  outcome: PolicyOutcome,
): Omit<Decision, keyof ReturnType<typeof decisionOf> | 'performedDigest'> {
  return {
    verdict: outcome.verdict,
    ...(outcome.would === undefined ? {} : { would: outcome.would }),
    mode: outcome.mode,
    source: outcome.source,
    ...(outcome.code === undefined ? {} : { code: outcome.code }),
    determining: outcome.determining,
    errors: outcome.errors,
    parts: outcome.parts,
    obligations: outcome.obligations,
    approvals: [],
    held: outcome.held,
    needs: outcome.needs,
    unjudgedArgs: outcome.unjudgedArgs,
    reasons: outcome.reasons,
  };
}

function labelsOf(obligations: readonly Obligation[]): readonly string[] {
  const labels = obligations.flatMap((obligation) => (obligation.type === 'label' ? obligation.labels : []));
  return [...new Set(labels)].sort();
}
