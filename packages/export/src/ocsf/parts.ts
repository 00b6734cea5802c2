/** Parts that were disclosed, in the classes that watch files, programs and hosts. Without disclosure there is nothing to name, and nothing is told. */
import { type DecisionRecord, isPermitting, type JsonObject, ownProperty } from '@writ/core';
import type { OpenedPart } from '../disclose.ts';
import { receiptOf } from '../recorded.ts';
import { connectionOf } from './action.ts';
import { FILE_ACTIVITY, HTTP_ACTIVITY, NETWORK_ACTIVITY, PROCESS_ACTIVITY } from './classes.ts';
import type { Frame, Said } from './event.ts';
import { isOfNetwork, NETWORK } from './methods.ts';
import { actorOf, aiOperation, nodeDevice, nodeEndpoint } from './parties.ts';
import { controlOf, severityOf } from './security-control.ts';

/** Most parts of one decision that have an event of their own; `unmapped.parts` of the decision tells how many there were. */
export const MAX_PART_EVENTS = 64;

const FILE_ACTIVITIES: Readonly<Record<string, number>> = {
  'file/read': 2,
  'sandbox/read-file': 2,
  'file/write': 3,
  'sandbox/write-file': 3,
  'file/delete': 4,
};
const LAUNCH = 1;
/** `type_id` of a file of which no more is known. */
const UNKNOWN_TYPE = 0;
const REQUEST_TARGET = /^https?:\/\//;

/** One event for each file, program and host of the decision, with the verdict on the whole. */
export function partsSaid(frame: Frame, decision: DecisionRecord, correlation: string): readonly Said[] {
  const parts = (frame.opened.parts ?? []).slice(0, MAX_PART_EVENTS);
  const said = parts.flatMap((part, at): readonly Told[] => {
    const told = toldOf(frame, decision, part, at);
    return told === undefined ? [] : [told];
  });
  return [...said, ...httpTold(frame, decision)].map(({ attributes, profiles, ...one }) => ({
    ...one,
    severity: severityOf(decision),
    message: `${one.of.name}: ${decision.verdict}`,
    ...(decision.code === undefined ? {} : { statusCode: decision.code }),
    correlation,
    profiles,
    more: {
      ...aiOperation(frame, decision.initiator),
      actor: actorOf(frame, decision.initiator),
      ...attributes,
      ...controlOf(decision),
    },
  }));
}

/** What differs from one part to the next. */
interface Told extends Pick<Said, 'of' | 'activity'> {
  readonly profiles: readonly string[];
  readonly attributes: JsonObject;
}

const PROFILES = ['ai_operation', 'security_control'];

function toldOf(frame: Frame, decision: DecisionRecord, part: OpenedPart, at: number): Told | undefined {
  const { type, id, action } = part;
  if (id === '') return undefined;
  const device = nodeDevice(frame);
  if (type === 'file')
    return {
      of: FILE_ACTIVITY,
      activity: FILE_ACTIVITIES[action] ?? action,
      profiles: PROFILES,
      attributes: { device, file: { name: nameOf(id), path: id, type_id: UNKNOWN_TYPE } },
    };
  if (type === 'program')
    return {
      of: PROCESS_ACTIVITY,
      activity: LAUNCH,
      profiles: PROFILES,
      // Nothing has started yet, so there is no process id: the part is what can be found again.
      attributes: { device, process: { name: id, uid: `${receiptOf(frame.recorded)}/part/${at}` } },
    };
  if (type !== 'host' || isOfNetwork(decision.method)) return undefined;
  return {
    of: NETWORK_ACTIVITY,
    activity: isPermitting(decision.verdict) ? NETWORK.open : NETWORK.refuse,
    profiles: [...PROFILES, 'host'],
    attributes: {
      src_endpoint: nodeEndpoint(frame),
      ...connectionOf({ ...frame, opened: { parts: [part] } }),
    },
  };
}

/** A request that was looked into, where its method and URL were disclosed. Its body never is. */
function httpTold(frame: Frame, { method }: DecisionRecord): readonly Told[] {
  const given = frame.opened.arguments;
  if (!isOfNetwork(method) || typeof given !== 'object' || given === null || Array.isArray(given)) return [];
  const [verb, url] = [ownProperty(given as JsonObject, 'method'), ownProperty(given as JsonObject, 'url')];
  if (typeof verb !== 'string' || typeof url !== 'string' || !REQUEST_TARGET.test(url)) return [];
  const known = Object.entries(HTTP_ACTIVITY.activities).find(
    ([, caption]) => caption.toUpperCase() === verb,
  );
  return [
    {
      of: HTTP_ACTIVITY,
      activity: known === undefined ? verb : Number(known[0]),
      profiles: [...PROFILES, 'host'],
      attributes: {
        src_endpoint: nodeEndpoint(frame),
        ...connectionOf(frame),
        http_request: { http_method: verb, url: { url_string: url } },
      },
    },
  ];
}

/** The last name of a path. */
function nameOf(path: string): string {
  return path.split(/[/\\]/).findLast((name) => name !== '') ?? path;
}
