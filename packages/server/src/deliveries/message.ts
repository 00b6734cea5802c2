/** What people are told: that something waits, and where to look. Never arguments, reasons or anything else that came in. */
import { singleLine } from '@writ/core';
import { ALERTS, channelsOf } from '../alerts/index.ts';
import { APPROVALS } from '../approvals/index.ts';
import { type ChannelRecord, CHANNELS } from '../channels/index.ts';
import type { PlaneEvent } from '../events/index.ts';
import { NODES } from '../nodes/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';

/** Something to be told. */
export interface Message {
  /** `approval.waiting`. */
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly organisation: string;
  readonly object: string;
  /** One line. */
  readonly text: string;
  readonly link: string;
}

/** Types by actions of the log. */
const TYPES: Readonly<Record<string, string>> = {
  'approvals.wait': 'approval.waiting',
  'approvals.escalate': 'approval.escalated',
  'approvals.approve': 'approval.answered',
  'approvals.deny': 'approval.answered',
  'approvals.refuse': 'approval.refused',
  'approvals.expire': 'approval.expired',
  'alerts.raise': 'alert.raised',
  'alerts.close': 'alert.closed',
};
const WORDS: Readonly<Record<string, string>> = {
  'approvals.wait': 'waits for an approval',
  'approvals.escalate': 'still waits for an approval, and nobody has given it',
  'approvals.approve': 'was approved by somebody',
  'approvals.deny': 'was denied',
  'approvals.refuse': 'was answered, and its node does not take the answer',
  'approvals.expire': 'was not approved in time, and is denied',
};
/** Longest part of a name that is shown. */
const MAX_NAME = 120;
const MAX_TEXT = 500;
/** Marks that turn the direction of text: what follows would look like something else. */
const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What `event` says; `undefined` for one that nobody is told of, or whose object is gone. */
export function messageOf(plane: Plane, event: PlaneEvent): Message | undefined {
  const { action, organisation, object, at } = event;
  const type = TYPES[action];
  if (type === undefined) return undefined;
  const base = { type, at, organisation, object };
  if (action.startsWith('alerts.')) {
    const alert = plane.objects(organisation, ALERTS).get(object);
    if (alert === undefined) return undefined;
    return {
      ...base,
      text: `${action === 'alerts.close' ? 'over: ' : `${alert.severity}: `}${line(alert.text, MAX_TEXT)}`,
      link: `${plane.url}/alerts/${object}`,
    };
  }
  const approval = plane.objects(organisation, APPROVALS).get(object);
  if (approval === undefined) return undefined;
  const targets = approval.targets.map(({ id }) => short(id)).slice(0, 3);
  return {
    ...base,
    text: `\`${targets.join('`, `')}\`, asked for by the agent \`${short(approval.agent)}\`, ${WORDS[action] ?? ''}`,
    link: `${plane.url}/approvals/${object}`,
  };
}

/** The channels of its organisation that are told of `event`. */
export function channelsFor(plane: Plane, event: PlaneEvent): readonly Stored<ChannelRecord>[] {
  const { action, organisation, object, index } = event;
  if (TYPES[action] === undefined) return [];
  const topic = action.startsWith('alerts.') ? 'alerts' : 'approvals';
  const channels = plane
    .objects(organisation, CHANNELS)
    .list()
    .filter(({ isEnabled, since, topics }) => isEnabled && since <= index && topics.includes(topic));
  if (topic === 'alerts') {
    const alert = plane.objects(organisation, ALERTS).get(object);
    const ids = alert === undefined ? [] : channelsOf(alert, channels);
    return channels.filter(({ id }) => ids.includes(id));
  }
  const approval = plane.objects(organisation, APPROVALS).get(object);
  const node = approval === undefined ? undefined : plane.objects(organisation, NODES).get(approval.node);
  const asked = channels.filter(
    ({ teams }) => teams.length === 0 || (node?.team !== undefined && teams.includes(node.team)),
  );
  // What nobody answered, and what nobody is there for, is for everybody.
  return action === 'approvals.escalate' || asked.length === 0 ? channels : asked;
}

/** A name within backticks. */
function short(text: string): string {
  return line(text.replaceAll('`', '’'), MAX_NAME);
}

/** One line that reads in the order in which it is written. */
function line(text: string, maximum: number): string {
  return singleLine(text).replace(BIDIRECTIONAL, '').slice(0, maximum).toWellFormed();
}
