/** One client, or one principal, in front of its servers: takes each message, sends it the way its row in the table says, and answers. */
import {
  type Caller,
  describeFault,
  type Face,
  type Fault,
  systemClock,
  systemRandom,
  type Timers,
} from '@writ/core';
import { methodRow, OWN_ACTIONS } from '../methods/index.ts';
import type { Expose } from '../naming/index.ts';
import type { GatewayPorts } from '../ports.ts';
import {
  type ClientChannel,
  idKey,
  INTERNAL_ERROR,
  type MalformedLine,
  METHOD_NOT_FOUND,
  OVERLOADED,
  type RpcAnswer,
  type RpcNotification,
  type RpcRequest,
} from '../rpc/index.ts';
import type { CheckCall, ClientCall, Upstream, UpstreamHandlers } from '../upstream/index.ts';
import {
  answerList,
  answerTask,
  callTool,
  handshake,
  isHandshake,
  isListMethod,
  LISTEN,
  listen,
  passRequest,
} from './client/index.ts';
import type { ProxyContext } from './context.ts';
import { InFlight } from './in-flight.ts';
import { splitParams } from './judge/index.ts';
import { Directory, ToolCatalogue } from './offer/index.ts';
import { ProgressTokens } from './progress.ts';
import { isTaskMethod, type PrincipalTasks, SessionTasks, TaskDesk } from './tasks/index.ts';
import { cancelledOf, isHint, passClientEvent, passServerEvent, passServerRequest } from './server/index.ts';

/** Lines that are no message which are told of one by one, for each server; some servers write their log there. */
const MAX_MALFORMED_NOTES = 10;

/** Subscriptions of one client or principal at once; faces have bounds of their own on streams. */
const MAX_LISTENING = 16_384;

/** What a session is made of. */
export interface SessionOptions {
  readonly ports: GatewayPorts;
  readonly timers: Timers;
  readonly face: Face;
  /** Whose session it is; absent means the node's own agent. */
  readonly caller?: Caller;
  /** Opens the servers, in order, at least one; called once. They end with the session. */
  readonly openUpstreams: (handlers: UpstreamHandlers) => readonly Upstream[];
  readonly expose: Expose;
  /** For what belongs to no request. */
  readonly client: ClientChannel;
  /** Whether several connections of one principal share it, each with ids and tokens of its own (default false). */
  readonly isShared?: boolean;
  /** The principal's tasks, which outlive the session; absent means that they end with it. */
  readonly tasks?: PrincipalTasks;
  readonly note: (text: string) => void;
  /** Every server has ended. */
  readonly deserted: () => void;
}

/** Where a request came from. */
export interface Origin {
  /** For what belongs to the request. */
  readonly channel: ClientChannel;
  readonly caller?: Caller;
  /** Length of the message, in bytes. */
  readonly bytes: number;
  /** Under which it can be cancelled, unique among those under way; absent means its id. */
  readonly key?: string;
  readonly checkCall?: CheckCall;
  readonly stillAdmitted?: () => Promise<boolean>;
}

/** A request's end: its answer; `cancelled`, where MCP wants none; `duplicate`, where its id is that of one under way. */
export type Answered = RpcAnswer | 'cancelled' | 'duplicate';

/** A running session. */
export class ProxySession {
  readonly #context: ProxyContext;
  readonly #fromClient = new InFlight();
  /** Apart, so that no number of streams that idle keeps a call out. */
  readonly #listening = new InFlight(MAX_LISTENING);
  readonly #fromServers: ReadonlyMap<Upstream, InFlight>;
  readonly #options: SessionOptions;
  readonly #malformed = new Map<Upstream, number>();
  #desk: TaskDesk | undefined;
  #isClosing = false;

  constructor(options: SessionOptions) {
    const { ports, timers, face, caller, expose, client, note } = options;
    this.#options = options;
    const upstreams = options.openUpstreams(this.#handlers());
    this.#fromServers = new Map(upstreams.map((upstream) => [upstream, new InFlight()]));
    const isSingleServer = upstreams.length === 1;
    this.#context = {
      ports,
      timers,
      face,
      ...(caller === undefined ? {} : { caller }),
      client,
      upstreams,
      expose,
      catalogue: new ToolCatalogue({ ports, timers, upstreams, expose, note }),
      directory: new Directory(upstreams, expose, note),
      progress: new ProgressTokens({ isSingleServer, isShared: options.isShared ?? false }),
      tasks: new SessionTasks(options.tasks ?? this.#ownTasks().of('')),
      note,
    };
  }

  /** Requests and tasks under way. */
  get size(): number {
    return this.#fromClient.size + this.#listening.size + this.#context.tasks.size;
  }

  /** Answers one request of the client. Never rejects. */
  async answer(request: RpcRequest, origin: Origin): Promise<Answered> {
    const { ports, catalogue } = this.#context;
    const key = origin.key ?? idKey(request.id);
    const isListening = request.method === LISTEN;
    const [flights, others] = isListening
      ? [this.#listening, this.#fromClient]
      : [this.#fromClient, this.#listening];
    const flight = others.has(key) ? 'duplicate' : flights.begin(key, origin.bytes);
    if (flight === 'duplicate') {
      ports.guard.countRefusal('rpc.malformed');
      return 'duplicate';
    }
    if (flight === 'full') {
      ports.guard.countRefusal('guard.overloaded');
      const message = 'too many requests are under way; try again later';
      return { error: { code: OVERLOADED, message } };
    }
    catalogue.speak(splitParams(request.params).meta);
    const { channel, caller, checkCall, stillAdmitted } = origin;
    const call = {
      request,
      signal: flight.signal,
      channel,
      ...(caller === undefined ? {} : { caller }),
      ...(checkCall === undefined ? {} : { checkCall }),
      ...(stillAdmitted === undefined ? {} : { stillAdmitted }),
    };
    const answer = await this.#dispatch(call).catch((thrown: unknown) => {
      this.#context.note(`${request.method} failed: ${describeFault(thrown)}`);
      return { error: { code: INTERNAL_ERROR, message: 'the gateway failed; nothing is delivered' } };
    });
    const isCancelled = flight.isCancelled();
    if (isCancelled) this.#context.tasks.abandon(answer);
    flight.land();
    return isCancelled ? 'cancelled' : answer;
  }

  /** Takes what the client tells. */
  told(notification: RpcNotification, caller?: Caller): void {
    const { upstreams, catalogue } = this.#context;
    const { method } = notification;
    if (OWN_ACTIONS.has(method)) return void this.#noMethod();
    if (!isHint('client', method)) {
      void passClientEvent(this.#context, notification, caller);
      return;
    }
    if (method === 'notifications/cancelled') {
      const cancelled = cancelledOf(notification.params);
      if (cancelled !== undefined) this.cancel(idKey(cancelled.id), cancelled.reason);
      return;
    }
    for (const upstream of upstreams) {
      upstream.notify(method);
      if (method === 'notifications/initialized') void catalogue.refresh(upstream);
    }
  }

  /** Cancels the request under `key`; nothing where none is under way. The reason is passed on. */
  cancel(key: string, reason?: string): void {
    this.#fromClient.cancel(key, reason);
    this.#listening.cancel(key, reason);
  }

  /** Waits for what is being answered. */
  async idle(): Promise<void> {
    while (this.size > 0) {
      await Promise.all([this.#fromClient.idle(), this.#listening.idle(), this.#context.tasks.idle()]);
    }
  }

  /** Cancels what is under way, waits for it to be recorded, and ends the servers. `why` is what the record says; absent: the client left. */
  async close(why?: Fault): Promise<void> {
    this.#isClosing = true;
    this.#fromClient.abortAll(why);
    this.#listening.abortAll(why);
    this.#context.tasks.cancelAll('the gateway ended the session of the task', why);
    for (const inFlight of this.#fromServers.values()) inFlight.abortAll();
    // Together: what waits for a server that does not answer ends only with the server.
    await Promise.all([
      this.idle(),
      ...[...this.#fromServers.values()].map((inFlight) => inFlight.idle()),
      ...this.#context.upstreams.map((upstream) => upstream.close()),
    ]);
    this.#desk?.close();
  }

  #ownTasks(): TaskDesk {
    const { ports, timers } = this.#options;
    this.#desk = new TaskDesk({ clock: ports.clock ?? systemClock, random: systemRandom, timers });
    return this.#desk;
  }

  #dispatch(call: ClientCall): Promise<RpcAnswer> {
    const { method } = call.request;
    if (OWN_ACTIONS.has(method)) return Promise.resolve(this.#noMethod());
    const row = methodRow('client', true, method);
    if (isTaskMethod(method, splitParams(call.request.params).meta))
      return answerTask(this.#context, method, call);
    if (row.control === 'transport') return Promise.resolve({ result: {} });
    if (isHandshake(method)) return handshake(this.#context, method, call);
    if (method === LISTEN) return listen(this.#context, call);
    if (method === 'tools/call') return callTool(this.#context, call);
    if (isListMethod(method)) return answerList(this.#context, method, call);
    return passRequest(this.#context, row, call);
  }

  /** A method that is named like an action which no message is. */
  #noMethod(): RpcAnswer {
    this.#context.ports.guard.countRefusal('rpc.malformed');
    return { error: { code: METHOD_NOT_FOUND, message: 'Method not found: its name is that of no method' } };
  }

  #handlers(): UpstreamHandlers {
    return {
      request: (upstream, request, call) => void this.#answerServer(upstream, request, call),
      notification: (upstream, notification, call) => this.#serverTold(upstream, notification, call),
      malformed: (upstream, line) => {
        this.#context.ports.guard.countRefusal(line.code);
        this.#noteMalformed(upstream, line);
      },
      ended: (upstream, why) => {
        this.#fromServers.get(upstream)?.abortAll();
        if (!this.#isClosing) this.#context.note(why.message);
        if (this.#context.upstreams.every(({ fault }) => fault !== undefined)) this.#options.deserted();
      },
      busy: () => {
        const { client } = this.#context;
        return client.isFull ? client.drained() : undefined;
      },
    };
  }

  #noteMalformed(upstream: Upstream, line: MalformedLine): void {
    const count = (this.#malformed.get(upstream) ?? 0) + 1;
    if (count > MAX_MALFORMED_NOTES) return;
    this.#malformed.set(upstream, count);
    const more = count === MAX_MALFORMED_NOTES ? '; further ones are counted in the record and not told' : '';
    this.#context.note(`server \`${upstream.name}\` wrote a line that is no message: ${line.problem}${more}`);
  }

  async #serverTold(upstream: Upstream, notification: RpcNotification, call?: ClientCall): Promise<void> {
    if (OWN_ACTIONS.has(notification.method)) return void this.#noMethod();
    if (notification.method !== 'notifications/cancelled') {
      await passServerEvent(this.#context, upstream, notification, call);
      return;
    }
    const cancelled = cancelledOf(notification.params);
    if (cancelled !== undefined)
      this.#fromServers.get(upstream)?.cancel(idKey(cancelled.id), cancelled.reason);
  }

  async #answerServer(upstream: Upstream, request: RpcRequest, call?: ClientCall): Promise<void> {
    if (methodRow('server', true, request.method).control === 'transport') {
      upstream.answer(request.id, { result: {} });
      return;
    }
    if (OWN_ACTIONS.has(request.method)) {
      upstream.answer(request.id, this.#noMethod());
      return;
    }
    const flight = this.#fromServers.get(upstream)?.begin(idKey(request.id), 0);
    if (flight === undefined || flight === 'duplicate' || flight === 'full') {
      const code = flight === 'full' ? OVERLOADED : METHOD_NOT_FOUND;
      upstream.answer(request.id, { error: { code, message: 'the request cannot be taken in' } });
      return;
    }
    const options = { signal: flight.signal, ...(call === undefined ? {} : { call }) };
    const answer = await passServerRequest(this.#context, upstream, request, options);
    if (!flight.isCancelled()) upstream.answer(request.id, answer);
    flight.land();
  }
}
