/** The line for listings: which of many parts may be seen. Nothing is performed; one entry records the whole list. */
import { createUlid, describeFault, isFault } from '../kernel/index.ts';
import {
  type Decision,
  type DecisionStep,
  isPermitting,
  type PartDecision,
  type Verdict,
} from '../model/index.ts';
import { admit } from '../runtime/index.ts';
import { followPolicy } from './follow-policy.ts';
import { identify } from './identify.ts';
import { type IdentifiedAction, judge, type Judgement } from './judgement/index.ts';
import { Laps } from './laps.ts';
import { looking, type Line } from './line.ts';
import { ownAction } from './own.ts';
import { decisionDraft } from './record/index.ts';
import { unrecordedDenial } from './refuse.ts';
import type { EnforcedList, InterceptedAction } from './types.ts';

/** Judges `action.parts` one by one; what cannot be judged or recorded is not visible. Never rejects. */
export async function enforceList(line: Line, intercepted: InterceptedAction): Promise<EnforcedList> {
  const action = ownAction(intercepted, 'list');
  const requestId = createUlid(line.clock, line.random);
  const laps = new Laps<DecisionStep>(line.clock);
  try {
    for (let attempt = 0; ; attempt += 1) {
      laps.go();
      const identified = identify(line, action, requestId, undefined);
      laps.lap('identify');
      const following = followPolicy(looking(line));
      if (following !== undefined) {
        await following;
        laps.lap('wait');
      }
      const { judgement, visible } = judgeList(line, identified, laps);
      const recorded = await line.log.append(
        decisionDraft(line, identified, judgement, undefined, laps.spentUs()),
      );
      if (recorded.status === 'committed') return answer(judgement.decision, recorded.receipt, visible);
      if (attempt === 0) continue;
      return hidden(line, action, `guard.${recorded.refusal}`, 'something changed while it was recorded');
    }
  } catch (thrown) {
    return hidden(line, action, isFault(thrown) ? thrown.code : 'guard.fault', describeFault(thrown));
  }
}

interface JudgedList {
  readonly judgement: Judgement;
  /** Parallel to the request's parts. */
  readonly visible: readonly boolean[];
}

/** A tool or server that was stopped hides itself alone; an agent that was stopped sees nothing. */
function judgeList(line: Line, identified: IdentifiedAction, laps: Laps<DecisionStep>): JudgedList {
  const { request, action } = identified;
  // INVARIANT: epochs are read before the switches; one thrown in between makes step 7 refuse.
  const { state } = looking(line);
  const { killEpoch } = state.epochs(line.policy.scope);
  const isOpen = request.parts.map(
    (part) => admit(state, request.subject, [part], request.initiatingServer, killEpoch) === undefined,
  );
  const parts = request.parts.filter((_part, index) => isOpen[index]);
  const open =
    parts.length === 0
      ? identified
      : { ...identified, action: { ...action, parts }, request: { ...request, parts } };
  const judgement = judge(line, open, line.policy.current(), undefined, laps);
  const { decision, epochs } = judgement;
  const judged = [...decision.parts];
  const all = isOpen.map((isJudged): PartDecision => (isJudged ? (judged.shift() ?? CLOSED) : CLOSED));
  const visible = all.map(({ verdict }) => decision.source === 'policy' && isPermitting(verdict));
  const verdict: Verdict = visible.every(Boolean) ? 'allow' : visible.some(Boolean) ? 'modify' : 'deny';
  // Nothing in a list is redacted; what is shown labels the session that sees it.
  const listed: Decision = { ...decision, verdict, parts: all, held: [], killEpoch };
  return { judgement: { ...judgement, decision: listed, epochs: { ...epochs, killEpoch } }, visible };
}

const CLOSED: PartDecision = { verdict: 'deny', determining: [] };

function answer(decision: Decision, receipt: string, visible: readonly boolean[]): EnforcedList {
  const count = visible.filter(Boolean).length;
  const message = `${count} of ${visible.length} visible`;
  return { verdict: decision.verdict, receipt, visible, decision, message };
}

/** Nothing is visible, and why. */
function hidden(line: Line, action: InterceptedAction, code: string, reason: string): EnforcedList {
  const decision = unrecordedDenial(line, action, { code, reason });
  return { verdict: 'deny', visible: action.parts.map(() => false), decision, message: reason };
}
