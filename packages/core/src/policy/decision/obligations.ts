/** What goes with a verdict: policies by reference, errors, obligations, forbids that wait, facts that are missing. */
import {
  type HeldForbid,
  type Mode,
  type Obligation,
  type Phase,
  type PolicyError,
  type PolicyRef,
  strictestConfinement,
} from '../../model/index.ts';
import type { Policy } from '../language/index.ts';
import type { Participant } from './participant.ts';

/** Each policy once, by id. */
export function refsOf(participants: readonly Participant[]): readonly PolicyRef[] {
  return uniquePolicies(participants).map(({ id, contentHash }) => ({ id, contentHash }));
}

/** What could not be evaluated, each policy once. */
export function policyErrors(participants: readonly Participant[]): readonly PolicyError[] {
  const errors = new Map<string, PolicyError>();
  for (const { policy, status, message } of participants) {
    if (status === 'errs') {
      errors.set(policy.id, { policy: policy.id, code: 'policy.evaluation', message: message ?? '' });
    }
  }
  return [...errors.values()].sort((left, right) => (left.policy < right.policy ? -1 : 1));
}

/** Obligations of every satisfied policy, united; the strictest confinement wins. Where a policy is only watched it still labels, but changes nothing. */
export function uniteObligations(
  participants: readonly Participant[],
  phase: Phase,
  mode: Mode,
): readonly Obligation[] {
  const satisfied = participants.filter(({ status }) => status === 'applies');
  const enforced = mode === 'audit' ? [] : satisfied.filter(({ audit }) => !audit);
  const kinds = sorted(enforced.flatMap(({ policy }) => policy.redact));
  const labels = sorted(satisfied.flatMap(({ policy }) => policy.labels));
  const obligations: Obligation[] = [];
  if (kinds.length > 0 && phase !== 'list') {
    obligations.push({ type: 'redact', target: phase === 'result' ? 'result' : 'arguments', kinds });
  }
  if (labels.length > 0) obligations.push({ type: 'label', labels });
  const confinement = strictestConfinement(
    enforced.flatMap(({ policy }) => (policy.confine === undefined ? [] : [policy.confine])),
  );
  if (confinement !== undefined && phase === 'call') obligations.push({ type: 'confine', confinement });
  return obligations;
}

/** Forbids that wait for a person, each once. */
export function heldForbids(participants: readonly Participant[]): readonly HeldForbid[] {
  return uniquePolicies(participants).map(({ id, contentHash, approvers, quorum, timeoutMs }) => ({
    id,
    contentHash,
    approvers,
    quorum,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }));
}

/** Context that the deferring forbids wait for. */
export function missingNeeds(participants: readonly Participant[]): readonly string[] {
  return sorted(participants.flatMap(({ policy }) => policy.needs));
}

function uniquePolicies(participants: readonly Participant[]): readonly Policy[] {
  const policies = new Map(participants.map(({ policy }) => [policy.id, policy]));
  return [...policies.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
