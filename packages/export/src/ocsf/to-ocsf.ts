/** Entries as OCSF events: at least one for each, none of them left out. */
import type { Entry } from '@writ/core';
import { open } from '../disclose.ts';
import type { RecordedEntry, UnreadEntry } from '../recorded.ts';
import { administrationSaid } from './administration.ts';
import { answerSaid } from './answer.ts';
import { refusalsSaid } from './authentication.ts';
import { BASE_EVENT } from './classes.ts';
import { decisionSaid } from './decision.ts';
import { issuerSaid, keySaid, mirrorSaid, pinSaid, policySaid, tokenSaid } from './entities.ts';
import { eventOf, type Frame, type OcsfEvent, type OcsfOptions, type Said, unreadEvent } from './event.ts';
import { killSaid } from './incident.ts';
import { downtimeSaid, heartbeatSaid, startSaid, stopSaid } from './lifecycle.ts';
import { outcomeSaid } from './outcome.ts';
import { privacySaid } from './privacy.ts';

/**
 * The events that `recorded` is, the entry itself first; its `metadata.uid` is the receipt. Without `options.disclose` they hold nothing but what stands in the clear in the leaf,
 * which is never personal; whoever reads them needs no key. Bytes that are no entry known here are a Base Event.
 *
 * Pure but for the port. Throws what the port throws, `log.body-erased` aside.
 */
export function toOcsf(recorded: RecordedEntry | UnreadEntry, options: OcsfOptions): readonly OcsfEvent[] {
  if (!('entry' in recorded)) return [unreadEvent(recorded, options, unreadSaid(recorded))];
  const frame: Frame = { recorded, options, opened: open(options.disclose, recorded.index) };
  return saidOf(frame, recorded.entry).map((said, at) => eventOf(frame, said, at + 1));
}

/** INVARIANT: each kind has its case; a kind without one does not compile, and one that comes all the same is a Base Event. */
function saidOf(frame: Frame, entry: Entry): readonly Said[] {
  switch (entry.kind) {
    case 'start':
      return startSaid(frame, entry);
    case 'decision':
      return decisionSaid(frame, entry);
    case 'outcome':
      return outcomeSaid(frame, entry);
    case 'answer':
      return answerSaid(frame, entry);
    case 'kill':
      return killSaid(frame, entry);
    case 'policy':
      return policySaid(frame, entry);
    case 'pin':
      return pinSaid(frame, entry);
    case 'refusals':
      return refusalsSaid(frame, entry);
    case 'key':
      return keySaid(frame, entry);
    case 'heartbeat':
      return heartbeatSaid(frame, entry);
    case 'downtime':
      return downtimeSaid(frame, entry);
    case 'mirror':
      return mirrorSaid(frame, entry);
    case 'issuer':
      return issuerSaid(frame, entry);
    case 'token':
      return tokenSaid(frame, entry);
    case 'stop':
      return stopSaid(frame, entry);
    case 'erasure':
    case 'legal_hold':
    case 'retention':
    case 'consent':
    case 'register':
    case 'notice':
    case 'case':
    case 'export':
    case 'body_key':
      return privacySaid(frame, entry);
    case 'administration':
    case 'sign_in':
      return administrationSaid(frame, entry);
    default:
      return [unknownSaid(entry satisfies never)];
  }
}

/** An entry of a kind that has no mapping: all that is said is that it is there. */
function unknownSaid(_entry: never): Said {
  return {
    of: BASE_EVENT,
    activity: 0,
    severity: 'informational',
    message: 'an entry of a kind unknown here',
    more: {},
  };
}

function unreadSaid({ problem }: UnreadEntry): Said {
  return {
    of: BASE_EVENT,
    activity: 0,
    severity: 'low',
    message: `an entry that cannot be read here (${problem})`,
    statusCode: problem,
    more: {},
  };
}
