/** Several events as one body, in the forms that receivers take. */
import { rfc3339 } from '@writ/export';
import type { OutgoingEvent } from '../../destination.ts';
import type { WebhookSettings } from './settings.ts';

/** Largest body, in bytes: what the receivers of the guide take without being set up for it. One event that is larger goes alone. */
export const MAX_BODY_BYTES = 1_000_000;

const MS_PER_S = 1_000;

/** A body and how many of the events, from the first, are in it. */
export interface WebhookMessage {
  readonly body: string;
  readonly count: number;
  readonly contentType: string;
}

/** As many of `events` as one body holds, at least the first. */
export function messageOf(settings: WebhookSettings, events: readonly OutgoingEvent[]): WebhookMessage {
  const { body, format } = settings;
  const texts: string[] = [];
  let bytes = 0;
  for (const event of body === 'single' ? events.slice(0, 1) : events) {
    const text = itemOf(settings, event);
    bytes += Buffer.byteLength(text) + 1;
    if (texts.length > 0 && bytes > MAX_BODY_BYTES) break;
    texts.push(text);
  }
  return { body: joined(body, texts), count: texts.length, contentType: contentTypeOf(body, format) };
}

function itemOf({ body, format, bulkIndex }: WebhookSettings, event: OutgoingEvent): string {
  const { text } = event;
  const json = format === 'cef' ? JSON.stringify(text) : text;
  switch (body) {
    case 'lines':
    case 'single':
      return text;
    case 'array':
      return json;
    case 'hec':
      return hecOf(event, json, format);
    case 'bulk': {
      // `create` with the name of the event: an event that is there already is answered with 409, and counts as taken.
      const action = {
        create: { _id: event.uid, ...(bulkIndex === undefined ? {} : { _index: bulkIndex }) },
      };
      const time = `"@timestamp":${JSON.stringify(rfc3339(event.time))}`;
      const document = format === 'cef' ? `{${time},"message":${json}}` : `{${time},${text.slice(1)}`;
      return `${JSON.stringify(action)}\n${document}`;
    }
    default:
      return body satisfies never;
  }
}

function hecOf(event: OutgoingEvent, json: string, format: string): string {
  const { uid, time, producer } = event;
  const about = { time: time / MS_PER_S, host: producer, source: 'writ', sourcetype: `writ:${format}` };
  return `${JSON.stringify({ ...about, fields: { uid } }).slice(0, -1)},"event":${json}}`;
}

function joined(body: WebhookSettings['body'], texts: readonly string[]): string {
  if (body === 'array') return `[${texts.join(',')}]`;
  return body === 'single' ? texts.join('') : `${texts.join('\n')}\n`;
}

function contentTypeOf(body: WebhookSettings['body'], format: WebhookSettings['format']): string {
  if (body === 'lines' || body === 'bulk')
    return format === 'cef' && body === 'lines' ? 'text/plain; charset=utf-8' : 'application/x-ndjson';
  if (format !== 'cloudevents' || body === 'hec')
    return format === 'cef' && body === 'single' ? 'text/plain; charset=utf-8' : 'application/json';
  return body === 'array'
    ? 'application/cloudevents-batch+json; charset=utf-8'
    : 'application/cloudevents+json; charset=utf-8';
}
