/** One answer that came from the control plane: taken into the node's own log where it is genuine, and nothing otherwise. */
import {
  type AnswerRefusal,
  type Approver,
  type Clock,
  type EntryDraft,
  type Hold,
  type HoldAnswer,
  type LogWriter,
  mayCount,
  mayLift,
  type StateReader,
  verifyAnswer,
} from '@writ/core';

/** An answer as it came. Nothing of it is believed. */
export type CameAnswer = Pick<HoldAnswer, 'answer' | 'keyId' | 'statement' | 'signature'>;

/** Where answers go. */
export interface AnswerPlace {
  readonly log: Pick<LogWriter, 'append' | 'origin'>;
  readonly state: Pick<StateReader, 'hold' | 'timeFloor'>;
  /** Id of the node within its log. */
  readonly node: string;
  readonly tenant: string;
  /** Those whom the node believes now: of its signed bundle, or of its configuration. */
  readonly approvers: () => readonly Approver[];
  readonly clock: Clock;
}

/** `taken`: it is in the log. `known`: it was, or it changes nothing any more. */
export type TakenAnswer =
  | { readonly status: 'taken' | 'known' }
  /** Without `why`: nothing of it is held here any more, and nobody is waiting. */
  | { readonly status: 'refused'; readonly why?: AnswerRefusal; readonly problem: string };

/** How long what was answered is kept: as evidence of who permitted what. */
const RETENTION_CLASS = 'decision';

/** Verifies `came` for the hold at `index` by the node's own means, and records it. INVARIANT: what the control plane says of an answer is no part of this. */
export async function takeAnswer(place: AnswerPlace, index: number, came: CameAnswer): Promise<TakenAnswer> {
  const { log, state, node, clock } = place;
  const hold = state.hold(index);
  const now = Math.max(clock.now(), state.timeFloor());
  if (hold === undefined) return { status: 'refused', problem: 'it is about nothing that is held here' };
  if (hold.status !== 'waiting' || now > hold.expires) return { status: 'known' };
  if (hold.answers.some(({ keyId }) => keyId === came.keyId)) return { status: 'known' };
  const approvers = place.approvers();
  const verified = verifyAnswer(came, { hold, origin: log.origin, node }, approvers);
  if (verified.status === 'refused')
    return refused(verified.code === 'approval.invalid' ? 'invalid' : 'unknown_key', verified.problem);
  const { approver, statement } = verified;
  if (now > statement.expires) return refused('expired', 'it has expired');
  if (statement.answer === 'approve' && !isEntitled(approver, hold, statement.lifts, approvers))
    return refused('not_entitled', `\`${approver.id}\` may not approve this`);
  const result = await log.append(draftOf(place, hold, came, approver, statement));
  return { status: result.status === 'committed' ? 'taken' : 'known' };
}

function isEntitled(
  approver: Approver,
  hold: Hold,
  lifts: readonly string[],
  approvers: readonly Approver[],
): boolean {
  const lifted = hold.forbids.filter(({ contentHash }) => lifts.includes(contentHash));
  return (
    lifted.length > 0 &&
    lifted.every((forbid) => mayLift(approver, forbid)) &&
    mayCount(approver, hold.requesters, approvers)
  );
}

function draftOf(
  { tenant, clock }: AnswerPlace,
  hold: Hold,
  { keyId, statement, signature }: CameAnswer,
  approver: Approver,
  { answer, lifts }: { readonly answer: 'approve' | 'deny'; readonly lifts: readonly string[] },
): EntryDraft {
  const { policyHash, expires, index } = hold;
  return {
    detail: {
      kind: 'answer',
      answer: { answer, keyId, policyHash, lifts, expires },
      decisionOf: index,
    },
    tenant,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: RETENTION_CLASS,
    committed: { approver: approver.id, statement, signature },
    concerns: [approver.person ?? approver.id],
    effects: [{ type: 'answer', hold: index, answer, keyId, approver: approver.id, statement, signature }],
  };
}

function refused(why: AnswerRefusal, problem: string): TakenAnswer {
  return { status: 'refused', why, problem };
}
