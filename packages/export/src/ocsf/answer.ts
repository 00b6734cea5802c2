/** A person's answer to a held decision. */
import type { Entry } from '@writ/core';
import { API_ACTIVITY } from './classes.ts';
import type { Frame, Said } from './event.ts';
import { nodeEndpoint, personOf } from './parties.ts';

const SUCCESS = 1;
/** `action_id` and `disposition_id`: Approved, and Rejected. */
const APPROVED = { action_id: 1, disposition_id: 8 };
const REJECTED = { action_id: 2, disposition_id: 25 };

/** An answer is a call on Writ itself, by the holder of a key; the person only where disclosed. */
export function answerSaid(frame: Frame, entry: Extract<Entry, { kind: 'answer' }>): readonly Said[] {
  const { answer, keyId, policyHash, lifts, expires } = entry.answer;
  const { person } = frame.opened;
  return [
    {
      of: API_ACTIVITY,
      activity: answer,
      severity: 'informational',
      message: `a held action was answered: ${answer}`,
      status: SUCCESS,
      correlation: `${entry.origin}#${entry.decisionOf}`,
      profiles: ['security_control'],
      more: {
        actor: {
          app_name: 'approver',
          session: { credential_uid: keyId },
          ...(person === undefined ? {} : { user: personOf(person) }),
        },
        api: { operation: 'approvals/answer', service: { name: 'Writ' }, request: { uid: entry.id } },
        src_endpoint: nodeEndpoint(frame),
        policy: { name: 'policy set', uid: policyHash },
        ...(answer === 'approve' ? APPROVED : REJECTED),
      },
      unmapped: { lifts: [...lifts], expires },
    },
  ];
}
