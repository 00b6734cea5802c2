/** One client in front of its servers: takes each message, sends it the way its row in the table says, and answers. */
import { ProgressTokens } from './progress.ts';
import type { Writable } from 'node:stream';
import { describeFault, type Fault, type Timers } from '@writ/core';
import { methodRow } from '../methods/index.ts';
import type { Expose } from '../naming/index.ts';
import type { GatewayPorts, UpstreamConfig } from '../ports.ts';
import {
  INTERNAL_ERROR,
  INVALID_REQUEST,
  type MalformedLine,
  type MessageSink,
  METHOD_NOT_FOUND,
  OVERLOADED,
  type RpcAnswer,
  type RpcMessage,
  type RpcNotification,
  RpcPeer,
  type RpcRequest,
} from '../rpc/index.ts';
import { Upstream, type UpstreamHandlers } from '../upstream/index.ts';
import { answerList, callTool, initialize, isListMethod, passRequest } from './client/index.ts';
import type { ClientCall, ProxyContext } from './context.ts';
import { InFlight } from './in-flight.ts';
import { splitParams } from './judge/index.ts';
import { Directory, ToolCatalogue } from './offer/index.ts';
import { cancelledOf, isHint, passClientEvent, passServerEvent, passServerRequest } from './server/index.ts';

/** Lines that are no message which are told of one by one, for each server; some servers write their log there. */
const MAX_MALFORMED_NOTES = 10;

/** What a session is made of. */
export interface SessionOptions {
  readonly ports: GatewayPorts;
  readonly timers: Timers;
  readonly servers: readonly UpstreamConfig[];
  readonly expose: Expose;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly note: (text: string) => void;
  /** Every server has ended. */
  readonly deserted: () => void;
}

/** A running session; it is the sink of the client's messages. */
export class ProxySession implements MessageSink {
  readonly #context: ProxyContext;
  readonly #fromClient = new InFlight();
  readonly #fromServers: ReadonlyMap<Upstream, InFlight>;
  readonly #options: SessionOptions;
  readonly #malformed = new Map<Upstream, number>();
  #isClosing = false;

  constructor(options: SessionOptions) {
    const { ports, timers, servers, expose, note } = options;
    this.#options = options;
    const handlers = this.#handlers();
    const prefixed = servers.length > 1;
    const { environment, stderr } = options;
    const upstreams = servers.map(
      (server) => new Upstream(server, handlers, { environment, stderr, prefixed, timers }),
    );
    this.#fromServers = new Map(upstreams.map((upstream) => [upstream, new InFlight()]));
    this.#context = {
      ports,
      timers,
      client: new RpcPeer(options.stdout),
      upstreams,
      expose,
      catalogue: new ToolCatalogue({ ports, timers, upstreams, expose, note }),
      directory: new Directory(upstreams, expose, note),
      progress: new ProgressTokens(upstreams.length === 1),
      note,
    };
  }

  message(message: RpcMessage, bytes: number): void {
    switch (message.kind) {
      case 'request':
        void this.#answer(message, bytes);
        return;
      case 'notification':
        this.#told(message);
        return;
      case 'response':
        this.#context.client.settle(message.id, message.answer);
        return;
      default:
        message satisfies never;
    }
  }

  malformed(line: MalformedLine): void {
    const { client, ports } = this.#context;
    ports.guard.countRefusal(line.code);
    // An answer to a server's request that cannot be read: the server hears so, the client asked nothing.
    if (line.of === 'response' && line.id !== null) client.settle(line.id, { error: line.error });
    else client.fail(line.id, line.error);
  }

  busy(): Promise<void> | undefined {
    const { client } = this.#context;
    return client.isFull ? client.drained() : undefined;
  }

  /** Waits for what is being answered. */
  idle(): Promise<void> {
    return this.#fromClient.idle();
  }

  /** Cancels what is under way, waits for it to be recorded, and stops the servers. */
  async close(why: Fault): Promise<void> {
    this.#isClosing = true;
    this.#fromClient.abortAll();
    for (const inFlight of this.#fromServers.values()) inFlight.abortAll();
    // Together: what waits for a server that does not answer ends only with the server.
    await Promise.all([
      this.#fromClient.idle(),
      ...[...this.#fromServers.values()].map((inFlight) => inFlight.idle()),
      ...this.#context.upstreams.map((upstream) => upstream.close()),
    ]);
    this.#context.client.giveUp(why);
    // Standard output belongs to the process: it is flushed, not closed.
    await this.#context.client.flushed();
  }

  async #answer(request: RpcRequest, bytes: number): Promise<void> {
    const { client, ports, catalogue } = this.#context;
    const flight = this.#fromClient.begin(request.id, bytes);
    if (flight === 'duplicate') {
      ports.guard.countRefusal('rpc.malformed');
      // With the id, the answer would be taken for that of the request under way.
      client.fail(null, { code: INVALID_REQUEST, message: 'the id of a request is that of one under way' });
      return;
    }
    if (flight === 'full') {
      ports.guard.countRefusal('guard.overloaded');
      client.fail(request.id, {
        code: OVERLOADED,
        message: 'too many requests are under way; try again later',
      });
      return;
    }
    catalogue.speak(splitParams(request.params).meta);
    const answer = await this.#dispatch({ request, signal: flight.signal }).catch((thrown: unknown) => {
      this.#context.note(`${request.method} failed: ${describeFault(thrown)}`);
      return { error: { code: INTERNAL_ERROR, message: 'the gateway failed; nothing is delivered' } };
    });
    // MCP: a cancelled request gets no answer.
    if (!flight.isCancelled()) client.answer(request.id, answer);
    flight.land();
  }

  #dispatch(call: ClientCall): Promise<RpcAnswer> {
    const { method } = call.request;
    const row = methodRow('client', true, method);
    if (row.control === 'transport') return Promise.resolve({ result: {} });
    if (method === 'initialize') return initialize(this.#context, call);
    if (method === 'tools/call') return callTool(this.#context, call);
    if (isListMethod(method)) return answerList(this.#context, method, call);
    return passRequest(this.#context, row, call);
  }

  #told(notification: RpcNotification): void {
    const { upstreams, catalogue } = this.#context;
    const { method } = notification;
    if (!isHint('client', method)) {
      void passClientEvent(this.#context, notification);
      return;
    }
    if (method === 'notifications/cancelled') {
      const cancelled = cancelledOf(notification.params);
      if (cancelled !== undefined) this.#fromClient.cancel(cancelled.id, cancelled.reason);
      return;
    }
    for (const upstream of upstreams) {
      upstream.notify(method);
      if (method === 'notifications/initialized') void catalogue.refresh(upstream);
    }
  }

  #handlers(): UpstreamHandlers {
    return {
      request: (upstream, request) => void this.#answerServer(upstream, request),
      notification: (upstream, notification) => this.#serverTold(upstream, notification),
      malformed: (upstream, line) => {
        this.#context.ports.guard.countRefusal(line.code);
        this.#noteMalformed(upstream, line);
      },
      ended: (upstream, why) => {
        this.#fromServers.get(upstream)?.abortAll();
        if (!this.#isClosing) this.#context.note(why.message);
        if (this.#context.upstreams.every(({ fault }) => fault !== undefined)) this.#options.deserted();
      },
      busy: () => this.busy(),
    };
  }

  #noteMalformed(upstream: Upstream, line: MalformedLine): void {
    const count = (this.#malformed.get(upstream) ?? 0) + 1;
    if (count > MAX_MALFORMED_NOTES) return;
    this.#malformed.set(upstream, count);
    const more = count === MAX_MALFORMED_NOTES ? '; further ones are counted in the record and not told' : '';
    this.#context.note(
      `server \`${upstream.name}\` wrote a line that is no message: ${line.error.message}${more}`,
    );
  }

  async #serverTold(upstream: Upstream, notification: RpcNotification): Promise<void> {
    if (notification.method !== 'notifications/cancelled') {
      await passServerEvent(this.#context, upstream, notification);
      return;
    }
    const cancelled = cancelledOf(notification.params);
    if (cancelled !== undefined) this.#fromServers.get(upstream)?.cancel(cancelled.id, cancelled.reason);
  }

  async #answerServer(upstream: Upstream, request: RpcRequest): Promise<void> {
    if (methodRow('server', true, request.method).control === 'transport') {
      upstream.answer(request.id, { result: {} });
      return;
    }
    const flight = this.#fromServers.get(upstream)?.begin(request.id, 0);
    if (flight === undefined || flight === 'duplicate' || flight === 'full') {
      const code = flight === 'full' ? OVERLOADED : METHOD_NOT_FOUND;
      upstream.answer(request.id, { error: { code, message: 'the request cannot be taken in' } });
      return;
    }
    const answer = await passServerRequest(this.#context, upstream, request, flight.signal);
    if (!flight.isCancelled()) upstream.answer(request.id, answer);
    flight.land();
  }
}
