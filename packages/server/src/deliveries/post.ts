/** One POST to a channel: to the address that was checked, following no redirect, reading little. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Fault } from '@writ/core';
import { checkedAddress } from './checked-address.ts';
import type { ChannelPorts } from '../channel-ports/index.ts';

const TIMEOUT_MS = 10_000;
const MAX_HEAD_BYTES = 16_384;

/** Resolves when the receiver took it (2xx). Throws `export.refused` where it must not be sent there or is not taken, `export.unavailable` where it may be tried again. */
export async function postChecked(
  ports: ChannelPorts,
  text: string,
  headers: Readonly<Record<string, string>>,
  { body, signal }: { readonly body: string; readonly signal: AbortSignal },
): Promise<void> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new Fault('export.refused', 'the address of the channel is none');
  const { address, isNamed, isLoopback } = await checkedAddress(ports, url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isNamed && isLoopback))
    throw new Fault('export.refused', 'channels are sent to over `https:`');
  const status = await answered(url, address, headers, body, signal);
  if (status >= 200 && status < 300) return;
  // Standard Webhooks: 410 is an end; a redirect is not followed.
  const isOver = status === 410 || (status >= 300 && status < 400);
  throw new Fault(isOver ? 'export.refused' : 'export.unavailable', `it answered ${status}`);
}

function answered(
  url: URL,
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'https:';
  const request = (isSecure ? httpsRequest : httpRequest)(
    {
      method: 'POST',
      // INVARIANT: the address that was classified is connected to; a name that leads elsewhere by now leads nowhere.
      host: address,
      port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      agent: false,
      headers: {
        ...headers,
        host: url.host,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      },
      maxHeaderSize: MAX_HEAD_BYTES,
      minVersion: 'TLSv1.2',
      // The certificate is that of the name, whatever is connected to.
      servername: isIP(host) === 0 ? host : '',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    },
    (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    },
  );
  request.on('error', (cause) =>
    reject(new Fault('export.unavailable', 'it cannot be reached', {}, { cause })),
  );
  request.end(body);
  return promise;
}
