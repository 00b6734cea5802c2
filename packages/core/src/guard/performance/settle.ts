/** Steps 10 to 12 of the line. The action has run: whatever goes wrong withholds, and never says that nothing happened. */
import { copyJson, describeFault, Fault, isFault, type JsonValue } from '../../kernel/index.ts';
import { type LimitUsage, type Outcome, type OutcomeStep, strongestVerdict } from '../../model/index.ts';
import { followPolicy } from '../follow-policy.ts';
import { judgeResult, knownUsage, stillInForce } from '../judgement/index.ts';
import type { Laps } from '../laps.ts';
import { looking, type Line } from '../line.ts';
import { refusalMessage, targetOf, withheldMessage } from '../messages.ts';
import type { PerformanceEnd } from './perform.ts';
import { outcomeDraft, type OutcomeFacts } from '../record/index.ts';
import type { IdentifiedAction, Judgement } from '../judgement/index.ts';
import { errorOf, viewThrown } from './thrown.ts';
import type { Enforced, ResultShape } from '../types.ts';

/** Steps 10 to 12 for the action of decision `index`. Never rejects. */
export async function settle(
  line: Line,
  identified: IdentifiedAction,
  judgement: Judgement,
  at: Pick<Recorded, 'receipt' | 'index' | 'laps'>,
  end: PerformanceEnd,
  shape: (result: JsonValue) => ResultShape,
): Promise<Enforced> {
  const { reservations, shares } = judgement;
  const usage = usageOf(line, identified, end);
  shares?.settle(usage);
  const recorded: Recorded = {
    ...at,
    ...(reservations === undefined ? {} : { usage }),
    ...(usage.cost === undefined ? {} : { costMicros: usage.cost }),
  };
  try {
    return end.status === 'aborted'
      ? await leave(line, identified, judgement, recorded, end)
      : await deliver(line, identified, judgement, recorded, returnOf(end, shape));
  } catch (thrown) {
    return withhold(line, identified, judgement, recorded, { thrown, isCertain: end.status !== 'aborted' });
  }
}

/** Where the decision is recorded, and what its action used where limits ask. */
interface Recorded {
  readonly receipt: string;
  readonly index: number;
  readonly usage?: LimitUsage;
  /** What it cost, where a meter said so. */
  readonly costMicros?: number;
  /** Time spent since the decision. */
  readonly laps: Laps<OutcomeStep>;
}

/** What of `recorded` stands in the entry that closes the decision. */
function usedOf({
  usage,
  costMicros,
  laps,
}: Recorded): Pick<OutcomeFacts, 'usage' | 'costMicros' | 'spentUs'> {
  return {
    spentUs: laps.spentUs(),
    ...(usage === undefined ? {} : { usage }),
    ...(costMicros === undefined ? {} : { costMicros }),
  };
}

/** Step 11 for limits and for the record. A meter that fails says nothing, and what was reserved counts. */
function usageOf(line: Line, { request }: IdentifiedAction, end: PerformanceEnd): LimitUsage {
  const time = end.elapsedMs === undefined ? {} : { time: end.elapsedMs };
  if (end.status !== 'returned' || line.usage?.actual === undefined) return time;
  try {
    return { ...knownUsage(line.usage.actual(request, end.result)), ...time };
  } catch {
    return time;
  }
}

/** What came back of an action, as the value that is judged. */
interface Return {
  readonly value: JsonValue;
  readonly isError: boolean;
  /** How it ended, by its own account. */
  readonly code?: string;
  /** Whether the tool threw. */
  readonly isThrown: boolean;
  /** What it threw, where all of it is in `value`. */
  readonly thrown?: unknown;
}

function returnOf(
  end: Exclude<PerformanceEnd, { status: 'aborted' }>,
  shape: (result: JsonValue) => ResultShape,
): Return {
  if (end.status === 'threw') {
    if (isFault(end.error, 'guard.result')) throw end.error;
    const { value, isWhole } = viewThrown(end.error);
    return { value, isError: true, isThrown: true, ...(isWhole ? { thrown: end.error } : {}) };
  }
  // INVARIANT: what is judged is what is delivered and recorded, whatever the tool does to its own object meanwhile.
  const value = copyJson(end.result);
  const { isError, code } = shape(value);
  return { value, isError, isThrown: false, ...(code === undefined ? {} : { code }) };
}

async function deliver(
  line: Line,
  identified: IdentifiedAction,
  judgement: Judgement,
  recorded: Recorded,
  back: Return,
): Promise<Enforced> {
  const { receipt, index } = recorded;
  const { value, isError, isThrown, ...rest } = back;
  const { decision } = judgement;
  if (identified.action.delivers?.length === 0) return account(line, identified, judgement, recorded, back);
  let present = looking(line);
  const following = followPolicy(present);
  if (following !== undefined) {
    await following;
    present = looking(line);
  }
  const delivery = judgeResult(present, identified, judgement, value, isError); // 10 inspect and decide again
  recorded.laps.lap('inspect');
  const { result, redactions, decision: delivered } = delivery;
  const outcome: Outcome = result === undefined ? 'withheld' : isError ? 'failed' : 'performed';
  // 11 record the outcome, join labels
  await close(line, identified, index, {
    outcome,
    delivery: delivered,
    redactions,
    result: value,
    labels: delivery.labels,
    ...usedOf(recorded),
    ...(delivery.asked === undefined ? {} : { asked: delivery.asked }),
    ...(delivery.findings === undefined ? {} : { findings: delivery.findings }),
    ...codeOf(delivered.code, back),
  });
  const target = targetOf(identified.action);
  const base = {
    decision,
    receipt,
    requestId: identified.request.requestId,
    outcome,
    delivery: delivered,
    redactions,
  };
  // 12 return
  if (result === undefined) {
    const why = delivered.reasons.join(' ') || 'policy refused its delivery';
    return { ...base, verdict: 'deny', message: withheldMessage(target, why, receipt, true) };
  }
  const verdict = strongestVerdict([decision.verdict, delivered.verdict]);
  const stands = stillInForce(line, identified.request, judgement.purpose);
  const kept = stands === undefined ? base : { ...base, stands: () => stands() };
  if (!isThrown) return { ...kept, verdict, result, message: refusalMessage(target, decision, receipt) };
  const error = 'thrown' in rest && delivered.verdict === 'allow' ? rest.thrown : errorOf(result);
  return { ...base, verdict, error, message: `\`${target}\` failed: ${describeFault(error)}` };
}

/** Why a result was refused, else how the tool says that it ended. */
function codeOf(delivered: string | undefined, { isThrown, code }: Return): { readonly code?: string } {
  const told = delivered ?? (isThrown ? 'guard.tool' : code);
  return told === undefined ? {} : { code: told };
}

/** What flowed while it was performed is not delivered again: what came back is an account of it, for the record, and no policy judges it. */
async function account(
  line: Line,
  identified: IdentifiedAction,
  { decision }: Judgement,
  recorded: Recorded,
  back: Return,
): Promise<Enforced> {
  const { receipt, index } = recorded;
  const { value, isError } = back;
  const outcome: Outcome = isError ? 'failed' : 'performed';
  await close(line, identified, index, {
    outcome,
    result: value,
    ...codeOf(undefined, back),
    ...usedOf(recorded),
  });
  return {
    decision,
    receipt,
    requestId: identified.request.requestId,
    outcome,
    redactions: {},
    verdict: decision.verdict,
    result: value,
    message: refusalMessage(targetOf(identified.action), decision, receipt),
  };
}

/** An action that was cut off: nobody knows whether it took effect, and nothing of it is delivered. */
async function leave(
  line: Line,
  identified: IdentifiedAction,
  { decision }: Judgement,
  recorded: Recorded,
  { code, reason }: Extract<PerformanceEnd, { status: 'aborted' }>,
): Promise<Enforced> {
  const { receipt, index, laps } = recorded;
  await close(line, identified, index, { outcome: 'unknown', code, spentUs: laps.spentUs() });
  return {
    verdict: decision.verdict,
    decision,
    receipt,
    requestId: identified.request.requestId,
    redactions: {},
    outcome: 'unknown',
    message: withheldMessage(targetOf(identified.action), reason, receipt, false),
  };
}

/** Something broke after the action ran. That it ran is recorded where it still can be. */
async function withhold(
  line: Line,
  identified: IdentifiedAction,
  { decision }: Judgement,
  recorded: Recorded,
  { thrown, isCertain }: { readonly thrown: unknown; readonly isCertain: boolean },
): Promise<Enforced> {
  const { receipt, index } = recorded;
  const why = describeFault(thrown);
  const code = isFault(thrown) ? thrown.code : 'guard.fault';
  const problem = await close(line, identified, index, {
    outcome: 'withheld',
    code,
    ...usedOf(recorded),
  }).then(
    () => why,
    () => `its outcome could not be recorded: ${why}`,
  );
  return {
    verdict: 'deny',
    decision,
    receipt,
    requestId: identified.request.requestId,
    redactions: {},
    outcome: 'withheld',
    message: withheldMessage(targetOf(identified.action), problem, receipt, isCertain),
  };
}

/** Step 11: closes decision `index`. Throws where the outcome is not surely recorded. */
async function close(
  line: Line,
  identified: IdentifiedAction,
  index: number,
  facts: Parameters<typeof outcomeDraft>[3],
): Promise<void> {
  const closed = await line.log.append(outcomeDraft(line, identified, index, facts));
  if (closed.status === 'refused')
    throw new Fault('log.conflict', `the log refused the outcome (${closed.refusal})`);
}
