/** Step 6, its end: joins policy, approvals and what earlier runs left unresolved into one decision. */
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { JsonObject } from '../../kernel/index.ts';
import {
  type Confinement,
  CONFINEMENTS,
  type Decision,
  type HeldForbid,
  isPermitting,
  type Obligation,
  type PolicyOutcome,
  type PolicyRef,
  strictestConfinement,
  type Verdict,
} from '../../model/index.ts';
import { type HostQuestion, questionsOf } from './ask-at-host.ts';
import type { Asked } from './asked.ts';
import { cannotBeApproved, covers, type OpenHold } from './approvable.ts';
import { type DecisionBase, decisionOf, type Refusal, refusedDecision } from './decisions.ts';
import { type LimitRound, reservationsOf } from './limits.ts';
import type { Line } from '../line.ts';
import { redactedKinds } from './redaction.ts';
import type { Facts, IdentifiedAction, Judgement } from './trip.ts';

/** Held where an earlier run of the same action ended `unknown`: a person must say that it may run again. */
export const UNRESOLVED_FORBID: HeldForbid = {
  id: 'writ.unresolved-outcome',
  contentHash: sha256Hex('writ/unresolved-outcome/v1'),
  approvers: [],
  quorum: 1,
};

/** What it is called where policies are named: those that permit the action do not hold it. */
const UNRESOLVED_POLICY: PolicyRef = {
  id: UNRESOLVED_FORBID.id,
  contentHash: UNRESOLVED_FORBID.contentHash,
};
const UNRESOLVED_REASON = 'an earlier run of exactly this call ended, and nobody knows what it did';

/** One asking of the decision point, with the facts it was given. */
export interface Round {
  readonly outcome: PolicyOutcome;
  readonly asked: Asked;
  readonly facts: Facts;
  readonly limits: LimitRound;
  readonly open?: OpenHold;
  /** What the person at the host has to be asked, where the outcome supposes that they agree. */
  readonly ask?: HostQuestion;
}

/**
 * The judgement of `round`. `before` is the round whose obligations changed the arguments, where they were changed;
 * its facts and determining policies belong to the decision too.
 */
export function conclude(
  line: Line,
  base: DecisionBase &
    Pick<IdentifiedAction, 'request'> & {
      readonly confines: Confinement | undefined;
      readonly isHosts: boolean;
      /** The rule by which arguments were minimised, or had nothing to lose. */
      readonly minimises?: Obligation;
    },
  round: Round,
  args: JsonObject,
  performedDigest: string,
  before: Round | undefined,
): Judgement {
  const { outcome, open } = round;
  const facts = before?.facts ?? round.facts;
  const common = { facts, epochs: base.epochs, args, performedDigest };
  const {
    verdict,
    held,
    isUnresolved = false,
  } = withUnresolved(line, round, performedDigest, before !== undefined, base.isHosts);
  const obligations = unite(before?.outcome.obligations ?? [], outcome.obligations);
  const unconfined = verdict === 'deny' ? undefined : cannotConfine(base.confines, obligations);
  if (unconfined !== undefined)
    return { ...common, decision: refusedDecision(base, facts, 'admission', unconfined, outcome) };
  // A list waits for nobody: what a person would have to agree to is not shown.
  if (verdict === 'step_up' && base.request.phase === 'call') {
    const refusal = cannotBeApproved(line, base.request.subject, held, open?.hold);
    if (refusal !== undefined) {
      return { ...common, decision: refusedDecision(base, facts, 'admission', refusal, outcome) };
    }
  }
  const ask = isPermitting(verdict) ? questionsOf(before?.ask, round.ask) : undefined;
  const used =
    isPermitting(verdict) && open !== undefined && open.approval.lifts.size > 0
      ? usedApproval(line, open)
      : undefined;
  const decision: Decision = {
    ...decisionOf(base, facts),
    verdict,
    ...(outcome.would === undefined ? {} : { would: outcome.would }),
    mode: outcome.mode,
    source: outcome.source,
    ...(outcome.code === undefined ? {} : { code: outcome.code }),
    determining: isUnresolved
      ? union(outcome.verdict === 'step_up' ? outcome.determining : [], [UNRESOLVED_POLICY])
      : union(before?.outcome.determining ?? [], outcome.determining),
    errors: [...(before?.outcome.errors ?? []), ...outcome.errors],
    parts: outcome.parts,
    obligations: [
      ...obligations,
      ...(verdict === 'deny' || base.minimises === undefined ? [] : [base.minimises]),
      ...(ask === undefined ? [] : [{ type: 'ask' as const, policies: ask.policies }]),
    ],
    ...(isPermitting(verdict) ? { performedDigest } : {}),
    approvals: used === undefined ? [] : [{ hold: used.hold, keyIds: used.keyIds, lifts: used.lifts }],
    held: verdict === 'step_up' ? held : [],
    needs: outcome.needs,
    unjudgedArgs: outcome.unjudgedArgs,
    reasons: isUnresolved ? [...outcome.reasons, UNRESOLVED_REASON] : outcome.reasons,
  };
  const reservations = isPermitting(verdict) ? reservationsOf(round.limits, outcome.mode) : undefined;
  const deadlineMs = round.limits.judgement?.deadlineMs;
  const waitsAt = open !== undefined && covers(open.hold, held) ? open.hold : undefined;
  return {
    ...common,
    decision,
    ...(reservations === undefined ? {} : { reservations }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(waitsAt === undefined ? {} : { hold: waitsAt }),
    ...(used === undefined ? {} : { approval: used }),
    ...(ask === undefined ? {} : { ask: ask.reasons }),
  };
}

/** `modify` is what happened, not what could have; and an action of unknown outcome waits for a person before it runs again. */
function withUnresolved(
  line: Line,
  { outcome, open }: Round,
  performedDigest: string,
  isChanged: boolean,
  isHosts: boolean,
): { readonly verdict: Verdict; readonly held: readonly HeldForbid[]; readonly isUnresolved?: boolean } {
  if (outcome.verdict !== 'step_up' && !isPermitting(outcome.verdict))
    return { verdict: outcome.verdict, held: [] };
  const isUnresolved =
    !isHosts &&
    line.state.isUnresolved(performedDigest) &&
    open?.approval.lifts.has(UNRESOLVED_FORBID.contentHash) !== true;
  if (isUnresolved) return { verdict: 'step_up', held: [...outcome.held, UNRESOLVED_FORBID], isUnresolved };
  if (outcome.verdict === 'step_up') return { verdict: 'step_up', held: outcome.held };
  return { verdict: isChanged ? 'modify' : 'allow', held: [] };
}

function usedApproval(line: Line, { hold, approval }: OpenHold): NonNullable<Judgement['approval']> {
  return {
    hold: `${line.log.origin}#${hold.index}`,
    index: hold.index,
    expires: approval.expires,
    keyIds: approval.keyIds,
    lifts: [...approval.lifts].sort(),
  };
}

/** What was asked of the requested arguments and of the changed ones: both were satisfied by policies that permit. */
function unite(left: readonly Obligation[], right: readonly Obligation[]): readonly Obligation[] {
  if (left.length === 0 && right.length === 0) return [];
  const all = [...left, ...right];
  const labels = all.flatMap((one) => (one.type === 'label' ? one.labels : []));
  const confinement = confinementOf(all);
  const redactions = new Map(
    all.flatMap((one) => (one.type === 'redact' ? [[one.target, redactedKinds(all, one.target)]] : [])),
  );
  return [
    ...[...redactions].map(([target, kinds]): Obligation => ({ type: 'redact', target, kinds })),
    ...(labels.length === 0 ? [] : [{ type: 'label' as const, labels: [...new Set(labels)].sort() }]),
    ...(confinement === undefined ? [] : [{ type: 'confine' as const, confinement }]),
  ];
}

/** How strictly `obligations` ask to have an action confined; `undefined` where they do not. */
export function confinementOf(obligations: readonly Obligation[]): Confinement | undefined {
  return strictestConfinement(
    obligations.flatMap((one) => (one.type === 'confine' ? [one.confinement] : [])),
  );
}

/** INVARIANT: what must be confined is not performed by who cannot confine it; no approval helps. */
function cannotConfine(
  able: Confinement | undefined,
  obligations: readonly Obligation[],
): Refusal | undefined {
  const asked = confinementOf(obligations);
  if (asked === undefined) return undefined;
  if (able !== undefined && CONFINEMENTS.indexOf(able) >= CONFINEMENTS.indexOf(asked)) return undefined;
  return {
    code: 'guard.unconfined',
    reason: `policy lets it run only confined as \`${asked}\`, which is not possible here; a command can be run with \`writ run --profile ${asked}\``,
  };
}

function union(left: readonly PolicyRef[], right: readonly PolicyRef[]): readonly PolicyRef[] {
  if (left.length === 0 && right.length === 1) return right;
  const byHash = new Map([...left, ...right].map((ref) => [ref.contentHash, ref]));
  return [...byHash.values()];
}
