/** Steps 4 to 6 of the line: admit, gather facts, decide, change arguments, decide once more. Pure but for reads of state. */
import type { JsonObject } from '../../kernel/index.ts';
import { actionDigest, type Check, type Obligation, type PolicyDecisionPoint } from '../../model/index.ts';
import { redact } from '../../detection/index.ts';
import { admit } from '../../runtime/index.ts';
import { openHold } from './approvable.ts';
import { conclude, type Round } from './conclude.ts';
import { type Refusal, refusedDecision } from './decisions.ts';
import { detectorInput, gatherFacts } from './facts.ts';
import type { Line } from '../line.ts';
import { type Epochs, type Facts, flooredNow, type IdentifiedAction, type Judgement } from './trip.ts';

/** Judges an identified action under the policy, kills, labels and approvals of this instant. */
export function judge(line: Line, identified: IdentifiedAction, pdp: PolicyDecisionPoint): Judgement {
  const { request, action } = identified;
  // INVARIANT: epochs are read before what they stand for; a switch thrown in between makes step 7 refuse.
  const inForce = line.state.epochs(line.policy.scope);
  const epochs = { killEpoch: inForce.killEpoch, policyEpoch: inForce.policyEpoch };
  const base = { request, pdp, epochs, isolation: line.isolation };
  const refusal =
    admit(line.state, request.subject, request.parts, request.initiatingServer) ??
    action.refusal ??
    selfProtectionRefusal(line, request.args) ??
    policyRefusal(inForce.policyHash, pdp);
  if (refusal !== undefined) {
    const facts = noFacts(line);
    return {
      decision: refusedDecision(base, facts, 'admission', refusal),
      facts,
      epochs,
      args: request.args,
      performedDigest: request.requestedDigest,
    };
  }
  return decideWithFacts(line, identified, pdp, epochs);
}

function decideWithFacts(
  line: Line,
  identified: IdentifiedAction,
  pdp: PolicyDecisionPoint,
  epochs: Epochs,
): Judgement {
  const { request } = identified;
  const first = decideOnce(line, identified, pdp, request.args, request.requestedDigest);
  const kinds = redactedKinds(first.outcome.obligations);
  const changed = kinds.length > 0 ? redact(request.args, first.facts.findings, kinds) : undefined;
  const base = { request, pdp, epochs, isolation: line.isolation };
  if (changed === undefined || Object.keys(changed.redactions).length === 0) {
    return conclude(line, base, first, request.args, request.requestedDigest, undefined);
  }
  // A changed action is a new action: other digest, own facts, judged again, and it may not ask for a further change.
  const args = changed.value as JsonObject;
  const performedDigest = actionDigest({ ...request, args });
  const second = decideOnce(line, identified, pdp, args, performedDigest);
  const again = redact(args, second.facts.findings, redactedKinds(second.outcome.obligations));
  if (Object.keys(again.redactions).length > 0) {
    const refusal = { code: 'guard.change-loop', reason: 'the changed arguments ask for a further change' };
    return {
      decision: refusedDecision(base, first.facts, 'fault', refusal),
      facts: first.facts,
      epochs,
      args: request.args,
      performedDigest: request.requestedDigest,
    };
  }
  return conclude(line, base, second, args, performedDigest, first);
}

function decideOnce(
  line: Line,
  { request, action }: IdentifiedAction,
  pdp: PolicyDecisionPoint,
  args: JsonObject,
  digest: string,
): Round {
  const target = request.parts[0]?.resource.id ?? request.method;
  const facts = gatherFacts(
    line.detectors,
    detectorInput(args, 'arguments', target),
    request.session.id,
    line.state,
  );
  const open = request.phase === 'call' ? openHold(line, digest, pdp.policyHash) : undefined;
  const outcome = pdp.decide({
    subject: request.subject,
    initiator: request.initiator,
    ...(request.initiatingServer === undefined ? {} : { initiatingServer: request.initiatingServer }),
    phase: request.phase,
    parts: request.parts,
    lifted: open?.approval.lifts ?? new Set(),
    context: {
      ...(request.phase === 'call' ? { args } : {}),
      session: { id: request.session.id, labels: facts.labels },
      findings: facts.findingNames,
      factsMissing: facts.factsMissing,
      ...(action.purpose === undefined ? {} : { purpose: action.purpose }),
      time: flooredNow(line.clock, line.state.timeFloor()),
    },
  });
  return { outcome, facts, ...(open === undefined ? {} : { open }) };
}

/** Writ's own files are built-in forbids that no policy lifts. */
function selfProtectionRefusal({ selfProtection }: Line, args: JsonObject): Refusal | undefined {
  const path = selfProtection?.reachedBy(args);
  if (path === undefined) return undefined;
  return {
    code: 'guard.self-protection',
    reason: 'the arguments name a file of Writ itself, which no policy opens',
  };
}

/** The policy in memory must be the one that is in force in the store. */
function policyRefusal(inForce: string | undefined, pdp: PolicyDecisionPoint): Refusal | undefined {
  if (inForce === undefined || inForce === pdp.policyHash) return undefined;
  return {
    code: 'policy.stale',
    reason: 'another policy set is in force and this process has not loaded it',
  };
}

/** Checks that admission made needless, each named as skipped. */
function noFacts(line: Line): Facts {
  const checks: Check[] = line.detectors.map(({ detector, mode }) => ({
    id: detector.id,
    version: detector.version,
    status: 'skipped',
    reason: 'admission',
    mode,
  }));
  return { findings: [], findingNames: [], checks, factsMissing: [], labels: [], labelsVersion: 0 };
}

function redactedKinds(obligations: readonly Obligation[]): readonly string[] {
  const kinds = new Set<string>();
  for (const obligation of obligations) {
    if (obligation.type === 'redact' && obligation.target === 'arguments')
      for (const kind of obligation.kinds) kinds.add(kind);
  }
  return [...kinds].sort();
}
