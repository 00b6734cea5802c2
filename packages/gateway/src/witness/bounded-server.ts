/** An HTTP server for strangers: bounded heads, bodies, times and connections, on loopback unless told otherwise. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeFault, Fault } from '@writ/core';

/** What to serve, and where. */
export interface BoundedServerOptions {
  /** Default 127.0.0.1: whoever serves others puts TLS in front. */
  readonly host?: string;
  /** 0 takes one that is free. */
  readonly port: number;
  /** Longest time for all of a request, in milliseconds. */
  readonly requestMs: number;
  /** Answers a request. What it rejects with is told to `onFault`, and to the sender that there is no answer now. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Told why a request could not be answered; never what is in it. Default: nobody. */
  readonly onFault?: (fault: Fault) => void;
}

/** A server that is listening. */
export interface BoundedServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Takes no more requests, answers those under way, and resolves. Idempotent. */
  close(): Promise<void>;
}

/** Address that only this machine reaches. */
const LOOPBACK = '127.0.0.1';
/** Longest time for the head of a request, in milliseconds. */
const HEADERS_MS = 5_000;
/** How often those times are looked at, in milliseconds. */
const CHECK_MS = 1_000;
/** Longest an idle connection is kept for the next request, in milliseconds; logs ask about once a second. */
const KEEP_ALIVE_MS = 30_000;
/** Most connections at once; further ones are closed. */
const MAX_CONNECTIONS = 256;
/** Largest head of a request, in bytes. */
const MAX_HEAD_BYTES = 8_192;

const PLAIN = 'text/plain; charset=utf-8';

/** Listens. Throws `io.failed` where the address cannot be listened at. */
export async function serveBounded(options: BoundedServerOptions): Promise<BoundedServer> {
  const { host = LOOPBACK, port, requestMs } = options;
  const limits = {
    headersTimeout: HEADERS_MS,
    requestTimeout: requestMs,
    connectionsCheckingInterval: CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEAD_BYTES,
  };
  const server = createServer(limits, (request, response) => {
    void answer(options, request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, host, port);
  const { port: listening, family } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${family === 'IPv6' ? `[${host}]` : host}:${listening}`,
    close: () => (closed ??= close(server)),
  };
}

/** The body; `undefined` where it has more than `maximum` bytes, and what was not read of it is not. */
export async function readBody(request: IncomingMessage, maximum: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximum) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Refuses a request whose body may not have been read. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  // The rest of a body that nobody reads would be taken for the next request.
  response.writeHead(status, { 'Content-Type': PLAIN, Connection: 'close' }).end(`${reason}\n`);
}

async function answer(
  options: BoundedServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await options.answer(request, response);
  } catch (cause) {
    const fault = new Fault(
      'io.failed',
      `a request was not answered: ${describeFault(cause)}`,
      {},
      { cause },
    );
    options.onFault?.(fault);
    // INVARIANT: nothing of what failed is told.
    if (!response.headersSent) refuse(response, 500, 'no answer can be given now');
    else response.destroy();
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint =
        'name an address of this machine with `--host`, and a free port with `--port` (0 takes one)';
      reject(
        new Fault('io.failed', `cannot listen at ${host}:${port}: ${cause.message}`, { hint }, { cause }),
      );
    });
    server.listen({ host, port }, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
