/** The part of a decision that stands in the clear: codes, ids of policies, counts and hashes of public things. */
import {
  type Decision,
  type DecisionRecord,
  type Obligation,
  type Phase,
  RECORDED_METHODS,
} from '../../model/index.ts';
import { type Asked, type IdentifiedAction, shadowOf } from '../judgement/index.ts';

/** Most determining policies named in one entry; `determiningCount` tells how many there were. */
const MAX_DETERMINING = 64;

/** The clear part of a decision. */
export function decisionRecord(
  decision: Decision,
  request: {
    readonly method: string;
    readonly phase: Phase;
    readonly initiator: IdentifiedAction['request']['initiator'];
    readonly subject: IdentifiedAction['request']['subject'];
  },
  parent: string | undefined,
  asked: readonly Asked[] = [],
  spentUs?: DecisionRecord['spentUs'],
): DecisionRecord {
  const shadow = shadowOf(asked);
  const verdicts: Record<string, number> = {};
  for (const part of decision.parts) verdicts[part.verdict] = (verdicts[part.verdict] ?? 0) + 1;
  const { method, assurance } = request.subject.authentication;
  return {
    verdict: decision.verdict,
    ...(decision.would === undefined ? {} : { would: decision.would }),
    mode: decision.mode,
    source: decision.source,
    ...(decision.code === undefined ? {} : { code: decision.code }),
    method: RECORDED_METHODS.has(request.method) ? request.method : 'other',
    phase: request.phase,
    initiator: request.initiator,
    authentication: { method, assurance },
    determining: decision.determining.slice(0, MAX_DETERMINING),
    determiningCount: decision.determining.length,
    errors: decision.errors.slice(0, MAX_DETERMINING).map(({ policy, code }) => ({ policy, code })),
    policyHash: decision.policyHash,
    schemaHash: decision.schemaHash,
    entitiesHash: decision.entitiesHash,
    engineVersion: decision.engineVersion,
    killEpoch: decision.killEpoch,
    policyEpoch: decision.policyEpoch,
    labelsVersion: decision.labelsVersion,
    parts: { count: decision.parts.length, verdicts },
    obligations: decision.obligations.map((obligation) => ({
      type: obligation.type,
      names: namesOf(obligation),
    })),
    checks: decision.checks,
    approvals: decision.approvals,
    isolation: decision.isolation,
    held: decision.held.map(({ contentHash, quorum }) => ({ contentHash, quorum })),
    ...(parent === undefined ? {} : { parent }),
    ...(shadow === undefined ? {} : { shadow }),
    ...(spentUs === undefined ? {} : { spentUs }),
  };
}

function namesOf(obligation: Obligation): readonly string[] {
  switch (obligation.type) {
    case 'redact':
      return obligation.kinds;
    case 'label':
      return obligation.labels;
    case 'confine':
      return [obligation.confinement];
    case 'minimise':
      return [obligation.purpose];
    case 'ask':
      return obligation.policies;
    default:
      return obligation satisfies never;
  }
}
