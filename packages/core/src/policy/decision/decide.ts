/** Decides: maps a query, evaluates every part for every principal, and combines what follows. Pure and synchronous. */
import { describeFault, Fault, type FaultCode, isFault } from '../../kernel/index.ts';
import {
  type Mode,
  type PartDecision,
  type PolicyOutcome,
  type PolicyQuery,
  strongestVerdict,
  type Verdict,
  VERDICTS,
} from '../../model/index.ts';
import { type Judgement, judge, type Ruling } from '../algebra.ts';
import type { EntityStore, SetEvaluation } from '../compile/index.ts';
import type { EntityUid, Policy } from '../language/index.ts';
import { type CedarRecord, EMPTY_RECORD, Uid } from '../value/index.ts';
import { contextFor } from './context.ts';
import type { EntitySnapshot } from './entities.ts';
import { deniedByDefault, explain } from './explain.ts';
import { keptOutcome } from './kept-outcomes.ts';
import { type DecisionLevel, levelsFor } from './levels.ts';
import { type MappedPart, type MappedPrincipal, mapPart, mapPrincipals } from './mapping.ts';
import { heldForbids, missingNeeds, policyErrors, refsOf, uniteObligations } from './obligations.ts';
import type { PatternMatcher } from '../patterns/index.ts';
import { foundIn, patternChecks } from './patterns.ts';
import type { ArgumentJudge } from './part-arguments.ts';
import type { Participant } from './participant.ts';
import type { PolicySchema } from '../schema/index.ts';

/** Everything a decision is made of, immutable. */
export interface DecisionBasis {
  /** From the widest to the narrowest, none without policies. */
  readonly levels: readonly DecisionLevel[];
  readonly schema: PolicySchema;
  readonly entities: EntitySnapshot;
  readonly judgeArgs: ArgumentJudge;
  /** Looks for what Cedar cannot say, in the arguments of each call; absent where the set declares nothing of the kind. */
  readonly patterns?: PatternMatcher;
  readonly mode: Mode;
  /** What a forbid that fails does: `deny`, or `skip` as in Cedar itself, for comparison only. */
  readonly onError: 'deny' | 'skip';
  /** Instant from which audit mode is over and everything is enforced, milliseconds since 1970. */
  readonly auditUntil?: number;
}

/** One principal's judgement of one part. */
interface JudgedTurn {
  readonly judgement: Judgement<Participant>;
  readonly participants: readonly Participant[];
  readonly denied: string;
}

/** The answer to `query`. Never throws: whatever breaks is a denial with source `fault`. */
export function decide(basis: DecisionBasis, query: PolicyQuery): PolicyOutcome {
  try {
    return decideQuery(basis, query);
  } catch (thrown) {
    const code: FaultCode = isFault(thrown) ? thrown.code : 'policy.evaluation';
    const path = isFault(thrown) ? thrown.data['path'] : undefined;
    const named = typeof path === 'string' ? [path] : [];
    return faulted(basis.mode, code, isFault(thrown) ? thrown.message : describeFault(thrown), named);
  }
}

function decideQuery(basis: DecisionBasis, query: PolicyQuery): PolicyOutcome {
  if (query.parts.length === 0) throw new Fault('policy.query', 'the request has no part to judge');
  const expired = basis.auditUntil !== undefined && query.context.time >= basis.auditUntil;
  const mode = expired && basis.mode === 'audit' ? 'strict' : basis.mode;
  const parts = query.parts.map((part) => mapPart(part, query, basis.schema));
  const { args, unjudged } = basis.judgeArgs(parts, query.context.args ?? {});
  const principals = mapPrincipals(query);
  const turnsOfParts = parts.map((part, index) => {
    const facts = {
      args: args[index] ?? EMPTY_RECORD,
      ...(part.method === undefined ? {} : { method: part.method }),
      ...(part.hints === undefined ? {} : { hints: part.hints }),
      ...foundIn(part, query, basis.patterns),
    };
    const context = contextFor(query, facts, unjudged);
    return principals.flatMap((principal) => {
      const chained = principals.length > 1 ? principal.uid.id : undefined;
      const entities = basis.entities.around(principal, part);
      const levels = levelsFor(basis.levels, principal, entities);
      return (levels.length === 0 ? [undefined] : levels).map((level): Turn => {
        const evaluation =
          level === undefined ? NOTHING : evaluate(level, part, principal, context, entities);
        return { index, level, chained, evaluation };
      });
    });
  });
  const question = { query, mode, expired, onError: basis.onError };
  const work = (): PolicyOutcome =>
    combine(
      query,
      mode,
      turnsOfParts.map((turns) => turns.map((turn) => judged(turn, question))),
    );
  const only = turnsOfParts.length === 1 && turnsOfParts[0]?.length === 1 ? turnsOfParts[0][0] : undefined;
  const outcome =
    only?.level === undefined ? work() : keptOutcome(only.level, only.evaluation, question, work);
  return { ...outcome, unjudgedArgs: unjudged, ...patternChecks(parts, basis.patterns) };
}

/** One principal's question about one part, as one level answers it. */
interface Turn {
  /** Of the part. */
  readonly index: number;
  /** Absent where no level concerns the principal, so that nothing permits. */
  readonly level: DecisionLevel | undefined;
  /** The principal's id where it is one of several. */
  readonly chained: string | undefined;
  readonly evaluation: SetEvaluation<Policy>;
}

/** What stands beside every turn of one decision. */
interface Question {
  readonly query: PolicyQuery;
  readonly mode: Mode;
  readonly expired: boolean;
  readonly onError: DecisionBasis['onError'];
}

const NOTHING: SetEvaluation<Policy> = { satisfied: [], errors: [] };

function evaluate(
  { set }: DecisionLevel,
  part: MappedPart,
  principal: MappedPrincipal,
  context: CedarRecord,
  entities: EntityStore,
): SetEvaluation<Policy> {
  const request = {
    principal: uidOf(principal.uid),
    action: uidOf({ type: 'Action', id: part.action }),
    resource: uidOf(part.resource),
    context,
  };
  return set.evaluate(request, entities);
}

function judged({ index, level, chained, evaluation }: Turn, question: Question): JudgedTurn {
  const { query, mode, onError } = question;
  const participants = [
    ...evaluation.satisfied.map((policy) => participantOf(policy, question)),
    ...evaluation.errors.map(({ ref, message }) => participantOf(ref, question, message)),
  ];
  const named = query.parts[index];
  const denied = deniedByDefault(named?.action.name ?? '', named?.resource.id ?? '', chained, level?.level);
  const judgement = judge(
    onError === 'deny' ? participants : participants.filter(({ status }) => status === 'applies'),
    mode,
    query.initiator !== 'server',
  );
  return { judgement, participants, denied };
}

function participantOf(policy: Policy, { query, expired }: Question, message?: string): Participant {
  return {
    policy,
    effect: policy.effect,
    status: message === undefined ? 'applies' : 'errs',
    ...(policy.verdict === undefined ? {} : { verdict: policy.verdict }),
    lifted: policy.verdict === 'step_up' && query.lifted.has(policy.contentHash),
    obliged: policy.redact.length > 0 || policy.labels.length > 0 || policy.confine !== undefined,
    changes: policy.redact.length > 0 && query.phase !== 'list',
    audit: policy.audit && !expired,
    ...(message === undefined ? {} : { message }),
  };
}

/** INVARIANT: an id is exactly what was given; a lone surrogate is no text. */
function uidOf({ type, id }: EntityUid): Uid {
  if (id.isWellFormed()) return new Uid(type, id);
  throw new Fault('policy.query', 'an id of the request holds a lone surrogate');
}

function combine(
  query: PolicyQuery,
  mode: Mode,
  turnsOfParts: readonly (readonly JudgedTurn[])[],
): PolicyOutcome {
  const turns = turnsOfParts.flat();
  const verdict = strongestVerdict(turns.map(({ judgement }) => judgement.enforced.verdict));
  const would = strongestVerdict(turns.map(({ judgement }) => judgement.would.verdict));
  const watched = mode === 'audit' || would !== verdict;
  const side = mode === 'audit' ? 'would' : 'enforced';
  const decisive = mode === 'audit' ? would : verdict;
  const deciding = turns.filter(({ judgement }) => judgement[side].verdict === decisive);
  const determining = deciding.flatMap(({ judgement }) => judgement[side].determining);
  const denied = deciding.filter(({ judgement }) => judgement[side].determining.length === 0);
  const participants = turns.flatMap((turn) => turn.participants);
  const held = turns
    .flatMap(({ judgement }) => judgement.enforced)
    .filter((ruling) => ruling.verdict === 'step_up');
  return {
    verdict,
    ...(watched ? { would } : {}),
    mode,
    source: 'policy',
    determining: refsOf(determining),
    errors: policyErrors(participants),
    obligations: verdict === 'deny' ? [] : uniteObligations(participants, query.phase, mode),
    held: verdict === 'step_up' ? heldForbids(held.flatMap((ruling) => ruling.determining)) : [],
    needs: verdict === 'defer' ? missingNeeds(determining) : [],
    parts: turnsOfParts.map((partTurns) => decidePart(partTurns, side)),
    unjudgedArgs: [],
    reasons: [
      ...explain(
        decisive,
        determining,
        denied.map((turn) => turn.denied),
      ),
      ...watchedReasons(mode, verdict, would, turns),
    ],
  };
}

/** Names the watched policies behind a `would` that differs. */
function watchedReasons(
  mode: Mode,
  verdict: Verdict,
  would: Verdict,
  turns: readonly JudgedTurn[],
): readonly string[] {
  if (mode === 'audit' || would === verdict) return [];
  const rulings = turns.map(({ judgement }) => judgement.would).filter((ruling) => ruling.verdict === would);
  const ids = new Set(
    rulings
      .flatMap(({ determining }) => determining)
      .filter(({ audit }) => audit)
      .map(({ policy }) => policy.id),
  );
  return [...ids].sort().map((id) => `policy \`${id}\`, only watched, would answer \`${would}\``);
}

function decidePart(turns: readonly JudgedTurn[], side: 'would' | 'enforced'): PartDecision {
  const verdict = strongestVerdict(turns.map(({ judgement }) => judgement.enforced.verdict));
  const rulings: readonly Ruling<Participant>[] = turns.map(({ judgement }) => judgement[side]);
  const decisive = strongestVerdict(rulings.map((ruling) => ruling.verdict));
  const determining = rulings
    .filter((ruling) => ruling.verdict === decisive)
    .flatMap((ruling) => ruling.determining);
  return { verdict, determining: refsOf(determining) };
}

function faulted(
  mode: Mode,
  code: FaultCode,
  reason: string,
  unjudgedArgs: readonly string[],
): PolicyOutcome {
  return {
    verdict: VERDICTS[VERDICTS.length - 1] ?? 'deny',
    mode,
    source: 'fault',
    code,
    determining: [],
    errors: [],
    obligations: [],
    held: [],
    needs: [],
    parts: [],
    unjudgedArgs,
    reasons: [reason],
  };
}
