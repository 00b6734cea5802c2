/** Personal data: erasures, holds, retention, consent, notices, cases; keys of bodies, and destinations that fall behind. */
import type { Entry, PrivacyDetail } from '@writ/core';
import { receiptOf } from '../recorded.ts';
import { changed, other } from './changed.ts';
import { INCIDENT_FINDING } from './classes.ts';
import type { Frame, Said } from './event.ts';
import { findingSaid } from './findings.ts';

const [CREATE, UPDATE, DELETE, ENABLE, DISABLE, ACTIVATE, DEACTIVATE] = [1, 3, 4, 8, 9, 10, 11] as const;
/** `status_id` of an incident: New, In Progress, Closed. */
const INCIDENT_STATUS = { open: 1, step: 2, extend: 2, close: 5 } as const;
const INCIDENT_ACTIVITY = { open: 1, step: 2, extend: 2, close: 3 } as const;
/** Whose incidents are where nobody said. */
const NO_GROUP = 'unassigned';

/** Nothing of it says whom it concerns: that is a commitment, and not disclosed by any name. */
export function privacySaid(frame: Frame, entry: Extract<Entry, PrivacyDetail>): readonly Said[] {
  switch (entry.kind) {
    case 'erasure': {
      const { cause, bodies, destroyed, resealed } = entry.erasure;
      const facts = { cause, bodies, destroyed: lengthOf(destroyed), resealed: lengthOf(resealed) };
      return [
        changed(frame, DELETE, 'low', `bodies were erased (${cause})`, {
          entity: other('sealed bodies', receiptOf(frame.recorded)),
          unmapped: facts,
        }),
      ];
    }
    case 'legal_hold': {
      const { action, id, scope } = entry.legalHold;
      return [
        changed(frame, action === 'place' ? ENABLE : DISABLE, 'low', `a legal hold: ${action}`, {
          entity: other('legal hold', id),
          unmapped: { scope },
        }),
      ];
    }
    case 'retention': {
      const { class: name, archive, ...counts } = entry.retention;
      return [
        changed(frame, DELETE, 'informational', `retention of the class ${name}`, {
          entity: other('retention class', name),
          unmapped: { ...counts, ...(archive === undefined ? {} : { archive: { ...archive } }) },
        }),
      ];
    }
    case 'consent': {
      const { action, purpose, registerHash } = entry.consent;
      return [
        changed(frame, action === 'give' ? ENABLE : DISABLE, 'informational', `consent: ${action}`, {
          entity: other('purpose', purpose),
          unmapped: { register_hash: registerHash },
        }),
      ];
    }
    case 'register': {
      const { hash, purposes, notices } = entry.register;
      return [
        changed(frame, ACTIVATE, 'informational', 'a register of purposes is in force', {
          entity: other('purpose register', hash),
          unmapped: { purposes, notices },
        }),
      ];
    }
    case 'notice': {
      const { id, version, channel } = entry.notice;
      return [
        changed(frame, CREATE, 'informational', 'a notice was shown', {
          entity: { ...other('notice', id), version: String(version) },
          unmapped: { channel },
        }),
      ];
    }
    case 'case':
      return entry.case.type === 'breach' ? [breachSaid(frame, entry)] : [caseSaid(frame, entry)];
    case 'export':
      return exportSaid(frame, entry);
    case 'body_key': {
      const { action, keyId, ...rest } = entry.bodyKey;
      const activity = { rotate: ACTIVATE, wrap: UPDATE, retire: DEACTIVATE }[action];
      return [
        changed(frame, activity, 'low', `a key of sealed bodies: ${action}`, {
          entity: other('body key', keyId),
          unmapped: { action, ...rest },
        }),
      ];
    }
    default:
      return entry satisfies never;
  }
}

function caseSaid(frame: Frame, entry: Extract<Entry, { kind: 'case' }>): Said {
  const { action, id, type, ...facts } = entry.case;
  const activity = action === 'open' ? CREATE : UPDATE;
  return changed(frame, activity, 'informational', `a request of a person (${type}): ${action}`, {
    entity: other('subject request', id),
    unmapped: { action, type, ...facts },
  });
}

/** A breach of personal data is an incident from its first word to its last. */
function breachSaid({ options }: Frame, entry: Extract<Entry, { kind: 'case' }>): Said {
  const { action, id, type: _type, ...facts } = entry.case;
  const title = 'a breach of personal data';
  return {
    of: INCIDENT_FINDING,
    activity: INCIDENT_ACTIVITY[action],
    severity: action === 'close' ? 'informational' : 'high',
    message: `${title}: ${action}`,
    status: INCIDENT_STATUS[action],
    more: {
      finding_info_list: [{ uid: id, title, types: ['personal-data-breach'], created_time: entry.time }],
      assignee_group: { name: options.incidentGroup ?? NO_GROUP },
    },
    unmapped: { action, ...facts },
  };
}

/** A destination that falls behind, or that was sent less than all, is a finding too. */
function exportSaid(frame: Frame, entry: Extract<Entry, { kind: 'export' }>): readonly Said[] {
  const { destination, status, from, to, lagMs } = entry.export;
  const facts = { status, from, to, lag_ms: lagMs };
  const severity = status === 'caught_up' ? 'informational' : 'medium';
  const said = changed(frame, UPDATE, severity, `a destination of events: ${status}`, {
    entity: other('export destination', destination),
    unmapped: facts,
  });
  if (status === 'caught_up') return [said];
  const finding = findingSaid(frame, {
    name: 'export',
    title:
      status === 'behind' ? 'a destination of events is behind' : 'a destination of events was not sent all',
    types: [`export-${status}`],
    severity,
    control: { action_id: 3, disposition_id: 15 },
    rule: 'export-lag',
    unmapped: { destination, ...facts },
  });
  return [said, finding];
}

function lengthOf(ranges: readonly { readonly from: number; readonly to: number }[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}
