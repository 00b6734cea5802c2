/** The entry of a decision: codes and hashes in the clear, everything else committed and sealed. */
import type { JsonObject, JsonValue } from '../../kernel/index.ts';
import {
  type ActionRequest,
  type Decision,
  type DecisionRecord,
  type EntryDraft,
  isPermitting,
  type StateEffect,
} from '../../model/index.ts';
import { recordPart, recordQuestion } from '../../policy/index.ts';
import { type IdentifiedAction, type Judgement, requestersOf } from '../judgement/index.ts';
import type { GuardPorts } from '../types.ts';
import { decisionRecord } from './decision-record.ts';
import { peopleIn } from './people.ts';

/** Retention class of what the guard writes. */
export const RETENTION_CLASS = 'decision';

/** The draft of a decision's entry, with the effects and conditions that commit with it. */
export function decisionDraft(
  ports: GuardPorts,
  identified: IdentifiedAction,
  judgement: Judgement,
  parent: string | undefined,
  spentUs?: DecisionRecord['spentUs'],
): EntryDraft {
  const { request, signature, nonceKeys } = identified;
  const { decision, epochs, performedDigest, facts, approval, asked } = judgement;
  const permits = isPermitting(decision.verdict);
  const named = peopleIn(request.args, judgement.requestedFindings ?? facts.findings);
  const consumes = [...nonceKeys, ...(approval === undefined ? [] : [approvalKey(approval.index)])];
  return {
    detail: { kind: 'decision', decision: decisionRecord(decision, request, parent, asked, spentUs) },
    tenant: ports.tenant,
    time: ports.clock.now(),
    monotonicNs: ports.clock.monotonicNs(),
    retentionClass: identified.registered?.retention ?? RETENTION_CLASS,
    committed: {
      subject: subjectJson(identified),
      session: definedOnly({ ...request.session }),
      target: request.parts.map(recordPart),
      method: request.method,
      arguments: request.args,
      requestedDigest: request.requestedDigest,
      ...((permits || decision.verdict === 'step_up') && performedDigest !== request.requestedDigest
        ? { performedDigest, performedArguments: judgement.args }
        : {}),
      ...(signature === undefined ? {} : { signature }),
      ...(decision.reasons.length === 0 ? {} : { reasons: decision.reasons }),
    },
    input: {
      requestId: request.requestId,
      face: request.face,
      findings: facts.findings.map((finding) => [
        finding.kind,
        finding.detail ?? null,
        finding.span.pointer,
        finding.span.start,
        finding.span.end,
      ]),
      ...(named.cut === 0 ? {} : { peopleCut: named.cut }),
      factsMissing: facts.factsMissing,
      labels: facts.labels,
      ...(judgement.decidingLabels === undefined ? {} : { decidingLabels: judgement.decidingLabels }),
      errors: decision.errors.map((error) => [error.policy, error.message]),
      unjudgedArgs: decision.unjudgedArgs,
      needs: decision.needs,
      definitionPin: request.definitionPin ?? null,
      purpose: request.purpose ?? null,
      ...(judgement.purpose === undefined ? {} : { purposeStatus: judgement.purpose.status }),
      trace: request.trace?.traceparent ?? null,
      causes: request.causes,
      ...(asked === undefined
        ? {}
        : { asked: asked.map((one) => recordQuestion(one.query, one.outcome, request)) }),
    },
    concerns: concernsOf(identified, named.concerns),
    ...(consumes.length === 0 ? {} : { consumes }),
    ...(permits
      ? {
          conditions: {
            killEpoch: epochs.killEpoch,
            policyScope: ports.policy.scope,
            policyEpoch: epochs.policyEpoch,
            ...(approval === undefined ? {} : { notAfter: approval.expires }),
            ...(judgement.purpose === undefined ? {} : { records: judgement.purpose.relied }),
          },
        }
      : {}),
    effects: effects(ports, identified, judgement),
  };
}

/** Whom a body of `action` concerns: the person it is done for, whose data it uses, and who is `named` in it. */
export function concernsOf(
  { request, dataSubject }: IdentifiedAction,
  named: readonly string[],
): readonly string[] {
  const { person } = request.subject;
  return [...new Set([person?.id, dataSubject, ...named].filter((one) => one !== undefined))];
}

/** The key that an approval's one use consumes. */
export function approvalKey(hold: number): string {
  return `approval:${hold}`;
}

function effects(
  ports: GuardPorts,
  { request, action }: IdentifiedAction,
  judgement: Judgement,
): readonly StateEffect[] {
  const { decision, performedDigest, hold, reservations } = judgement;
  if (request.phase !== 'call') return shown(request, decision);
  if (isPermitting(decision.verdict)) {
    const open: StateEffect = { type: 'open', digest: performedDigest };
    // INVARIANT: labels are joined before a byte is seen. What flows while it is performed is seen before there is an outcome.
    const flowing = action.delivers?.length === 0 ? shown(request, decision) : [];
    const reserved: readonly StateEffect[] =
      reservations === undefined ? [] : [{ type: 'reserve_limits', reservations }];
    return [open, ...flowing, ...reserved];
  }
  if (decision.verdict !== 'step_up' || hold !== undefined) return [];
  const timeouts = decision.held.map((forbid) => forbid.timeoutMs ?? ports.timings.approvalTimeoutMs);
  return [
    {
      type: 'hold',
      digest: performedDigest,
      policyHash: decision.policyHash,
      forbids: decision.held,
      requesters: requestersOf(request.subject),
      expires: Math.max(ports.clock.now(), ports.state.timeFloor()) + Math.min(...timeouts),
    },
  ];
}

/** A list has no outcome, and a stream none in time: their labels join with the decision, before any of it is seen. */
function shown({ session }: ActionRequest, decision: Decision): readonly StateEffect[] {
  const labels = decision.obligations.flatMap((one) => (one.type === 'label' ? one.labels : []));
  if (!isPermitting(decision.verdict) || labels.length === 0) return [];
  return [{ type: 'join_labels', session: session.id, labels }];
}

function subjectJson({ request }: IdentifiedAction): JsonObject {
  const { agent, person, chain, authentication } = request.subject;
  return definedOnly({
    agent: definedOnly({ ...agent }),
    person:
      person === undefined ? undefined : definedOnly({ id: person.id, roles: person.roles, mfa: person.mfa }),
    chain: chain.map((link) => definedOnly({ ...link })),
    authentication: {
      method: authentication.method,
      assurance: authentication.assurance,
      credentialId: authentication.credentialId,
      at: authentication.at,
    },
  });
}

/** `object` without what is undefined in it. */
function definedOnly(object: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  if (!Object.values(object).includes(undefined)) return object as JsonObject;
  return Object.fromEntries(
    Object.entries(object).filter((pair): pair is [string, JsonValue] => pair[1] !== undefined),
  );
}
