/** A server behind the gateway as a child process: what it answers, and what it starts by itself. */
import type { Writable } from 'node:stream';
import { type Fault, isJsonObject, type JsonObject, ownProperty, type Timers } from '@writ/core';
import type { ProcessServer } from '../ports.ts';
import {
  idKey,
  isRpcId,
  type MalformedLine,
  readMessages,
  type RpcAnswer,
  type RpcMessage,
  type RpcNotification,
  RpcPeer,
  type RpcRequest,
  UPSTREAM_UNAVAILABLE,
} from '../rpc/index.ts';
import { upstreamEnvironment } from './environment.ts';
import { META } from './envelope.ts';
import { startProcess, type UpstreamProcess } from './process.ts';
import { passStderr } from './stderr.ts';
import type { ClientCall, RequestOptions, Upstream, UpstreamHandlers } from './types.ts';

const LISTEN = 'subscriptions/listen';
/** Notifications of one server that may wait to be judged before its output is no longer read. */
const MAX_WAITING_NOTIFICATIONS = 256;

/** How to start it. */
interface UpstreamOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stderr: Writable;
  /** Whether lines on `stderr` say which server they are from. */
  readonly prefixed: boolean;
  readonly timers: Timers;
}

/** A started server. */
export class StdioUpstream implements Upstream {
  readonly name: string;
  readonly isTrusted: boolean;
  /** What it said it can do; absent before it was initialised. */
  capabilities: JsonObject | undefined;
  readonly #peer: RpcPeer;
  readonly #process: UpstreamProcess;
  readonly #handlers: UpstreamHandlers;
  /** Subscriptions that are open, by the id of the request that opened each. */
  readonly #listening = new Map<string, ClientCall>();
  #notified: Promise<void> = Promise.resolve();
  #waitingNotifications = 0;
  #fault: Fault | undefined;

  constructor(config: ProcessServer, handlers: UpstreamHandlers, options: UpstreamOptions) {
    this.name = config.name;
    this.isTrusted = config.isTrusted ?? false;
    this.#handlers = handlers;
    const environment = upstreamEnvironment(options.environment, config.env);
    this.#process = startProcess(config, environment, options.timers);
    this.#peer = new RpcPeer(this.#process.stdin);
    passStderr(this.#process.stderr, options.stderr, options.prefixed ? this.name : undefined);
    void readMessages(this.#process.stdout, {
      message: (message) => this.#take(message),
      malformed: (line) => this.#takeMalformed(line),
      busy: () => this.#busy(),
    });
    void this.#process.ended.then(async (why) => {
      await this.#notified;
      this.#fault = why;
      this.#peer.close(why);
      handlers.ended(this, why);
    });
  }

  /** Why it is gone; absent while it runs. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Asks it. Rejects with an `upstream.*` fault when it ends first, `guard.aborted` when `signal` aborts first. */
  request(method: string, params: JsonObject | undefined, options: RequestOptions = {}): Promise<RpcAnswer> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    const { signal, call } = options;
    if (method !== LISTEN || call === undefined) return this.#peer.request(method, params, signal);
    return this.#listen(params, call, signal);
  }

  notify(method: string, params?: JsonObject): void {
    this.#peer.notify(method, params);
  }

  answer(id: RpcRequest['id'], answer: RpcAnswer): void {
    this.#peer.answer(id, answer);
  }

  /** Whether it offers a feature (`tools`, `prompts`, …); unknown counts as yes. */
  offers(feature: string): boolean {
    if (this.capabilities === undefined) return true;
    return isJsonObject(ownProperty(this.capabilities, feature));
  }

  /** Stops its process. Idempotent. */
  close(): Promise<void> {
    return this.#process.stop();
  }

  /** All that it tells comes on one stream: what belongs to a subscription is known by the id it names. */
  async #listen(
    params: JsonObject | undefined,
    call: ClientCall,
    signal: AbortSignal | undefined,
  ): Promise<RpcAnswer> {
    let key = '';
    try {
      return await this.#peer.request(LISTEN, params, signal, (id) => {
        key = idKey(id);
        this.#listening.set(key, call);
      });
    } finally {
      this.#listening.delete(key);
    }
  }

  #subscriberOf({ params }: RpcNotification): ClientCall | undefined {
    if (this.#listening.size === 0) return undefined;
    const meta = params === undefined ? undefined : ownProperty(params, '_meta');
    const id = isJsonObject(meta) ? ownProperty(meta, META.subscriptionId) : undefined;
    return isRpcId(id) ? this.#listening.get(idKey(id)) : undefined;
  }

  #take(message: RpcMessage): void {
    switch (message.kind) {
      case 'request':
        this.#handlers.request(this, message);
        return;
      case 'notification':
        this.#waitingNotifications += 1;
        this.#notified = this.#notified.then(async () => {
          await this.#handlers.notification(this, message, this.#subscriberOf(message));
          this.#waitingNotifications -= 1;
        });
        return;
      case 'response':
        this.#settle(message.id, message.answer);
        return;
      default:
        message satisfies never;
    }
  }

  /** INVARIANT: an answer never overtakes a notification that came before it. */
  #settle(id: RpcRequest['id'], answer: RpcAnswer): void {
    if (this.#waitingNotifications === 0) this.#peer.settle(id, answer);
    else void this.#notified.then(() => this.#peer.settle(id, answer));
  }

  #takeMalformed(line: MalformedLine): void {
    this.#handlers.malformed(this, line);
    if (line.id === null) return;
    if (line.of === 'call') this.#peer.fail(line.id, line.error);
    if (line.of === 'response') {
      const message = `server \`${this.name}\` sent an answer that cannot be passed on: ${line.problem}`;
      this.#settle(line.id, { error: { code: UPSTREAM_UNAVAILABLE, message } });
    }
  }

  #busy(): Promise<void> | undefined {
    if (this.#waitingNotifications > MAX_WAITING_NOTIFICATIONS) return this.#notified;
    if (this.#peer.isFull) return this.#peer.drained();
    return this.#handlers.busy();
  }
}
