/** A listening socket: HTTP or HTTPS, with every bound that Node leaves to its users. */
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { Fault } from '@writ/core';
import { formatAddress, type GatewayLimits, type ListenAddress } from '../../config/index.ts';
import { authoritiesIn, isTakenAway, isVouchedFor } from './authorities.ts';

/** TLS as the listener needs it. */
export interface ListenerTls {
  readonly context: SecureContextOptions;
  /** Whether clients are asked for a certificate, and refused without one that an authority vouches for. */
  readonly asksClients: boolean;
  readonly refusesClients: boolean;
}

/** What to listen for, and where. */
export interface ListenerOptions {
  readonly listen: ListenAddress;
  readonly tls?: ListenerTls;
  readonly limits: Pick<
    GatewayLimits,
    'headBytes' | 'connections' | 'requestsPerConnection' | 'headMs' | 'requestMs' | 'keepAliveMs'
  >;
  /** A connection on which nothing moves for this long ends, in milliseconds (default {@link STALL_MS}). */
  readonly stallMs?: number;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** Told of a bound that was met. */
  readonly onLimit: (limit: string) => void;
}

/** A listening socket. */
export interface Listener {
  /** `http://host:port` or `https://host:port`, with the port that was taken. */
  readonly origin: string;
  readonly address: ListenAddress;
  /** Open connections. */
  readonly connections: number;
  /**
   * New connections are made with this certificate; open ones go on, but for those of clients that only an authority vouched for which is taken away, and those whose
   * handshake is under way then. Throws what OpenSSL throws.
   */
  replace(context: SecureContextOptions): void;
  /** Takes no new connections, and ends those that idle; resolves when the last has ended. Idempotent. */
  stop(): Promise<void>;
  /** Ends every connection. Idempotent. */
  destroy(): Promise<void>;
}

/** How often times are looked at, in milliseconds. */
const CHECK_MS = 1_000;
/** Four times what an idle stream is kept alive in: a client that reads nothing holds its answer in memory no longer. */
const STALL_MS = 60_000;
/** TLS 1.0 and 1.1 are deprecated (RFC 8996). */
const TLS_FLOOR = { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], honorCipherOrder: true } as const;

/** Listens. Throws `io.failed` where the address cannot be listened at, `config.invalid` where the certificate cannot be used. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { listen, tls, limits, onLimit } = options;
  const bounds = {
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: CHECK_MS,
    // The time for a handshake counts as that for a head: nothing of either may be waited for without end.
    handshakeTimeout: limits.headMs,
    noDelay: true,
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
  const server: Server | HttpsServer =
    tls === undefined
      ? createHttp(bounds, options.answer)
      : createHttps(
          {
            ...bounds,
            ...TLS_FLOOR,
            ...tls.context,
            requestCert: tls.asksClients,
            rejectUnauthorized: tls.refusesClients,
          },
          options.answer,
        );
  // Node would leave out the fields past its own bound in silence; the gate counts them and refuses.
  server.maxHeadersCount = 0;
  server.timeout = Math.max(options.stallMs ?? STALL_MS, limits.requestMs);
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const secured = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => {
    secured.add(socket);
    socket.once('close', () => secured.delete(socket));
  });
  let authorities = authoritiesIn(tls?.context.ca);
  server.on('drop', () => onLimit('connections'));
  server.on('dropRequest', (_request: IncomingMessage, socket: Socket) => {
    onLimit('requests-per-connection');
    // Node answers 503 after this, and would leave the connection to its client.
    setImmediate(() => socket.end());
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuseBroken(error, socket as Socket, onLimit),
  );
  server.on('tlsClientError', () => onLimit('tls-handshake'));
  // An upgrade is nothing that MCP has.
  server.on('upgrade', (_request, socket) => socket.destroy());
  await listenAt(server, listen);
  const { port } = server.address() as AddressInfo;
  const address = { host: listen.host, port };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    return stopping;
  };
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://${formatAddress(address)}`,
    address,
    get connections() {
      return sockets.size;
    },
    replace(context) {
      if (!('setSecureContext' in server)) return;
      const before = authorities;
      server.setSecureContext({ ...TLS_FLOOR, ...context });
      authorities = authoritiesIn(context.ca);
      if (!isTakenAway(before, authorities)) return;
      const ports = new Set([...secured].map(({ remotePort }) => remotePort));
      for (const socket of sockets) if (!ports.has(socket.remotePort)) socket.destroy();
      for (const socket of secured) {
        const certificate = socket.getPeerX509Certificate();
        if (certificate !== undefined && !isVouchedFor(certificate, authorities)) socket.destroy();
      }
    },
    stop,
    destroy() {
      const stopped = stop();
      for (const socket of sockets) socket.destroy();
      return stopped;
    },
  };
}

const ANSWERS: Readonly<Record<string, readonly [status: string, limit: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'head'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-time'],
};

/** What is no HTTP, or too slow, or too long, is answered in one line and forgotten. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket, onLimit: (limit: string) => void): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, limit] = ANSWERS[error.code ?? ''] ?? ['400 Bad Request', 'no-http'];
  onLimit(limit);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function listenAt(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint = 'name an address of this machine and a free port (port 0 takes one)';
      const where = formatAddress({ host, port });
      reject(new Fault('io.failed', `cannot listen at ${where}: ${cause.message}`, { hint }, { cause }));
    });
    server.listen({ host, port }, resolve);
  });
}
