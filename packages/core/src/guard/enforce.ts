/** The straight line (architecture, section 3): one action from interception to its recorded end, read from top to bottom. */
import { createUlid, describeFault, isFault, type JsonValue } from '../kernel/index.ts';
import { type AppendRefusal, type DecisionStep, isPermitting, type OutcomeStep } from '../model/index.ts';
import { followPolicy } from './follow-policy.ts';
import { identify } from './identify.ts';
import { type CallShares, isOverturned, judge, lostReservation, takeShares } from './judgement/index.ts';
import { Laps } from './laps.ts';
import { looking, type Line } from './line.ts';
import { isNoticeDue, NOTICE_SHOWN, tell, type Told, withNotice } from './notice.ts';
import { performOnce, settle } from './performance/index.ts';
import { ownAction } from './own.ts';
import { decisionDraft, outcomeDraft } from './record/index.ts';
import { faulted, refuse, refused } from './refuse.ts';
import type { Judgement, Refusal } from './judgement/index.ts';
import type { Enforced, InterceptedAction, Perform, ResultShape } from './types.ts';
import { waitForPeople } from './waiting.ts';
import { withdraw } from './withdraw.ts';

type Shape = (result: JsonValue) => ResultShape;

/** Takes `action` along the line. Never rejects: a refusal and a fault are both an answer. */
export async function enforce(
  line: Line,
  intercepted: InterceptedAction,
  perform: Perform,
  shape: Shape,
): Promise<Enforced> {
  const action = ownAction(intercepted, 'call'); // 1 intercept: nothing is read from the caller after this
  const requestId = createUlid(line.clock, line.random);
  const told: Told = { hasLooked: false };
  let end = await travel(line, action, requestId, undefined, perform, shape, told);
  while (end.verdict === 'step_up' && end.hold !== undefined && action.wait !== false) {
    const { reference } = end.hold;
    const waited = await waitForPeople(line, end.hold, action);
    if (waited === 'unanswered') return withNotice(end, told);
    if (waited === 'left') return withNotice(await withdraw(line, action, requestId, end, end.hold), told);
    // Re-entry: today's policy, trust and labels judge anew, with the approval as one more fact.
    end = await travel(line, action, requestId, reference, perform, shape, told);
    // Held anew: by other forbids, under another policy, or because another call used the approval up.
    if (action.wait !== 'to_expiry' || end.hold?.reference === reference) return withNotice(end, told);
  }
  return withNotice(end, told);
}

async function travel(
  line: Line,
  action: InterceptedAction,
  requestId: string,
  parent: string | undefined,
  perform: Perform,
  shape: Shape,
  told: Told,
): Promise<Enforced> {
  let shares: CallShares | undefined;
  const before = new Laps<DecisionStep>(line.clock);
  try {
    for (let attempt = 0; ; attempt += 1) {
      shares?.end();
      before.go();
      const identified = identify(line, action, requestId, parent); // 2 parse and digest, 3 authenticate
      before.lap('identify');
      let present = looking(line);
      const following = followPolicy(present);
      if (following !== undefined) {
        await following;
        present = looking(line);
      }
      const taking = takeShares(line, identified, line.policy.current());
      shares = taking === undefined ? undefined : await taking;
      if (taking !== undefined) present = looking(line);
      if (following !== undefined || taking !== undefined) before.lap('wait');
      const judgement = judge(present, identified, line.policy.current(), shares, before); // 4 admit, 5 facts, 6 decide
      if (!told.hasLooked && isNoticeDue(identified, judgement)) {
        if (!(await tell(line, identified, judgement, told)))
          return await refuse(line, identified, judgement, NOTICE_SHOWN.code, NOTICE_SHOWN.reason);
        attempt -= 1;
        continue;
      }
      const after = new Laps<OutcomeStep>(line.clock).go();
      const draft = decisionDraft(line, identified, judgement, parent, before.spentUs());
      const recorded = await line.log.append(draft); // 7 record, durably
      after.lap('record');
      if (recorded.status === 'refused') {
        if (attempt === 0) continue;
        const { code, reason } = raceRefusal(line, judgement, recorded.refusal);
        return await refuse(line, identified, judgement, code, reason);
      }
      const { receipt, index } = recorded;
      if (!isPermitting(judgement.decision.verdict))
        return refused(line, identified, judgement, receipt, index);
      const obstacle = obstacleTo(line, action, judgement); // 8 compare epochs again, without yielding until 9
      if (obstacle !== undefined) {
        const { code, reason } = obstacle;
        const spentUs = after.spentUs();
        await line.log.append(
          outcomeDraft(line, identified, index, { outcome: 'not_performed', code, spentUs }),
        );
        if (attempt === 0 && (code === 'guard.epoch' || code === 'guard.purpose')) continue;
        return await refuse(line, identified, judgement, code, reason);
      }
      shares?.start();
      const performance = performOnce(line, identified, judgement, receipt, perform); // 9 perform
      const end = await performance;
      after.lap('perform');
      return await settle(line, identified, judgement, { receipt, index, laps: after }, end, shape); // 10, 11, 12
    }
  } catch (thrown) {
    return await faulted(line, action, requestId, parent, thrown);
  } finally {
    shares?.end();
  }
}

/** Why it could not be recorded twice. */
function raceRefusal(line: Line, { reservations }: Judgement, refusal: AppendRefusal): Refusal {
  const code = `guard.${refusal}`;
  if (refusal === 'limit_exceeded') return { code, reason: lostReservation(line, reservations) };
  if (refusal === 'limit_keys')
    return { code, reason: 'limits are kept for as many keys as they can be; a new one finds no room' };
  return { code, reason: 'something changed while it was recorded' };
}

/** Why a permitted action is not performed after all: kill switches, policy or consent changed since or cannot be read, or nobody waits for it any more. */
function obstacleTo(
  line: Line,
  { signal }: InterceptedAction,
  { epochs, purpose }: Judgement,
): Refusal | undefined {
  try {
    const present = looking(line);
    const now = present.state.epochs(line.policy.scope);
    if (now.killEpoch !== epochs.killEpoch || now.policyEpoch !== epochs.policyEpoch)
      return { code: 'guard.epoch', reason: 'kill switches or policy changed twice meanwhile' };
    if (isOverturned(present, purpose?.relied))
      return { code: 'guard.purpose', reason: 'what is recorded of its purpose changed twice meanwhile' };
  } catch (thrown) {
    return { code: isFault(thrown) ? thrown.code : 'guard.fault', reason: describeFault(thrown) };
  }
  if (signal?.aborted === true)
    return { code: 'guard.cancelled', reason: 'the caller gave up before it was started' };
  return undefined;
}
