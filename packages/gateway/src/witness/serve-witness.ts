/** A witness over HTTP: `POST /add-checkpoint` and nothing else (c2sp.org/tlog-witness). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeFault, Fault, type Witness } from '@writ/core';
import { ADD_CHECKPOINT_PATH, MAX_ADD_CHECKPOINT_BYTES } from '@writ/core/proof';

/** Where and what to serve. */
export interface ServeWitnessOptions {
  readonly witness: Pick<Witness, 'addCheckpoint'>;
  /** Default 127.0.0.1: whoever serves others puts TLS in front. */
  readonly host?: string;
  /** 0 takes one that is free. */
  readonly port: number;
  /** Told why a request could not be answered; never what is in it. Default: nobody. */
  readonly onFault?: (fault: Fault) => void;
}

/** A witness that is being served. */
export interface ServedWitness {
  /** Submission prefix, `http://host:port`. */
  readonly url: string;
  /** Takes no more requests, answers those under way, and resolves. Idempotent. */
  close(): Promise<void>;
}

/** Address that only this machine reaches. */
const LOOPBACK = '127.0.0.1';
/** Longest time for the head of a request, and for all of it, in milliseconds. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
/** How often those times are looked at, in milliseconds. */
const CHECK_MS = 1_000;
/** Longest an idle connection is kept for the next request, in milliseconds; logs ask about once a second. */
const KEEP_ALIVE_MS = 30_000;
/** Most connections at once; further ones are closed. */
const MAX_CONNECTIONS = 256;
/** Largest head of a request, in bytes. */
const MAX_HEAD_BYTES = 8_192;

const PLAIN = 'text/plain; charset=utf-8';

/** Serves `witness`. Throws `io.failed` where the address cannot be listened at. */
export async function serveWitness(options: ServeWitnessOptions): Promise<ServedWitness> {
  const { host = LOOPBACK, port } = options;
  const limits = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
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

async function answer(
  { witness, onFault }: ServeWitnessOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (new URL(request.url ?? '', 'http://witness').pathname !== `/${ADD_CHECKPOINT_PATH}`) {
      refuse(response, 404, 'a witness has `/add-checkpoint` alone');
    } else if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      refuse(response, 405, 'checkpoints are posted');
    } else {
      const body = await readBody(request);
      if (body === undefined) return refuse(response, 413, `at most ${MAX_ADD_CHECKPOINT_BYTES} bytes`);
      const { status, contentType, body: text } = await witness.addCheckpoint(body);
      response.writeHead(status, { 'Content-Type': contentType }).end(text);
    }
  } catch (cause) {
    onFault?.(new Fault('io.failed', `a request was not answered: ${describeFault(cause)}`, {}, { cause }));
    // INVARIANT: what failed, failed before anything was cosigned; nothing of it is told.
    if (!response.headersSent) refuse(response, 500, 'the witness cannot answer now');
    else response.destroy();
  }
}

/** The body; `undefined` where it is longer than any request may be, and what was not read of it is not. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ADD_CHECKPOINT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  // The rest of a body that nobody reads would be taken for the next request.
  response.writeHead(status, { 'Content-Type': PLAIN, Connection: 'close' }).end(`${reason}\n`);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new Fault('io.failed', `cannot listen at ${host}:${port}: ${cause.message}`, {}, { cause }));
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
