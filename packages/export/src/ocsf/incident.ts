/** Kill switches: Incident Findings. */
import type { Entry } from '@writ/core';
import { receiptOf } from '../recorded.ts';
import { INCIDENT_FINDING } from './classes.ts';
import type { Frame, Said } from './event.ts';

const ACTIVITY = { kill: 1, unkill: 3 } as const;
/** `status_id`: New, and Closed. */
const STATUS = { kill: 1, unkill: 5 } as const;
/** Access Revoked, and Restored. */
const CONTROL = {
  kill: { action_id: 2, disposition_id: 24 },
  unkill: { action_id: 1, disposition_id: 9 },
} as const;

/** Whose incidents are where nobody said. */
const NO_GROUP = 'unassigned';

/**
 * A kill opens an incident, taking it back closes one. What was killed is a commitment: only where it is disclosed do both name the same incident, `scope/target`;
 * otherwise each is named by its own receipt, and nothing joins them.
 */
export function killSaid(frame: Frame, entry: Extract<Entry, { kind: 'kill' }>): readonly Said[] {
  const { action, scope, reason, killEpoch, withdrawn = [] } = entry.kill;
  const { opened, options, recorded } = frame;
  const title = action === 'kill' ? `kill switch: ${scope}` : `kill switch taken back: ${scope}`;
  return [
    {
      of: INCIDENT_FINDING,
      activity: ACTIVITY[action],
      severity: action === 'kill' ? 'high' : 'informational',
      message: title,
      status: STATUS[action],
      profiles: ['security_control'],
      more: {
        finding_info_list: [
          {
            uid: opened.subject === undefined ? receiptOf(recorded) : `${scope}/${opened.subject}`,
            title,
            types: ['kill-switch'],
            created_time: entry.time,
          },
        ],
        assignee_group: { name: options.incidentGroup ?? NO_GROUP },
        is_alert: action === 'kill',
        ...CONTROL[action],
      },
      unmapped: {
        scope,
        reason,
        kill_epoch: killEpoch,
        ...(withdrawn.length === 0 ? {} : { withdrawn: [...withdrawn] }),
      },
    },
  ];
}
