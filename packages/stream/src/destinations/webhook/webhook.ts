/** Events by HTTP POST: acknowledged by an answer in the 200s. */
import { createHmac } from 'node:crypto';
import { Fault } from '@writ/core';
import { createPoster, type Poster, readClientTls } from '../../clients/index.ts';
import type { Destination, DestinationPorts, OutgoingEvent } from '../../destination.ts';
import { acknowledgedBy } from './answer.ts';
import { messageOf } from './body.ts';
import type { WebhookHeader, WebhookSettings } from './settings.ts';

const MS_PER_S = 1_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * A webhook. The address, secrets of headers and the key of signatures are read at each post, so that a changed one is taken up. An answer other than in the 200s, one that
 * does not come whole, and one that comes too late acknowledge nothing, though the receiver may have taken the events: it sees them again, under the same `uid`.
 * Throws `config.invalid` and `key.*`.
 */
export function openWebhook(settings: WebhookSettings, ports: DestinationPorts): Promise<Destination> {
  const poster = createPoster('the webhook', () => readClientTls(settings.tls ?? {}, ports));
  return Promise.resolve({
    send: (events, signal) =>
      settings.body === 'single'
        ? sendEach(events, (event) => sendOnce(settings, ports, { poster, events: [event], signal }))
        : sendOnce(settings, ports, { poster, events, signal }),
    close() {
      poster.close();
      return Promise.resolve();
    },
  });
}

/** One post for each; what was taken before one failed counts, and the fault comes again with the next call. */
async function sendEach(
  events: readonly OutgoingEvent[],
  send: (event: OutgoingEvent) => Promise<number>,
): Promise<number> {
  let count = 0;
  for (const event of events) {
    try {
      count += await send(event);
    } catch (fault) {
      if (count === 0) throw fault;
      return count;
    }
  }
  return count;
}

async function sendOnce(
  settings: WebhookSettings,
  ports: DestinationPorts,
  batch: {
    readonly poster: Poster;
    readonly events: readonly OutgoingEvent[];
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { body, count, contentType } = messageOf(settings, batch.events);
  const headers = { 'content-type': contentType, ...headersOf(settings, ports, body) };
  const post = { url: addressOf(settings, ports), headers, body };
  const answer = await batch.poster.post(post, batch.signal);
  return acknowledgedBy(
    { ...answer, body: answer.body.toString('utf8') },
    { count, isBulk: settings.body === 'bulk', now: ports.clock.now() },
  );
}

function headersOf(
  { headers, signature }: WebhookSettings,
  ports: DestinationPorts,
  body: string,
): Readonly<Record<string, string>> {
  const shown = headers.map((header) => [header.name.toLowerCase(), valueOf(header, ports)] as const);
  const signed =
    signature === undefined
      ? []
      : [[signature.name.toLowerCase(), signatureOf(ports.secret(signature.key), body, ports)] as const];
  return Object.fromEntries([['user-agent', 'writ'] as const, ...shown, ...signed]);
}

function valueOf({ value }: WebhookHeader, ports: DestinationPorts): string {
  if (typeof value === 'string') return value;
  const secret = ports.secret(value.secret);
  return value.scheme === undefined ? secret : `${value.scheme} ${secret}`;
}

/** The time is signed too, so that a receiver can refuse what was recorded and sent again later. */
function signatureOf(key: string, body: string, { clock }: DestinationPorts): string {
  const seconds = Math.floor(clock.now() / MS_PER_S);
  const digest = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}

/** INVARIANT: no fault quotes it. */
function addressOf({ url: given, isInsecure = false }: WebhookSettings, ports: DestinationPorts): URL {
  const text = typeof given === 'string' ? given : ports.secret(given);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPrivate =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && (isInsecure || LOOPBACK.test(url.hostname)));
  if (url !== undefined && isPrivate && url.username === '' && url.password === '') return url;
  throw new Fault('config.invalid', 'the address of the webhook is none over `https:`', {
    hint: 'such as `https://siem.example.com/events`, without a user',
  });
}
