/** Decisions that the guard itself makes: refusals at admission and faults. Always a deny. */
import type {
  Decision,
  DecisionSource,
  PolicyDecisionPoint,
  PolicyOutcome,
  Verdict,
} from '../../model/index.ts';
import type { Epochs, Facts, IdentifiedAction } from './trip.ts';

/** What every decision on one action says about where it was made. */
export interface DecisionBase {
  readonly request: Pick<IdentifiedAction['request'], 'parts'>;
  readonly pdp: PolicyDecisionPoint;
  readonly epochs: Epochs;
  readonly isolation: Decision['isolation'];
}

/** A refusal: its code, and a sentence for people. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** A deny that no policy made. */
export function refusedDecision(
  base: DecisionBase,
  facts: Pick<Facts, 'checks' | 'labelsVersion'>,
  source: DecisionSource,
  refusal: Refusal,
  outcome?: PolicyOutcome,
): Decision {
  return {
    ...decisionOf(base, facts),
    verdict: 'deny',
    mode: base.pdp.mode,
    source,
    code: refusal.code,
    determining: outcome?.determining ?? [],
    errors: outcome?.errors ?? [],
    parts: base.request.parts.map(() => ({ verdict: 'deny' as Verdict, determining: [] })),
    obligations: [],
    approvals: [],
    held: [],
    needs: [],
    unjudgedArgs: outcome?.unjudgedArgs ?? [],
    reasons: [refusal.reason],
  };
}

type DecisionStart = Pick<
  Decision,
  | 'policyHash'
  | 'schemaHash'
  | 'entitiesHash'
  | 'engineVersion'
  | 'killEpoch'
  | 'policyEpoch'
  | 'labelsVersion'
  | 'checks'
  | 'isolation'
>;

/** The fields of a decision that only say under what it was made. */
export function decisionOf(
  { pdp, epochs, isolation }: DecisionBase,
  facts: Pick<Facts, 'checks' | 'labelsVersion'>,
): DecisionStart {
  return {
    policyHash: pdp.policyHash,
    schemaHash: pdp.schemaHash,
    entitiesHash: pdp.entitiesHash,
    engineVersion: pdp.engineVersion,
    killEpoch: epochs.killEpoch,
    policyEpoch: epochs.policyEpoch,
    labelsVersion: facts.labelsVersion,
    checks: facts.checks,
    isolation,
  };
}
