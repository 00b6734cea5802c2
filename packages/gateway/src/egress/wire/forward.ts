/** A request that was permitted, sent to the address that was judged, and its answer brought back. */
import {
  type Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { type Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Timers } from '@writ/core';
import { authorityOf, endToEnd, type Target } from '../target/index.ts';
import { Unreachable } from './connect.ts';

/** Connections to hosts that are kept for one caller, see {@link KeptAgents}. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** What a request is sent with. */
export interface SendOptions {
  readonly address: string;
  readonly target: Target;
  /** Body of known length; absent for none, or where `isStreamed`. */
  readonly body?: Buffer;
  /** Whether the body follows in pieces. */
  readonly isStreamed: boolean;
  /** Whether the body is another than came. */
  readonly isChanged: boolean;
  /** Absent: a connection of its own, as an upgrade has. */
  readonly agents?: Agents;
  /** Authorities that hosts are checked against, in place of Node's own. */
  readonly ca?: string;
  readonly timers: Timers;
  readonly connectMs: number;
  readonly headBytes: number;
  readonly signal: AbortSignal;
}

/** How a host answered. */
export type HostAnswer =
  | { readonly is: 'response'; readonly response: IncomingMessage }
  | {
      readonly is: 'upgrade';
      readonly response: IncomingMessage;
      readonly socket: Socket;
      readonly head: Buffer;
    };

/** A request under way. */
export interface SentRequest {
  readonly request: ClientRequest;
  /** Rejects with {@link Unreachable}, or what broke. */
  readonly answer: Promise<HostAnswer>;
}

/** Sends `incoming`. INVARIANT: path, host and body are those that were judged; nothing is resolved. */
export function send(incoming: IncomingMessage, options: SendOptions): SentRequest {
  const { address, target, agents, ca, timers, connectMs, headBytes, signal } = options;
  const isSecure = target.scheme === 'https' || target.scheme === 'wss';
  const common = {
    host: address,
    port: target.port,
    method: target.method ?? 'GET',
    path: target.resource ?? '/',
    headers: headersFor(incoming, options),
    setHost: false,
    maxHeaderSize: headBytes,
    insecureHTTPParser: false,
    signal,
  };
  const request = isSecure
    ? requestHttps({
        ...common,
        agent: agents?.https ?? false,
        ...(isIP(target.host) === 0 ? { servername: target.host } : { servername: '' }),
        // Said aloud: a variable of the environment would turn it off.
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(ca === undefined ? {} : { ca }),
      })
    : requestHttp({ ...common, agent: agents?.http ?? false });
  const answer = new Promise<HostAnswer>((resolve, reject) => {
    let cancel: (() => void) | undefined;
    request.once('socket', (socket: Socket) => {
      if (!socket.connecting) return;
      cancel = timers.after(connectMs, () =>
        request.destroy(new Unreachable('no connection was made in time', true)),
      );
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', cancel);
    });
    request.once('close', () => cancel?.());
    request.once('error', (fault: NodeJS.ErrnoException) =>
      reject(
        fault instanceof Unreachable
          ? fault
          : new Unreachable(`the host cannot be spoken to (${fault.code ?? 'error'})`, false),
      ),
    );
    request.once('response', (response) => resolve({ is: 'response', response }));
    request.once('upgrade', (response, socket, head) => resolve({ is: 'upgrade', response, socket, head }));
  });
  return { request, answer };
}

function headersFor(
  { rawHeaders, headers }: IncomingMessage,
  { target, body, isStreamed, isChanged }: SendOptions,
): readonly string[] {
  const isUpgrade = target.scheme === 'ws' || target.scheme === 'wss';
  const isChunked = isStreamed && headers['transfer-encoding'] !== undefined;
  const without = [
    'host',
    'expect',
    'content-length',
    ...(isChanged ? ['content-encoding', 'content-md5', 'digest', 'content-digest'] : []),
  ];
  return [
    'Host',
    authorityOf(target),
    ...endToEnd(rawHeaders, headers.connection, without),
    ...(isUpgrade ? ['Connection', 'Upgrade', 'Upgrade', 'websocket'] : []),
    ...(isChunked ? ['Transfer-Encoding', 'chunked'] : []),
    ...(body === undefined ? [] : ['Content-Length', String(body.length)]),
    // INVARIANT: what follows a head has its length in it, whatever the client lists in `Connection`: without one a body is the next request.
    ...(isStreamed && !isChunked ? ['Content-Length', headers['content-length'] ?? '0'] : []),
  ];
}
