/** Events in the CloudEvents 1.0 envelope, JSON format, structured mode. */
import type { JsonObject } from '@writ/core';
import { rfc3339 } from '../instant.ts';
import { leafHashIn, type OcsfEvent } from '../ocsf/index.ts';

/** Media type of one event as a message of its own. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** An event in its envelope. Attribute names are lower-case letters and digits, as CloudEvents asks of extensions. */
export interface CloudEvent extends JsonObject {
  readonly specversion: '1.0';
  /** `metadata.uid` of the event: the receipt, or the receipt and a number. With `source` it is unique. */
  readonly id: string;
  /** The origin of the log as a URI reference, `example.org/log`. */
  readonly source: string;
  /** `writ.ocsf.` and `type_uid`. */
  readonly type: string;
  /** Kind of the entry. */
  readonly subject: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Origin of the log, as it stands in entries. */
  readonly origin: string;
  /** Index of the entry, as text: integers of CloudEvents end at 2^31. */
  readonly index: string;
  /** Hash of the entry's leaf, hexadecimal. */
  readonly leafhash: string;
  readonly data: OcsfEvent;
}

/** `event` in its envelope. */
export function toCloudEvent(event: OcsfEvent): CloudEvent {
  const { uid, original_event_uid: receipt, event_code: kind } = event.metadata;
  const at = receipt.lastIndexOf('#');
  const origin = receipt.slice(0, at);
  return {
    specversion: '1.0',
    id: uid,
    source: sourceOf(origin),
    type: `writ.ocsf.${event.type_uid}`,
    subject: kind,
    time: rfc3339(event.time),
    datacontenttype: 'application/json',
    origin,
    index: receipt.slice(at + 1),
    leafhash: leafHashIn(event),
    data: event,
  };
}

/** A relative reference (RFC 3986 §4.2): origins are names of hosts with a path and no scheme. Whatever a segment cannot hold is escaped. */
function sourceOf(origin: string): string {
  return origin.toWellFormed().split('/').map(encodeURIComponent).join('/');
}
