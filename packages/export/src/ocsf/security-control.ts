/** The profile `security_control`: what was decided and what became of it, in the numbers of OCSF. */
import type { DecisionRecord, JsonObject, Outcome, Verdict } from '@writ/core';
import type { EventSeverity } from './event.ts';

/** `action_id` and `disposition_id`, with a word of our own where one is 99. */
export interface Control extends JsonObject {
  readonly action_id: number;
  readonly disposition_id: number;
}

const ALLOWED = { action_id: 1, disposition_id: 1 };
const BLOCKED = { action_id: 2, disposition_id: 2 };
const CORRECTED = { action_id: 4, disposition_id: 11 };
const UNKNOWN = { action_id: 0, disposition_id: 0 };

/** Neither allowed nor denied, and not done meanwhile. */
function delayed(action: string): Control {
  return { action_id: 99, action, disposition_id: 14 };
}

/** What a verdict is. Where a mode does not enforce, `would` is what it did not do: observed, and detected if it would not have permitted as it was. */
export function controlOf({ verdict, would }: Pick<DecisionRecord, 'verdict' | 'would'>): Control {
  if (would !== undefined && would !== verdict) return { action_id: 3, disposition_id: 15 };
  return ofVerdict(verdict);
}

function ofVerdict(verdict: Verdict): Control {
  switch (verdict) {
    case 'allow':
      return ALLOWED;
    case 'modify':
      return CORRECTED;
    case 'step_up':
    case 'defer':
      return delayed(verdict);
    case 'deny':
      return BLOCKED;
    default:
      return verdict satisfies never;
  }
}

/** What became of a permitted action. `isRedacted`: something was taken out of its result. */
export function controlOfOutcome(outcome: Outcome, isRedacted: boolean): Control {
  switch (outcome) {
    case 'performed':
      return isRedacted ? CORRECTED : ALLOWED;
    case 'failed':
      return { action_id: 1, disposition_id: 27 };
    case 'not_performed':
      return { action_id: 99, action: outcome, disposition_id: 16 };
    case 'withheld':
      return BLOCKED;
    case 'unknown':
      return UNKNOWN;
    default:
      return outcome satisfies never;
  }
}

/** How grave a decision is to who watches. */
export function severityOf({ verdict, would, source }: DecisionRecord): EventSeverity {
  if (verdict === 'deny') return source === 'fault' ? 'high' : 'medium';
  if (verdict === 'step_up' || verdict === 'defer') return 'low';
  return would !== undefined && would !== verdict ? 'low' : 'informational';
}

/** Who decided: the set in force, and the policies that determined the verdict. */
export function policiesOf(decision: DecisionRecord): JsonObject {
  return {
    policy: {
      name: 'policy set',
      uid: decision.policyHash,
      version: String(decision.policyEpoch),
      is_applied: decision.mode !== 'audit',
    },
    ...(decision.determining.length === 0
      ? {}
      : {
          authorizations: decision.determining.map(({ id, contentHash }) => ({
            decision: decision.would ?? decision.verdict,
            policy: { uid: id, version: contentHash },
          })),
        }),
  };
}

/** What else a decision says in the clear. */
export function decisionFacts(decision: DecisionRecord): JsonObject {
  const { mode, source, phase, would, parent, parts, obligations, checks, errors, shadow, spentUs } =
    decision;
  return {
    verdict: decision.verdict,
    ...(would === undefined ? {} : { would }),
    mode,
    source,
    phase,
    parts: parts.count,
    isolation: decision.isolation,
    determining_count: decision.determiningCount,
    engine_version: decision.engineVersion,
    schema_hash: decision.schemaHash,
    ...(parent === undefined ? {} : { resumes: parent }),
    ...(obligations.length === 0
      ? {}
      : { obligations: obligations.map(({ type, names }) => ({ type, names: [...names] })) }),
    ...(checks.length === 0
      ? {}
      : {
          checks: checks.map(({ id, status, reason }) => ({
            id,
            status,
            ...(reason === undefined ? {} : { reason }),
          })),
        }),
    ...(errors.length === 0 ? {} : { policy_errors: errors.map(({ policy, code }) => ({ policy, code })) }),
    ...(shadow === undefined ? {} : { shadow: { policy_hash: shadow.policyHash, status: shadow.status } }),
    ...(spentUs === undefined ? {} : { spent_us: { ...spentUs } }),
  };
}
