/** Decisions: API Activity, or Network Activity for what leaves the machine; beside it what was refused or found, and each part that was disclosed. */
import type { DecisionRecord, Entry } from '@writ/core';
import { receiptOf } from '../recorded.ts';
import { actionOf } from './action.ts';
import { authenticationRefused } from './authentication.ts';
import type { Frame, Said } from './event.ts';
import { dataFinding, violationFinding } from './findings.ts';
import { classOfMethod } from './methods.ts';
import { authenticationOf } from './parties.ts';
import { partsSaid } from './parts.ts';
import { controlOf, decisionFacts, policiesOf, severityOf } from './security-control.ts';

/** Codes of refusals that are about who asks. */
const OF_IDENTITY = /^(?:auth|identity)\./;

/** What the decision in `entry` is told as; the decision itself first. */
export function decisionSaid(frame: Frame, entry: Extract<Entry, { kind: 'decision' }>): readonly Said[] {
  const { decision } = entry;
  const correlation = receiptOf(frame.recorded);
  const { profiles, attributes } = actionOf(frame, decision);
  const said: Said = {
    ...classOfMethod(decision, decision.verdict),
    severity: severityOf(decision),
    message: messageOf(decision),
    ...(decision.code === undefined ? {} : { statusCode: decision.code }),
    correlation,
    profiles,
    more: { ...attributes, ...controlOf(decision), ...policiesOf(decision) },
    unmapped: {
      ...decisionFacts(decision),
      ...authenticationOf(decision.authentication),
      ...(frame.opened.trace === undefined ? {} : { traceparent: frame.opened.trace }),
    },
  };
  const isOfIdentity = decision.verdict === 'deny' && OF_IDENTITY.test(decision.code ?? '');
  return [
    said,
    ...(isOfIdentity ? [authenticationRefused(frame, decision, correlation)] : []),
    ...violationFinding(frame, decision, correlation),
    ...dataFinding(frame, kindsIn(frame, decision), controlOf(decision), correlation),
    ...partsSaid(frame, decision, correlation),
  ];
}

/** Kinds that an obligation redacts, and those that were found, where they were disclosed. */
function kindsIn({ opened }: Frame, { obligations }: DecisionRecord): readonly string[] {
  const redacted = obligations.flatMap(({ type, names }) => (type === 'redact' ? names : []));
  return [...new Set([...redacted, ...(opened.findings ?? [])])].sort();
}

function messageOf({ method, verdict, would, code }: DecisionRecord): string {
  const answered = would === undefined || would === verdict ? verdict : `${verdict}, would be ${would}`;
  return `${method}: ${answered}${code === undefined ? '' : ` (${code})`}`;
}
