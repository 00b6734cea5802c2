/** Outcomes: what became of a permitted action, and what was held back of its result. */
import type { Entry, Outcome } from '@writ/core';
import { actionOf } from './action.ts';
import { API_ACTIVITY, NETWORK_ACTIVITY } from './classes.ts';
import type { EventSeverity, Frame, Said } from './event.ts';
import { dataFinding, violationFinding } from './findings.ts';
import { isOfNetwork, NETWORK } from './methods.ts';
import { controlOfOutcome, decisionFacts, policiesOf } from './security-control.ts';

const SUCCESS = 1;
const FAILURE = 2;

/** `status_id`, or our own word where it is neither success nor failure. */
const STATUS: Readonly<Record<Outcome, number | string>> = {
  performed: SUCCESS,
  failed: FAILURE,
  not_performed: 'not_performed',
  withheld: 'withheld',
  unknown: 0,
};
const SEVERITY_OF: Readonly<Record<Outcome, EventSeverity>> = {
  performed: 'informational',
  failed: 'low',
  not_performed: 'low',
  withheld: 'medium',
  unknown: 'medium',
};

/** What an outcome is told as. The method is that of the decision where the caller has it at hand, and `unknown` otherwise. */
export function outcomeSaid(frame: Frame, entry: Extract<Entry, { kind: 'outcome' }>): readonly Said[] {
  const { outcome, code, delivery, redactions = {}, decisionOf, costMicros, spentUs } = entry;
  const decided = frame.recorded.decision;
  const decision = decided?.kind === 'decision' ? decided.decision : undefined;
  const correlation = `${entry.origin}#${decisionOf}`;
  const method = decision?.method ?? 'unknown';
  const kinds = Object.keys(redactions).sort();
  const control = controlOfOutcome(outcome, kinds.length > 0);
  const { profiles, attributes } = actionOf(frame, { method, initiator: decision?.initiator ?? 'agent' });
  const said: Said = {
    ...classOf(method, outcome),
    severity: SEVERITY_OF[outcome],
    message: `${method}: ${outcome}${code === undefined ? '' : ` (${code})`}`,
    status: STATUS[outcome],
    ...(code === undefined ? {} : { statusCode: code }),
    correlation,
    profiles,
    more: { ...attributes, ...control, ...(delivery === undefined ? {} : policiesOf(delivery)) },
    unmapped: {
      outcome,
      ...(kinds.length === 0 ? {} : { redactions: { ...redactions } }),
      ...(delivery === undefined ? {} : { delivery: decisionFacts(delivery) }),
      ...(costMicros === undefined ? {} : { cost_micros: costMicros }),
      ...(spentUs === undefined ? {} : { spent_us: { ...spentUs } }),
    },
  };
  return [
    said,
    ...(delivery === undefined ? [] : violationFinding(frame, delivery, correlation)),
    ...dataFinding(frame, kinds, control, correlation),
  ];
}

function classOf(method: string, outcome: Outcome): Pick<Said, 'of' | 'activity'> {
  if (!isOfNetwork(method)) return { of: API_ACTIVITY, activity: 'outcome' };
  return { of: NETWORK_ACTIVITY, activity: outcome === 'performed' ? NETWORK.close : NETWORK.fail };
}
