/** One message to one channel. */
import { connect, isIP, type Socket } from 'node:net';
import { Fault } from '@writ/core';
import { createTransport } from 'nodemailer';
import { Webhook } from 'standardwebhooks';
import type { ChannelRecord, MailTarget } from '../channels/index.ts';
import { checkedAddress } from './checked-address.ts';
import type { Message } from './message.ts';
import type { ChannelPorts } from '../channel-ports/index.ts';
import { postChecked } from './post.ts';

const MAIL_TIMEOUT_MS = 10_000;

/** What is sent. `id` is the same at each attempt, so that a receiver knows a repetition. */
export interface Sent {
  readonly id: string;
  readonly message: Message;
  /** Milliseconds since 1970: of this attempt. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Resolves when it was taken. Throws `export.refused` where trying again is no use, `export.unavailable` otherwise. */
export async function send(
  ports: ChannelPorts,
  { target }: Pick<ChannelRecord, 'target'>,
  sent: Sent,
): Promise<void> {
  const { organisation } = sent.message;
  switch (target.kind) {
    case 'webhook':
      return sendWebhook(ports, target.url, secretOf(ports, organisation, target.secret), sent);
    case 'slack': {
      const url = secretOf(ports, organisation, target.secret);
      const { text, link } = sent.message;
      const body = JSON.stringify({ text: `${escaped(text)}\n${escaped(link)}` });
      return postChecked(ports, url, {}, { body, signal: sent.signal });
    }
    case 'smtp':
      return sendMail(ports, target, sent);
    default:
      return target satisfies never;
  }
}

/** Standard Webhooks 1.0: the signature covers id, time and body. */
async function sendWebhook(
  ports: ChannelPorts,
  url: string,
  secret: string,
  { id, message, now, signal }: Sent,
): Promise<void> {
  const { type, at, organisation, object, text, link } = message;
  const body = JSON.stringify({
    type,
    timestamp: new Date(at).toISOString(),
    data: { organisation, id: object, text, link },
  });
  const time = new Date(now);
  let signature: string;
  try {
    signature = new Webhook(secret).sign(id, time, body);
  } catch (cause) {
    throw new Fault('export.refused', 'the secret of the channel is no key in base64', {}, { cause });
  }
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': signature,
  };
  await postChecked(ports, url, headers, { body, signal });
}

async function sendMail(
  ports: ChannelPorts,
  target: MailTarget,
  { id, message, signal }: Sent,
): Promise<void> {
  const { host, port, security, from, to, user } = target;
  const { address, isNamed, isLoopback } = await checkedAddress(ports, host);
  const isPlain = isNamed && isLoopback;
  const password =
    target.secret === undefined ? undefined : secretOf(ports, message.organisation, target.secret);
  let socket: Socket | undefined;
  const transport = createTransport({
    host: address,
    port,
    getSocket(_options, connected) {
      socket = connect({ host: address, port });
      socket.once('error', (cause) => connected(cause));
      socket.once('connect', () => connected(null, { connection: socket }));
    },
    secure: security === 'tls',
    // In the clear nowhere but on the loopback interface, where the operator said so.
    requireTLS: security === 'starttls' && !isPlain,
    ignoreTLS: isPlain && security === 'starttls',
    tls: {
      servername: isIP(host) === 0 ? host : '',
      minVersion: 'TLSv1.2',
    },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: MAIL_TIMEOUT_MS,
    greetingTimeout: MAIL_TIMEOUT_MS,
    socketTimeout: MAIL_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // INVARIANT: a relay that says a word now and then keeps nobody waiting: its connection ends with the time of the whole mail.
  const ending = AbortSignal.any([signal, AbortSignal.timeout(MAIL_TIMEOUT_MS)]);
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(new Error('it took too long, or the server ends'));
  if (ending.aborted) end();
  else ending.addEventListener('abort', end, { once: true });
  try {
    const sending = transport.sendMail({
      from,
      to: [...to],
      subject: `Writ: ${message.type.replaceAll('.', ' ')}`,
      text: `${message.text}\n\n${message.link}\n`,
      messageId: `<${id}@${new URL(message.link).hostname}>`,
      headers: { 'auto-submitted': 'auto-generated' },
    });
    await Promise.race([sending, ended.promise]);
  } catch (cause) {
    throw new Fault('export.unavailable', 'the mail was not taken', {}, { cause });
  } finally {
    ending.removeEventListener('abort', end);
    socket?.destroy();
    transport.close();
  }
}

function secretOf({ secret }: ChannelPorts, organisation: string, name: string): string {
  const found = secret(organisation, name);
  if (found === undefined || found === '')
    throw new Fault('export.unavailable', `the operator gave no secret \`${name}\` to this organisation`);
  return found;
}

/** As Slack wants it; an agent that calls itself `<!channel>` wakes nobody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
