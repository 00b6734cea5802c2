/** Steps 4 to 6 of the line: admit, gather facts, decide, change arguments, decide once more. Pure but for reads of state. */
import { copyJson, type JsonObject } from '../../kernel/index.ts';
import {
  actionDigest,
  type DecisionSource,
  type DecisionStep,
  type Part,
  type PolicyDecisionPoint,
  type PolicyQuery,
} from '../../model/index.ts';
import { findingNames, redact } from '../../detection/index.ts';
import { minimise, type PurposeStanding } from '../../privacy/index.ts';
import { admissionRefusal, type InForce, noFacts } from './admission.ts';
import { askAtHost } from './ask-at-host.ts';
import { askedIn, besideIt } from './asked.ts';
import { openHold } from './approvable.ts';
import { conclude, type Round } from './conclude.ts';
import { decidingLabels } from './deciding-labels.ts';
import { type Refusal, refusedDecision } from './decisions.ts';
import { detectorInput, findIn, gatherFacts } from './facts.ts';
import { gatherLimits, type LimitRound, skippedLimits, withLimits } from './limits.ts';
import { looking, type Line } from '../line.ts';
import type { Laps } from '../laps.ts';
import { ownParts } from '../own-parts.ts';
import type { CallShares } from './call-shares.ts';
import { minimisationOf, purposeFacts, purposeOf } from './purpose.ts';
import { cannotRedact, stillHolds, redactedKinds } from './redaction.ts';
import {
  type Epochs,
  type Facts,
  flooredNow,
  type IdentifiedAction,
  type Judgement,
  witnessFact,
} from './trip.ts';

/** Judges an identified action under the policy, kills, labels and approvals of this instant. */
export function judge(
  present: Line,
  identified: IdentifiedAction,
  pdp: PolicyDecisionPoint,
  shares?: CallShares,
  laps?: DecisionLaps,
): Judgement {
  const { request } = identified;
  // INVARIANT: epochs are read before what they stand for; a switch thrown in between makes step 7 refuse.
  const line = looking(present);
  const inForce = line.state.epochs(line.policy.scope);
  const epochs = { killEpoch: inForce.killEpoch, policyEpoch: inForce.policyEpoch };
  const base = { request, pdp, epochs, isolation: line.isolation };
  const refusal = admissionRefusal(line, identified, pdp, inForce);
  laps?.lap('admit');
  if (refusal !== undefined) {
    const facts = noFacts(line, request.phase === 'call' ? skippedLimits(pdp) : []);
    return {
      decision: refusedDecision(base, facts, 'admission', refusal),
      facts,
      epochs,
      args: request.args,
      performedDigest: request.requestedDigest,
    };
  }
  const standing = purposeOf(line, request);
  const more = {
    ...(shares === undefined ? {} : { shares }),
    ...(standing === undefined ? {} : { standing }),
    ...(laps === undefined ? {} : { laps }),
  };
  const judgement = decideWithFacts(line, { ...identified, ...more }, pdp, epochs, inForce);
  const last = request.phase === 'call' ? judgement.asked?.at(-1) : undefined;
  const deciding = last === undefined ? [] : decidingLabels(pdp, last);
  laps?.lap('decide');
  return {
    ...judgement,
    ...(deciding.length === 0 ? {} : { decidingLabels: deciding }),
    ...(shares === undefined ? {} : { shares }),
    ...(standing === undefined ? {} : { purpose: standing }),
  };
}

/** Where time spent is counted. */
type DecisionLaps = Laps<DecisionStep>;

/** An action with what it took of limits that a fleet keeps together, and what stands of its purpose. */
interface Sharing extends IdentifiedAction {
  readonly shares?: CallShares;
  readonly standing?: PurposeStanding;
  readonly laps?: DecisionLaps;
}

function decideWithFacts(
  line: Line,
  identified: Sharing,
  pdp: PolicyDecisionPoint,
  epochs: Epochs,
  inForce: InForce,
): Judgement {
  const { request } = identified;
  const first = decideOnce(line, identified, pdp, request.args, request.requestedDigest);
  const kinds = redactedKinds(first.outcome.obligations, 'arguments');
  const { confines, host } = identified.action;
  const base = {
    request,
    pdp,
    epochs,
    isolation: line.isolation,
    confines,
    isHosts: host !== undefined,
  };
  const faulty = (refusal: Refusal, source: DecisionSource = 'fault'): Judgement => ({
    decision: refusedDecision(
      base,
      first.facts,
      source,
      refusal,
      source === 'fault' ? first.outcome : undefined,
    ),
    facts: first.facts,
    epochs,
    args: request.args,
    performedDigest: request.requestedDigest,
    ...askedIn(first),
  });
  const obstacle = first.facts.failure ?? cannotRedact(line.detectors, first.facts, kinds);
  if (obstacle !== undefined) return faulty(obstacle);
  if (stillHolds(first.facts.beside ?? [], kinds))
    return faulty({
      code: 'guard.redaction-incomplete',
      reason: 'what must be redacted stands beside the arguments, where nothing is changed',
    });
  const isRefused = first.outcome.verdict === 'deny' || first.outcome.verdict === 'defer';
  const rule = isRefused ? undefined : minimisationOf(identified.standing, request);
  if (rule !== undefined && 'code' in rule) return faulty(rule, 'admission');
  const redacted = redact(request.args, first.facts.findings, kinds);
  const { args, isChanged } = minimise(redacted.value as JsonObject, rule?.fields ?? 'everything');
  const minimised = rule === undefined || rule.fields === 'everything' ? {} : { isMinimised: true };
  const own = rule === undefined ? base : { ...base, minimises: rule.obligation };
  if (!isChanged && Object.keys(redacted.redactions).length === 0) {
    const judgement = conclude(line, own, first, request.args, request.requestedDigest, undefined);
    return { ...judgement, ...minimised, ...askedIn(first) };
  }
  // A changed action is a new action: other digest, own facts, judged again, and it may not ask for a further change.
  const parts = partsAfter(identified, args);
  if (parts === undefined)
    return faulty({
      code: 'guard.change-loop',
      reason: 'the arguments were changed, and what the changed ones touch cannot be told',
    });
  const performedDigest = actionDigest({ ...request, parts, args });
  const performed = { ...identified, request: { ...request, parts, args } };
  const refusal = parts === request.parts ? undefined : admissionRefusal(line, performed, pdp, inForce);
  if (refusal !== undefined) return faulty(refusal);
  identified.laps?.lap('decide');
  const second = decideOnce(line, performed, pdp, args, performedDigest);
  const still = [...kinds, ...redactedKinds(second.outcome.obligations, 'arguments')];
  const remains =
    second.facts.failure ?? cannotRedact(line.detectors, { ...second.facts, findings: [] }, still);
  if (remains !== undefined) return faulty(remains);
  if (stillHolds(second.facts.findings, still)) {
    return faulty({ code: 'guard.change-loop', reason: 'the changed arguments ask for a further change' });
  }
  return {
    ...conclude(line, own, second, args, performedDigest, first),
    ...minimised,
    requestedFindings: first.facts.findings,
    ...askedIn(first, second),
  };
}

/** What changed arguments touch; `undefined` where parts say more than their place and nobody can say it of other arguments. */
function partsAfter({ action, request }: Sharing, args: JsonObject): readonly Part[] | undefined {
  try {
    if (action.partsOf !== undefined) return ownParts(action.partsOf(copyJson(args)));
  } catch {
    return undefined;
  }
  return request.parts.some((part) => part.args !== undefined) ? undefined : request.parts;
}

/** `facts` with what the same checks find in what is sent beside the arguments. */
function withBeside({ detectors }: Line, { beside }: Sharing['action'], facts: Facts, target: string): Facts {
  if (beside === undefined) return facts;
  const { findings, failure } = findIn(detectors, detectorInput(beside, 'arguments', target));
  const broken = facts.failure ?? failure;
  return {
    ...facts,
    ...(broken === undefined ? {} : { failure: broken }),
    ...(findings.length === 0
      ? {}
      : { beside: findings, findingNames: findingNames([...facts.findings, ...findings]) }),
  };
}

function decideOnce(
  line: Line,
  identified: Sharing,
  pdp: PolicyDecisionPoint,
  args: JsonObject,
  digest: string,
): Round {
  const { request, action } = identified;
  const target = request.parts[0]?.resource.id ?? request.method;
  const gathered = withBeside(
    line,
    action,
    gatherFacts(line.detectors, detectorInput(args, 'arguments', target), request.session.id, line.state),
    target,
  );
  const limits = gatherLimits(line, identified, pdp, args, identified.shares);
  const facts = withChecks(gathered, limits);
  const open = request.phase === 'call' ? openHold(line, digest, pdp.policyHash) : undefined;
  const question: PolicyQuery = {
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
      ...purposeFacts(line, request, identified.standing),
      ...(limits.judgement === undefined ? {} : { limits: limits.judgement.standings }),
      ...witnessFact(line),
      time: flooredNow(line.clock, line.state.timeFloor()),
    },
  };
  identified.laps?.lap('facts');
  const { query, answer, ask } = askAtHost(pdp, question, action);
  const asked = besideIt(line, query, answer);
  const outcome = withLimits(answer, limits);
  return {
    outcome,
    asked,
    facts: withChecks(facts, { checks: answer.checks ?? [] }),
    limits,
    ...(open === undefined ? {} : { open }),
    ...(ask === undefined ? {} : { ask }),
  };
}

/** Facts with the checks of the limits; one that cannot be read denies. */
function withChecks(facts: Facts, { checks, failure }: LimitRound): Facts {
  if (checks.length === 0) return facts;
  const all = { ...facts, checks: [...facts.checks, ...checks] };
  return facts.failure !== undefined || failure === undefined ? all : { ...all, failure };
}
