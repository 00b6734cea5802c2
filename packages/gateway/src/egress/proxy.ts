/** The forward proxy: reads what clients want, asks the guard, and moves bytes. It has no rule of its own but how a request must be written. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Caller } from '@writ/core';
import { normalHost } from '../network/index.ts';
import type { Admitted } from './client-auth.ts';
import { Pipelining } from './pipelining.ts';
import type { ProxyPorts } from './ports.ts';
import {
  DEFAULT_PORTS,
  headProblem,
  hostHeaderProblem,
  isMalformed,
  type Malformed,
  normalResource,
  readAbsolute,
  readAuthority,
  type Target,
} from './target/index.ts';
import { answer, answerText, exchange, KeptAgents, rejectionOf, tunnel, upgrade } from './wire/index.ts';
import type { HostCertificates } from './inspect/index.ts';

/** What the proxy is opened with. */
export interface ProxyOptions {
  readonly ports: ProxyPorts;
  readonly admit: (request: IncomingMessage) => Promise<Admitted>;
  /** Ports on which a tunnel is TLS with the host that it names, and is held to that. */
  readonly tlsPorts: ReadonlySet<number>;
  /** Looks into TLS with hosts that `applies` to; absent: with none. */
  readonly inspect?: { readonly certificates: HostCertificates; readonly applies: (host: string) => boolean };
}

/** A proxy that does not listen yet. */
export interface Proxy {
  readonly server: Server;
  /** Connections of clients. */
  readonly connections: number;
  /** Ends every connection. */
  destroy(): void;
}

/** A place inside a tunnel that is looked into: where it leads, and by what it was opened. */
interface Inside {
  readonly host: string;
  readonly port: number;
  /** The CONNECT. Its token is asked about again for each request inside: it may count no more. */
  readonly opened: IncomingMessage;
}

const CHECK_MS = 1_000;

/** The proxy over `options`. */
export function createProxy(options: ProxyOptions): Proxy {
  return new ForwardProxy(options);
}

class ForwardProxy implements Proxy {
  readonly server: Server;
  readonly #inner: Server;
  readonly #options: ProxyOptions;
  readonly #sockets = new Set<Duplex>();
  readonly #agents = new KeptAgents();
  readonly #inside = new WeakMap<Duplex, Inside>();
  readonly #pipelining = new Pipelining();

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.server = this.#listening();
    this.server.on('connection', (socket: Socket) => this.#take(socket));
    this.server.on(
      'connect',
      (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        void this.#connect(request, socket as Socket, head).catch(() => socket.destroy()),
    );
    // Behind a tunnel that is looked into: never listens, is only handed connections. Node looks at the times of a server from when it says that it listens.
    this.#inner = this.#listening();
    this.#inner.emit('listening');
    this.#inner.on('connect', (_request: IncomingMessage, socket: Duplex) => {
      options.ports.count('egress.target');
      socket.destroy();
    });
  }

  get connections(): number {
    return this.#sockets.size;
  }

  destroy(): void {
    this.#inner.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #listening(): Server {
    const { limits } = this.#options.ports;
    const server = createServer({
      maxHeaderSize: limits.headBytes,
      headersTimeout: limits.headMs,
      // Bodies have their own times; an answer may take as long as its flow lives.
      requestTimeout: 0,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: CHECK_MS,
      noDelay: true,
      // Looked at here, and counted.
      requireHostHeader: false,
      insecureHTTPParser: false,
    });
    server.maxHeadersCount = 0;
    server.on('request', (request, response) => {
      if (this.#pipelining.begins(request.socket, response))
        void this.#request(request, response).catch(() => response.destroy());
      else this.#endPipeline(request.socket);
    });
    server.on(
      'upgrade',
      (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        void this.#upgrade(request, socket, head).catch(() => socket.destroy()),
    );
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      if (error.code !== 'ECONNRESET') this.#options.ports.count('egress.http');
      if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
      else {
        const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
        const message = isLate
          ? 'the head of the request did not come in time'
          : 'this is not HTTP/1.1 as it must be written';
        socket.end(
          answerText(rejectionOf({ code: 'egress.http', message }, isLate ? 408 : 400, undefined)),
          () => socket.destroy(),
        );
      }
    });
    return server;
  }

  #take(socket: Socket): void {
    const { limits, count } = this.#options.ports;
    if (this.#sockets.size >= limits.connections) {
      count('egress.connections');
      socket.on('error', () => {});
      const full = { code: 'egress.connections', message: 'the proxy has as many connections as it may' };
      socket.end(answerText(rejectionOf(full, 503, undefined, { 'retry-after': '1' })), () =>
        socket.destroy(),
      );
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
  }

  /** With more than may be under way comes more than anybody waits for: what has begun ends with the connection. */
  #endPipeline(socket: Duplex): void {
    if (socket.destroyed) return;
    this.#options.ports.count('egress.pipelining');
    socket.destroy();
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await this.#read(request, false);
    const { accept } = request.headers;
    if ('status' in read) {
      answer(response, rejectionOf(read, read.status, accept, read.headers));
      return;
    }
    const agents = this.#agents.of(request.socket, read.caller);
    await exchange(this.#options.ports, { ...read, request }, response, agents);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {});
    const read = await this.#read(request, true);
    if ('status' in read) {
      socket.end(answerText(rejectionOf(read, read.status, request.headers.accept, read.headers)));
      return;
    }
    await upgrade(this.#options.ports, { ...read, request }, socket, head);
  }

  async #connect(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const place = readAuthority(request.url ?? '');
    const problem = headProblem(request, this.#options.ports.limits.headers);
    const read = problem ?? (isMalformed(place) ? place : (hostHeaderProblem(request, place, 0) ?? place));
    const admitted = isMalformed(read) ? undefined : await this.#options.admit(request);
    if (isMalformed(read) || admitted?.is !== 'admitted') {
      const refused = isMalformed(read) ? { ...read, status: 400, headers: {} } : unknownClient(admitted);
      this.#options.ports.count(refused.code);
      socket.end(answerText(rejectionOf(refused, refused.status, request.headers.accept, refused.headers)));
      return;
    }
    const { caller } = admitted;
    const { inspect, tlsPorts, ports } = this.#options;
    const isTls = tlsPorts.has(read.port);
    if (isTls && inspect?.applies(read.host) === true) {
      this.#lookInto({ ...read, opened: request }, socket, head, inspect.certificates);
      return;
    }
    const who = caller === undefined ? {} : { caller };
    await tunnel(
      ports,
      { target: { scheme: isTls ? 'https' : 'tcp', ...read }, ...who, request },
      socket,
      head,
    );
  }

  /** Nothing is connected for the tunnel itself: each request inside it is judged, with its method and path. */
  #lookInto(inside: Inside, socket: Socket, head: Buffer, certificates: HostCertificates): void {
    const { count, limits, timers } = this.#options.ports;
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: certificates.contextFor(inside.host),
      // HTTP/2 is not looked into: clients are told before they speak it.
      ALPNProtocols: ['http/1.1'],
      SNICallback: (name, done) => {
        // INVARIANT: what is spoken with is the host that the tunnel named; one that names another in TLS gets no certificate.
        const isSame = normalHost(name) === inside.host;
        done(
          isSame ? null : new Error('another host'),
          isSame ? certificates.contextFor(inside.host) : undefined,
        );
      },
    });
    const fail = (): void => {
      count('egress.inspect');
      secured.destroy();
      socket.destroy();
    };
    const cancel = timers.after(limits.headMs, fail);
    secured.once('close', cancel);
    secured.on('error', () => fail());
    secured.once('secure', () => {
      cancel();
      this.#inside.set(secured, inside);
      this.#inner.emit('connection', secured);
    });
  }

  /** What a plain request, or one inside a tunnel, asks for and who asks; or the answer that it gets. */
  async #read(
    request: IncomingMessage,
    isUpgrade: boolean,
  ): Promise<
    | { readonly target: Target; readonly caller?: Caller }
    | {
        readonly status: number;
        readonly code: string;
        readonly message: string;
        readonly headers: Readonly<Record<string, string>>;
      }
  > {
    const inside = this.#inside.get(request.socket);
    const target =
      headProblem(request, this.#options.ports.limits.headers) ??
      upgradeProblem(request, isUpgrade) ??
      targetOf(request, inside, isUpgrade);
    if (isMalformed(target)) {
      this.#options.ports.count(target.code);
      return { ...target, status: 400, headers: {} };
    }
    const admitted = await this.#options.admit(inside?.opened ?? request);
    if (admitted.is === 'admitted')
      return { target, ...(admitted.caller === undefined ? {} : { caller: admitted.caller }) };
    this.#options.ports.count(admitted.code);
    // Inside a tunnel nobody speaks to a proxy: what is asked for there is not a token of its own.
    return inside === undefined
      ? unknownClient(admitted)
      : { ...unknownClient(admitted), status: 403, headers: {} };
  }
}

function targetOf(
  request: IncomingMessage,
  inside: Inside | undefined,
  isUpgrade: boolean,
): Target | Malformed {
  const { url = '', method = '' } = request;
  if (inside === undefined) {
    const target = readAbsolute(url, method, isUpgrade);
    return isMalformed(target)
      ? target
      : (hostHeaderProblem(request, target, DEFAULT_PORTS[target.scheme]) ?? target);
  }
  const resource = url.startsWith('/') ? normalResource(url) : undefined;
  if (resource === undefined) return { code: 'egress.target', message: 'the path cannot be read' };
  const { host, port } = inside;
  const target = { scheme: isUpgrade ? 'wss' : 'https', host, port, method, resource } as const;
  return hostHeaderProblem(request, target, DEFAULT_PORTS[target.scheme]) ?? target;
}

/** Another protocol on the same connection is bytes that nobody judges: only WebSocket, which says so, is let begin. */
function upgradeProblem({ headers, method }: IncomingMessage, isUpgrade: boolean): Malformed | undefined {
  if (!isUpgrade || (headers.upgrade?.toLowerCase() === 'websocket' && method === 'GET')) return undefined;
  return { code: 'egress.upgrade', message: 'no other protocol than WebSocket can begin here' };
}

function unknownClient(admitted: Admitted | undefined) {
  const { code, message } =
    admitted?.is === 'refused'
      ? admitted
      : { code: 'auth.missing', message: 'who uses this proxy is not known' };
  const challenge: Readonly<Record<string, string>> = { 'proxy-authenticate': 'Basic realm="writ"' };
  return { status: 407, code, message, headers: challenge };
}
