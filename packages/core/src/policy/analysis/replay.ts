/** A policy set over the recorded past: every recorded question is asked again. */
import type { PolicyDecisionPoint } from '../../model/index.ts';
import { type ChangeGroup, createChangeCounter } from './decision-changes.ts';
import { differingFields } from './outcome-difference.ts';
import type { RecordedDecision } from './recorded-decisions.ts';

/** What a replay came to. Every decision is counted once. */
export interface ReplayReport {
  readonly policyHash: string;
  /** Answered as it was recorded. */
  readonly same: number;
  readonly differs: number;
  /** Erased, as it should be; nobody can tell. */
  readonly erased: number;
  /** No key for its body. */
  readonly sealed: number;
  /** Refused before any policy was asked: a kill switch, a quarantined tool. */
  readonly unasked: number;
  /** Recorded by a version that did not keep what was asked. */
  readonly unrecorded: number;
  /** Of those answered again, how many were decided under another schema: other tools, or other definitions of them. */
  readonly otherSchema: number;
  readonly groups: readonly ChangeGroup[];
}

/** How to replay. */
export interface ReplayOptions {
  /** Examples kept of each way in which decisions change; default 3. */
  readonly examples?: number;
  /** Told how many decisions were read so far. */
  readonly onProgress?: (read: number) => void;
}

/**
 * Asks `decisionPoint` every question of `decisions` again. A decision whose arguments were changed by an obligation was asked twice; the first answer
 * that differs is the one reported.
 */
export function replay(
  decisions: Iterable<RecordedDecision>,
  decisionPoint: PolicyDecisionPoint,
  { examples, onProgress = () => {} }: ReplayOptions = {},
): ReplayReport {
  const counter = createChangeCounter(examples);
  const counts = { erased: 0, sealed: 0, unasked: 0, unrecorded: 0 };
  let [otherSchema, read] = [0, 0];
  for (const decision of decisions) {
    onProgress((read += 1));
    if (decision.status !== 'asked') {
      counts[decision.status] += 1;
      continue;
    }
    if (decision.schemaHash !== decisionPoint.schemaHash) otherSchema += 1;
    const answers = decision.questions.map(({ query, answer }) => ({
      query,
      answer,
      now: decisionPoint.decide(query),
    }));
    const told = answers.find(({ answer, now }) => differingFields(answer, now).length > 0) ?? answers[0];
    if (told === undefined) counts.unasked += 1;
    else counter.add(told.query, told.answer, told.now, decision.index);
  }
  return {
    policyHash: decisionPoint.policyHash,
    same: counter.compared - counter.changed,
    differs: counter.changed,
    ...counts,
    otherSchema,
    groups: counter.groups(),
  };
}
