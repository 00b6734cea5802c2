/** A legacy server for modern clients (decision 23). */
import { Fault, isFault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import {
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  type RpcAnswer,
  type RpcId,
  type RpcNotification,
} from '../../rpc/index.ts';
import { META, MODERN_VERSION } from '../envelope.ts';
import type { ClientCall, RequestOptions, Upstream, UpstreamHandlers } from '../types.ts';
import { CallAttribution } from './attribution.ts';
import { inSubscription, isSubscribed, type Listener, listenerFor, wants } from './listeners.ts';
import { isMoreVerbose, levelOf, type LogLevel } from './log-level.ts';
import { modernAnswer } from './result.ts';
import { Watched } from './watched.ts';

/** The legacy version that is asked for; a server answers with the one it speaks. */
const LEGACY_VERSION = '2025-11-25';
const CLIENT: JsonObject = { name: 'writ', version: '0.1.0' };
/** MCP 2026-07-28: the protocol version of a request is none that this server speaks. */
const UNSUPPORTED_VERSION = -32022;
/** Methods that the modern era has no more, and those whose namesakes in the two eras are different things. */
const NOT_MODERN: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
  'tasks/list',
  'tasks/result',
]);
const UNTOLD: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/roots/list_changed',
]);
/** Streams that one session listens on. */
const MAX_LISTENERS = 1_024;

interface Initialized {
  readonly capabilities: JsonObject;
  readonly serverInfo: JsonValue | undefined;
  readonly instructions: JsonValue | undefined;
}

/** Opens a link to the server; called again where its session has ended, of which modern clients know nothing. */
export type OpenLink = (handlers: UpstreamHandlers) => Upstream;

/**
 * The modern face of a legacy server. The server is initialised with the first request, and without any capability of a client: a modern client
 * cannot be asked while it waits, so the server must not count on it.
 */
export class ModernOverLegacy implements Upstream {
  capabilities: JsonObject | undefined;
  readonly #open: OpenLink;
  readonly #handlers: UpstreamHandlers;
  readonly #calls = new CallAttribution();
  readonly #listeners = new Map<Listener, (why: Fault) => void>();
  readonly #watched = new Watched();
  #link: Upstream;
  #initialized: Promise<Initialized> | undefined;
  #level: LogLevel | undefined;
  /** {@link linkNumber} when the link before was left. */
  #lost = 0;
  #fault: Fault | undefined;
  readonly #refused: () => void;

  /** `refused` is told where the server does not speak the legacy era, or does no more. */
  constructor(open: OpenLink, handlers: UpstreamHandlers, refused: () => void = () => {}) {
    this.#open = open;
    this.#handlers = handlers;
    this.#refused = refused;
    this.#link = open(this.#inner());
  }

  get name(): string {
    return this.#link.name;
  }

  get isTrusted(): boolean {
    return this.#link.isTrusted;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Another one as soon as the session with the server is lost, and not only once it was renewed. */
  get linkNumber(): number {
    return this.#lost + (this.#link.linkNumber ?? 0) + (this.#link.fault === undefined ? 0 : 1);
  }

  async request(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions = {},
  ): Promise<RpcAnswer> {
    if (this.#fault !== undefined) throw this.#fault;
    if (NOT_MODERN.has(method)) return notFound(method);
    const unsupported = unsupportedVersion(params);
    if (unsupported !== undefined) return unsupported;
    const server = await this.#initialize();
    if (method === 'server/discover') return discovered(server);
    if (method === 'subscriptions/listen') return this.#listen(server, options);
    const { call } = options;
    if (call !== undefined) await this.#raiseLevel(server, levelOf(call));
    const done = this.#calls.begin(call);
    try {
      const answer = await this.#link.request(method, withoutEnvelope(params), options);
      if ('error' in answer && answer.error.code === UNSUPPORTED_VERSION) this.#refused();
      return modernAnswer(method, answer, server.serverInfo);
    } finally {
      done();
    }
  }

  notify(method: string, params?: JsonObject): void {
    if (!UNTOLD.has(method)) this.#link.notify(method, withoutEnvelope(params));
  }

  /** Nothing: no request of the server's reaches a modern client. */
  answer(_id: RpcId, _answer: RpcAnswer): void {}

  offers(feature: string): boolean {
    return this.capabilities === undefined || isJsonObject(ownProperty(this.capabilities, feature));
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** The server's own answer to `initialize`, asked once for all who wait; a failure is forgotten. */
  #initialize(): Promise<Initialized> {
    if (this.#link.fault !== undefined) {
      this.#lost = this.linkNumber;
      this.#link = this.#open(this.#inner());
      this.#initialized = undefined;
      this.#level = undefined;
    }
    this.#initialized ??= this.#ask().catch((thrown: unknown) => {
      this.#initialized = undefined;
      if (isFault(thrown, 'upstream.protocol')) this.#refused();
      throw thrown;
    });
    return this.#initialized;
  }

  async #ask(): Promise<Initialized> {
    const params = { protocolVersion: LEGACY_VERSION, capabilities: {}, clientInfo: CLIENT };
    const answer = await this.#link.request('initialize', params);
    if ('error' in answer || !isJsonObject(answer.result)) {
      const how = 'error' in answer ? `with error ${answer.error.code}` : 'strangely';
      const problem = `server \`${this.name}\` answered \`initialize\` ${how}`;
      throw new Fault('upstream.protocol', problem, { server: this.name });
    }
    const { result } = answer;
    const own = ownProperty(result, 'capabilities');
    const { tasks: _tasks, ...capabilities } = isJsonObject(own) ? own : {};
    this.capabilities = capabilities;
    this.#link.capabilities = capabilities;
    this.#link.notify('notifications/initialized');
    for (const uri of this.#watched.uris)
      void this.#link.request('resources/subscribe', { uri }).catch(() => {});
    return {
      capabilities,
      serverInfo: ownProperty(result, 'serverInfo'),
      instructions: ownProperty(result, 'instructions'),
    };
  }

  /** A legacy server has one level for all: the most verbose that anybody asked for. What a request did not ask for is left out on the way. */
  async #raiseLevel(server: Initialized, level: LogLevel | undefined): Promise<void> {
    if (level === undefined || !isMoreVerbose(level, this.#level)) return;
    if (!isJsonObject(ownProperty(server.capabilities, 'logging'))) return;
    this.#level = level;
    await this.#link.request('logging/setLevel', { level }).catch(() => {});
  }

  /** Holds a modern subscription open until its client ends it. */
  async #listen(server: Initialized, { call, signal }: RequestOptions): Promise<RpcAnswer> {
    if (call === undefined) return notFound('subscriptions/listen');
    const asked = listenerFor(call, server.capabilities);
    if (asked === undefined || this.#listeners.size >= MAX_LISTENERS) {
      const message =
        asked === undefined ? '`notifications` is no filter' : 'too many subscriptions are open';
      return { error: { code: INVALID_PARAMS, message } };
    }
    const refused = await this.#watched.add(asked.uris, (uri) =>
      this.#link.request('resources/subscribe', { uri }),
    );
    const listener = withoutUris(asked, refused);
    const ended = Promise.withResolvers<never>();
    ended.promise.catch(() => {});
    const abort = (): void =>
      ended.reject(new Fault('guard.aborted', '`subscriptions/listen` was given up before its answer came'));
    signal?.addEventListener('abort', abort, { once: true });
    this.#listeners.set(listener, ended.reject);
    try {
      if (signal?.aborted === true) abort();
      const params = inSubscription({ notifications: listener.filter }, call);
      const method = 'notifications/subscriptions/acknowledged';
      await this.#handlers.notification(this, { kind: 'notification', method, params }, call);
      if (Object.keys(listener.filter).length > 0) await ended.promise;
      return { result: { ...inSubscription({}, call), resultType: 'complete' } };
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#listeners.delete(listener);
      this.#watched.release(listener.uris, (uri) => {
        if (this.#link.fault === undefined)
          void this.#link.request('resources/unsubscribe', { uri }).catch(() => {});
      });
    }
  }

  #inner(): UpstreamHandlers {
    return {
      request: (link, request) => {
        // It was told that nobody can be asked. Whether the connection lives is no question to a client.
        link.answer(request.id, request.method === 'ping' ? { result: {} } : notFound(request.method));
      },
      notification: (_link, notification, call) => this.#told(notification, call),
      malformed: (_link, line) => this.#handlers.malformed(this, line),
      ended: (link, why) => this.#ended(link, why),
      busy: () => this.#handlers.busy(),
    };
  }

  async #told(notification: RpcNotification, call: ClientCall | undefined): Promise<void> {
    const { method, params } = notification;
    if (method === 'notifications/cancelled') return;
    if (!isSubscribed(method)) {
      const to = this.#calls.callFor(notification, call);
      if (to !== 'nobody') await this.#handlers.notification(this, notification, to);
      return;
    }
    const listening = Array.from(this.#listeners.keys()).filter((listener) => wants(listener, notification));
    // The gateway itself listens to what is offered, whether any client does or not.
    if (listening.length === 0 && method.endsWith('/list_changed'))
      await this.#handlers.notification(this, notification);
    for (const { call: by } of listening)
      await this.#handlers.notification(this, { ...notification, params: inSubscription(params, by) }, by);
  }

  #ended(link: Upstream, why: Fault): void {
    if (link !== this.#link) return;
    for (const end of this.#listeners.values()) end(why);
    // A session that the server forgot is begun anew with the next request.
    if (why.data['status'] === 404) return;
    this.#fault = why;
    this.#handlers.ended(this, why);
  }
}

function discovered({ capabilities, serverInfo, instructions }: Initialized): RpcAnswer {
  const result = {
    supportedVersions: [MODERN_VERSION],
    capabilities,
    ...(instructions === undefined ? {} : { instructions }),
  };
  return modernAnswer('server/discover', { result }, serverInfo);
}

function unsupportedVersion(params: JsonObject | undefined): RpcAnswer | undefined {
  const meta = params === undefined ? undefined : ownProperty(params, '_meta');
  const requested = isJsonObject(meta) ? ownProperty(meta, META.protocolVersion) : undefined;
  if (requested === undefined || requested === MODERN_VERSION) return undefined;
  const data = { supported: [MODERN_VERSION], requested };
  return { error: { code: UNSUPPORTED_VERSION, message: 'Unsupported protocol version', data } };
}

/** Parameters without what only the modern era says. */
function withoutEnvelope(params: JsonObject | undefined): JsonObject | undefined {
  const meta = params === undefined ? undefined : ownProperty(params, '_meta');
  if (params === undefined || !isJsonObject(meta)) return params;
  const own: readonly string[] = Object.values(META);
  const kept = Object.entries(meta).filter(([key]) => !own.includes(key));
  const { _meta, ...rest } = params;
  return kept.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(kept) };
}

function withoutUris(listener: Listener, refused: ReadonlySet<string>): Listener {
  if (refused.size === 0) return listener;
  const uris = [...listener.uris].filter((uri) => !refused.has(uri));
  const { resourceSubscriptions: _all, ...filter } = listener.filter;
  return {
    call: listener.call,
    filter: uris.length === 0 ? filter : { ...filter, resourceSubscriptions: uris },
    uris: new Set(uris),
  };
}

function notFound(method: string): { readonly error: { readonly code: number; readonly message: string } } {
  return { error: { code: METHOD_NOT_FOUND, message: `Method not found: ${method.slice(0, 60)}` } };
}
