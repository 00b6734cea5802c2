/** Outcomes that were worked out before: when the same policies of a level permit the same kind of question, what follows is the same. */
import { isPermitting, type Mode, type PolicyOutcome, type PolicyQuery } from '../../model/index.ts';
import type { SetEvaluation } from '../compile/index.ts';
import type { Policy } from '../language/index.ts';
import type { DecisionLevel } from './levels.ts';

/** Most outcomes kept of one level; when they are more, all are forgotten and worked out again. */
const MAX_KEPT = 1_024;
/** Most policies of a key; a question that more of them answer is seldom asked twice, and its key costs what it saves. */
const MAX_POLICIES = 16;

/** Everything an outcome follows from besides policies: what a question says of itself, and not what it is about. */
export interface QuestionKind {
  readonly query: Pick<PolicyQuery, 'phase' | 'initiator' | 'lifted'>;
  readonly mode: Mode;
  /** Whether audit mode is over. */
  readonly expired: boolean;
}

/** By level, which is immutable; gone with it. */
const KEPT = new WeakMap<DecisionLevel, Map<string, PolicyOutcome>>();

/**
 * What `work` answers for one principal's question about one part that `level` alone answered with `evaluation`; kept where it permits.
 * INVARIANT: what denies or waits is always worked out, since its reasons name what was asked; and so is whatever failed or was lifted by an approval.
 */
export function keptOutcome(
  level: DecisionLevel,
  { satisfied, errors }: SetEvaluation<Policy>,
  { query, mode, expired }: QuestionKind,
  work: () => PolicyOutcome,
): PolicyOutcome {
  if (errors.length > 0 || satisfied.length > MAX_POLICIES || query.lifted.size > 0) return work();
  let key = `${query.phase} ${query.initiator} ${mode} ${expired ? 1 : 0}`;
  // INVARIANT: each id stands with its length, so two lists of policies never share a key. Within a level an id is one policy.
  for (const { id } of satisfied) key += ` ${id.length}:${id}`;
  let kept = KEPT.get(level);
  const known = kept?.get(key);
  if (known !== undefined) return known;
  const outcome = work();
  if (!isPermitting(outcome.verdict) || (outcome.would !== undefined && !isPermitting(outcome.would)))
    return outcome;
  if (kept === undefined) {
    kept = new Map();
    KEPT.set(level, kept);
  }
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, frozen(outcome));
  return outcome;
}

/** An outcome is handed out many times: whoever tried to change it would change what others are told. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) frozen(member);
  return value;
}
