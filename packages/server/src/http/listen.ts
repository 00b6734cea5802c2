/** The listener: loopback, or TLS 1.2 and later. */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Fault } from '@writ/core';
import { keepRemoteAddress } from './remote-address.ts';

/** Where and how to listen. */
export interface ListenOptions {
  /** Default `127.0.0.1`. Anything that is not loopback needs `tls`. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** A listener that is open. */
export interface Listening {
  /** `http://127.0.0.1:8443`, as clients reach it. */
  readonly url: string;
  /** Ends it, and what is under way after `graceMs`. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/** Time for the headers of a request, and for all of it, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_CONNECTIONS = 4_096;
const MAX_HEADER_BYTES = 32_768;
const GRACE_MS = 2_000;

/** Listens. Throws `config.invalid` for an address beyond loopback without TLS, `io.failed` where the address cannot be had. */
export async function listen({ host = '127.0.0.1', port, tls, fetch }: ListenOptions): Promise<Listening> {
  if (tls === undefined && !LOOPBACK.has(host))
    throw new Fault('config.invalid', `without TLS nothing listens on \`${host}\``, {
      hint: 'give a certificate and key, or listen on 127.0.0.1 behind what ends TLS',
    });
  const listener = getRequestListener(
    (request, { incoming }) => {
      keepRemoteAddress(request, incoming.socket.remoteAddress);
      return fetch(request);
    },
    { overrideGlobalObjects: false },
  );
  const options = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const answer = (...args: Parameters<typeof listener>): void => void listener(...args);
  const server =
    tls === undefined
      ? createServer(options, answer)
      : createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, answer);
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(notListening(cause, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close(graceMs = GRACE_MS) {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), graceMs).unref();
      });
      return closing;
    },
  };
}

function notListening(cause: NodeJS.ErrnoException, host: string, port: number): Fault {
  const isTaken = cause.code === 'EADDRINUSE';
  const problem = isTaken
    ? `another program listens on \`${host}\` port ${port} already`
    : `nothing can listen on \`${host}\` port ${port}: ${cause.code ?? cause.message}`;
  const hint = isTaken
    ? `end it, if it is a control plane of yours, or name a port that is free: \`--listen ${host}:0\` takes one`
    : 'name an address of this machine, and a port that you may listen on: `--listen HOST:PORT`';
  return new Fault('io.failed', problem, { hint }, { cause });
}
