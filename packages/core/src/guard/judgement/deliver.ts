/** Step 10 of the line: a result is judged again before anyone sees it; redacted, withheld or delivered. */
import type { JsonValue } from '../../kernel/index.ts';
import { type Decision, isPermitting, type Obligation, type PolicyOutcome } from '../../model/index.ts';
import { redact } from '../../detection/index.ts';
import { decisionOf, refusedDecision } from './decisions.ts';
import { detectorInput, gatherFacts } from './facts.ts';
import type { Line } from '../line.ts';
import { flooredNow, type IdentifiedAction, type Judgement } from './trip.ts';

/** What may be delivered of a result, and why. `result` is absent where it is withheld. */
export interface Delivery {
  readonly decision: Decision;
  readonly result?: JsonValue;
  readonly redactions: Readonly<Record<string, number>>;
  /** Labels that the session joins, from the call's and the result's policies. */
  readonly labels: readonly string[];
}

/** Judges `result` under the policy of this instant. A failed check that must run withholds it. */
export function judgeResult(
  line: Line,
  { request, action }: IdentifiedAction,
  judgement: Judgement,
  result: JsonValue,
  isError: boolean,
): Delivery {
  const pdp = line.policy.current();
  const target = request.parts[0]?.resource.id ?? request.method;
  const facts = gatherFacts(
    line.detectors,
    detectorInput(result, 'result', target),
    request.session.id,
    line.state,
  );
  const base = { request, pdp, epochs: judgement.epochs, isolation: line.isolation };
  if (facts.failure !== undefined) {
    return { decision: refusedDecision(base, facts, 'fault', facts.failure), redactions: {}, labels: [] };
  }
  const outcome = pdp.decide({
    subject: request.subject,
    initiator: request.initiator,
    ...(request.initiatingServer === undefined ? {} : { initiatingServer: request.initiatingServer }),
    phase: 'result',
    parts: request.parts.map(({ resource }) => ({ action: { name: 'results/deliver' }, resource })),
    lifted: new Set(),
    context: {
      session: { id: request.session.id, labels: facts.labels },
      findings: facts.findingNames,
      factsMissing: facts.factsMissing,
      ...(action.purpose === undefined ? {} : { purpose: action.purpose }),
      time: flooredNow(line.clock, line.state.timeFloor()),
      isError,
    },
  });
  const labels = labelsOf([...judgement.decision.obligations, ...outcome.obligations]);
  const decision = { ...decisionOf(base, facts), ...resultDecision(outcome) };
  if (!isPermitting(outcome.verdict)) return { decision, redactions: {}, labels };
  const kinds = redactedKinds(outcome.obligations);
  const { value, redactions } = redact(result, facts.findings, kinds);
  const isChanged = Object.keys(redactions).length > 0;
  if (isChanged && stillHolds(line, value, target, kinds)) {
    const refusal = {
      code: 'guard.redaction-incomplete',
      reason: 'the result could not be redacted completely',
    };
    return { decision: refusedDecision(base, facts, 'fault', refusal), redactions: {}, labels };
  }
  return {
    decision: { ...decision, verdict: isChanged ? 'modify' : 'allow' },
    result: isChanged ? value : result,
    redactions,
    labels,
  };
}

/** Whether a redacted value still shows what had to go. */
function stillHolds(line: Line, value: JsonValue, target: string, kinds: readonly string[]): boolean {
  return line.detectors.some(({ detector }) =>
    detector
      .detect(detectorInput(value, 'result', target))
      .some(
        (finding) =>
          kinds.includes(finding.kind) || kinds.includes(`${finding.kind}/${finding.detail ?? ''}`),
      ),
  );
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

function redactedKinds(obligations: readonly Obligation[]): readonly string[] {
  const kinds = obligations.flatMap((obligation) =>
    obligation.type === 'redact' && obligation.target === 'result' ? obligation.kinds : [],
  );
  return [...new Set(kinds)].sort();
}

function labelsOf(obligations: readonly Obligation[]): readonly string[] {
  const labels = obligations.flatMap((obligation) => (obligation.type === 'label' ? obligation.labels : []));
  return [...new Set(labels)].sort();
}
