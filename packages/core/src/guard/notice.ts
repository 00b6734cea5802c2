/** Notices that a purpose demands: shown once to each person, before anything is done for it (GDPR articles 13 and 14). */
import { Fault } from '../kernel/index.ts';
import { minimisationTarget, noticeKey, noticeText } from '../privacy/index.ts';
import type { IdentifiedAction, Judgement } from './judgement/index.ts';
import type { Line } from './line.ts';
import type { Enforced, InterceptedAction, ShownNotice } from './types.ts';

/** Retention class of what is recorded of notices: as long as the record itself. */
const RETENTION_CLASS = 'log';

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

/** Whether a notice is due that the face can show, to an action that was let in. No person sees the answer to a handshake. */
export function isNoticeDue(action: InterceptedAction, { decision, purpose }: Judgement): boolean {
  if (action.showsNotices !== true || purpose?.due === undefined) return false;
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
  { request, action }: IdentifiedAction,
  { purpose }: Judgement,
): Promise<ShownNotice | undefined> {
  const { due, subject } = purpose ?? {};
  if (due === undefined || subject === undefined) return undefined;
  const [tag] = line.state.tags(subject);
  if (tag === undefined) throw new Fault('log.unavailable', 'the log cannot tell people apart');
  const { language, text } = noticeText(due, line.purposes?.languages);
  const { id, version } = due;
  const written = await line.log.append({
    detail: { kind: 'notice', notice: { id, version, channel: action.face } },
    tenant: line.tenant,
    time: line.clock.now(),
    monotonicNs: line.clock.monotonicNs(),
    retentionClass: RETENTION_CLASS,
    committed: { subject, language, session: request.session.id },
    concerns: [subject],
    effects: [
      {
        type: 'put_record',
        collection: 'notices',
        key: noticeKey(tag, due),
        value: { id, version, language },
        expects: null,
      },
    ],
  });
  return written.status === 'committed' ? { id, version, language, text } : undefined;
}
