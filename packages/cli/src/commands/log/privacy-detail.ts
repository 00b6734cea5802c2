/** Entries about personal data, keys of bodies and where events go, on one line each. */
import type { PrivacyDetail } from '@writ/core';
import { counted, instant } from '../../terminal/index.ts';

/** What the entry says, without kind and time. */
export function privacyDetailOf(entry: PrivacyDetail): string {
  switch (entry.kind) {
    case 'erasure': {
      const { cause, bodies, resealed } = entry.erasure;
      const kept = resealed.reduce((sum, { from, to }) => sum + to - from, 0);
      return `${counted(bodies, 'body', 'bodies')} erased (${cause})${kept === 0 ? '' : `, ${kept} of them in part`}`;
    }
    case 'legal_hold':
      return `${entry.legalHold.action} ${entry.legalHold.id} (${entry.legalHold.scope})`;
    case 'retention': {
      const { class: name, before, destroyed, held, minimumIndex } = entry.retention;
      if (minimumIndex !== undefined)
        return `${name} before ${instant(before)}: ${destroyed} pruned, those of entries below ${minimumIndex} are gone${held === 0 ? '' : `, ${held} entries held`}`;
      return `${name} before ${instant(before)}: ${counted(destroyed, 'body', 'bodies')} destroyed${held === 0 ? '' : `, ${held} held`}`;
    }
    case 'consent':
      return `${entry.consent.action} ${entry.consent.purpose}`;
    case 'register':
      return `${entry.register.hash.slice(0, 12)}, ${entry.register.purposes} purposes`;
    case 'notice':
      return `${entry.notice.id} version ${entry.notice.version} by ${entry.notice.channel}`;
    case 'case': {
      const { action, type, id, step, due, outcome } = entry.case;
      const rest = [step, outcome, due === undefined ? undefined : `due ${instant(due)}`];
      return [`${action} ${type} ${id}`, ...rest.filter((one) => one !== undefined)].join('  ');
    }
    case 'export': {
      const { destination, status, from, to } = entry.export;
      return `${destination} ${status}${to === from ? '' : `, #${from} to #${to - 1}`}`;
    }
    case 'body_key':
      return `${entry.bodyKey.action} ${entry.bodyKey.keyId}, wrapped by ${entry.bodyKey.wrappedBy}`;
    default:
      return entry satisfies never;
  }
}
