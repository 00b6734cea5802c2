/** Notices that a purpose demands: shown once to each person, before anything is done for it (GDPR articles 13 and 14). */
import { minimisationTarget, noticeDraft, noticeText } from '../privacy/index.ts';
import type { IdentifiedAction, Judgement } from './judgement/index.ts';
import type { Line } from './line.ts';
import type { Enforced, ShownNotice } from './types.ts';

/** The whole answer to the call that found a notice due. */
export const NOTICE_SHOWN = {
  code: 'privacy.notice',
  reason:
    'a notice about the use of personal data comes first: show it to the person it is for, then call again',
} as const;

/** What was shown on the way of one action. */
export interface Told {
  /** It is looked for once: what another process showed meanwhile is as good. */
  hasLooked: boolean;
  notice?: ShownNotice;
}

/**
 * Whether a notice is due that the face can show, to an action that was let in. INVARIANT: it is shown to whom it is for: who sees the answer is the person
 * that the agent acts for, and nobody sees that of a handshake.
 */
export function isNoticeDue(
  { action, request }: IdentifiedAction,
  { decision, purpose }: Judgement,
): boolean {
  if (action.showsNotices !== true || purpose?.due === undefined) return false;
  if (purpose.subject !== request.subject.person?.id) return false;
  return decision.source !== 'admission' && minimisationTarget(action) !== undefined;
}

/** Records the notice that is due as shown, for `told` to carry; whether somebody else showed it meanwhile, so that the action may go on. */
export async function tell(
  line: Line,
  identified: IdentifiedAction,
  judgement: Judgement,
  told: Told,
): Promise<boolean> {
  told.hasLooked = true;
  const notice = await claimNotice(line, identified, judgement);
  if (notice !== undefined) told.notice = notice;
  return notice === undefined;
}

/** `end` with what its face must show. */
export function withNotice(end: Enforced, { notice }: Told): Enforced {
  return notice === undefined ? end : { ...end, notice };
}

/**
 * Records that the notice is shown, and hands it out to be shown; `undefined` where somebody else showed it meanwhile. INVARIANT: of all calls in all
 * processes one gets it, because the record may not be there yet. What a host does with it nobody can see from here.
 */
async function claimNotice(
  line: Line,
  { action }: IdentifiedAction,
  { purpose }: Judgement,
): Promise<ShownNotice | undefined> {
  const { due, subject } = purpose ?? {};
  if (due === undefined || subject === undefined) return undefined;
  const { language, text } = noticeText(due, line.purposes?.languages);
  const { id, version } = due;
  const draft = noticeDraft({ notice: due, subject, channel: action.face, language }, line.state);
  const { tenant, clock } = line;
  const times = { tenant, time: clock.now(), monotonicNs: clock.monotonicNs() };
  const written = await line.log.append({ ...draft, ...times });
  return written.status === 'committed' ? { id, version, language, text } : undefined;
}
