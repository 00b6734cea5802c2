/** Detection Findings: what broke a rule, what was found in data, tool definitions that wait, times in which nobody wrote. */
import { type DecisionRecord, isPermitting, type JsonObject } from '@writ/core';
import { receiptOf } from '../recorded.ts';
import { DETECTION_FINDING } from './classes.ts';
import type { EventSeverity, Frame, Said } from './event.ts';
import { isOfNetwork } from './methods.ts';
import { nodeEndpoint } from './parties.ts';
import { controlOf, policiesOf, severityOf } from './security-control.ts';

const CREATE = 1;
/** `status_id` of a finding that nobody has looked at. */
const NEW = 1;
/** `analytic.type_id`: rules decide. */
const RULE = 1;

/** What a finding is made of. */
interface FindingFacts {
  /** Unique among the findings of one entry. */
  readonly name: string;
  readonly title: string;
  readonly types: readonly string[];
  readonly severity: EventSeverity;
  readonly correlation?: string;
  readonly statusCode?: string;
  /** Attributes of the profile `security_control`. */
  readonly control: JsonObject;
  readonly rule?: string;
  readonly operation?: string;
  readonly unmapped?: JsonObject;
}

/** A finding about the entry in `frame`. */
export function findingSaid(frame: Frame, facts: FindingFacts): Said {
  const { recorded } = frame;
  const receipt = receiptOf(recorded);
  const { name, title, types, correlation, statusCode, rule, operation, unmapped } = facts;
  return {
    of: DETECTION_FINDING,
    activity: CREATE,
    severity: facts.severity,
    message: title,
    status: NEW,
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(correlation === undefined ? {} : { correlation }),
    profiles: ['security_control'],
    more: {
      finding_info: {
        uid: `${receipt}/${name}`,
        title,
        types,
        created_time: recorded.entry.time,
        analytic: { name: rule ?? name, type_id: RULE },
        related_events: [{ uid: correlation ?? receipt }],
      },
      is_alert: true,
      evidences: [
        {
          src_endpoint: nodeEndpoint(frame),
          ...(operation === undefined ? {} : { api: { operation } }),
        },
      ],
      ...facts.control,
    },
    ...(unmapped === undefined ? {} : { unmapped }),
  };
}

/** The finding that a decision is where it did not permit, or would not have. */
export function violationFinding(
  frame: Frame,
  decision: DecisionRecord,
  correlation: string,
): readonly Said[] {
  const { verdict, would, method, code, determining } = decision;
  const isBroken = !isPermitting(verdict) || (would !== undefined && !isPermitting(would));
  // A verdict that waits is not a violation: a person or more context may still permit it.
  const isWaiting = verdict === 'step_up' || verdict === 'defer';
  if (!isBroken || isWaiting) return [];
  const [first] = determining;
  return [
    findingSaid(frame, {
      name: 'violation',
      title: `policy violation: ${method}${code === undefined ? '' : ` (${code})`}`,
      types: [isOfNetwork(method) ? 'network-policy-violation' : 'policy-violation'],
      severity: severityOf(decision),
      correlation,
      ...(code === undefined ? {} : { statusCode: code }),
      control: { ...controlOf(decision), ...policiesOf(decision) },
      rule: code ?? first?.id ?? 'no-permit',
      operation: method,
    }),
  ];
}

/** The finding that something was seen in data, by kind and never by value. */
export function dataFinding(
  frame: Frame,
  kinds: readonly string[],
  control: JsonObject,
  correlation: string,
): readonly Said[] {
  if (kinds.length === 0) return [];
  const isSecret = kinds.some((kind) => kind === 'secret' || kind.startsWith('secret/'));
  return [
    findingSaid(frame, {
      name: 'data',
      title: `found in data: ${kinds.join(', ')}`,
      types: kinds,
      severity: isSecret ? 'high' : 'medium',
      correlation,
      control,
      rule: 'detectors',
    }),
  ];
}
