/** A modern server for legacy clients (decision 23). */
import {
  type Fault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  type Timers,
} from '@writ/core';
import {
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  type RpcAnswer,
  type RpcId,
  type RpcNotification,
  UPSTREAM_UNAVAILABLE,
} from '../../rpc/index.ts';
import { META, MODERN_VERSION, OWN_ENVELOPE } from '../envelope.ts';
import { eraOfDiscovery } from '../era.ts';
import type { ClientCall, RequestOptions, Upstream, UpstreamHandlers } from '../types.ts';
import { InputRounds } from './input-rounds.ts';
import { logLevel } from './log-level.ts';
import type { OpenLink } from './modern-over-legacy.ts';
import { legacyResult } from './result.ts';
import { Subscriptions } from './subscriptions.ts';

/** Legacy versions, of which a client gets the one it asks for: their differences do not reach through here. */
const LEGACY_VERSIONS: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const NEWEST_LEGACY_VERSION = '2025-11-25';
/** Methods whose namesakes in the two eras are different things, or that the modern one has no more. */
const NOT_LEGACY: ReadonlySet<string> = new Set([
  'server/discover',
  'subscriptions/listen',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
  'tasks/list',
  'tasks/result',
]);
/** What only legacy servers are told; roots are asked for whenever they are wanted. */
const UNTOLD: ReadonlySet<string> = new Set([
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]);

/** The legacy face of a modern server, for one client. */
export class LegacyOverModern implements Upstream {
  capabilities: JsonObject | undefined;
  readonly #link: Upstream;
  readonly #handlers: UpstreamHandlers;
  readonly #rounds: InputRounds;
  readonly #subscriptions: Subscriptions;
  /** `_meta` of every request. */
  #envelope: JsonObject = OWN_ENVELOPE;

  constructor(open: OpenLink, handlers: UpstreamHandlers, timers: Timers) {
    this.#handlers = handlers;
    this.#link = open(this.#inner());
    this.#rounds = new InputRounds(this, handlers, timers);
    this.#subscriptions = new Subscriptions(
      (notifications, signal) =>
        this.#link.request('subscriptions/listen', this.#enveloped({ notifications }), { signal }),
      timers,
    );
  }

  get name(): string {
    return this.#link.name;
  }

  get isTrusted(): boolean {
    return this.#link.isTrusted;
  }

  get fault(): Fault | undefined {
    return this.#link.fault;
  }

  get linkNumber(): number {
    return this.#link.linkNumber ?? 0;
  }

  async request(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions = {},
  ): Promise<RpcAnswer> {
    if (NOT_LEGACY.has(method))
      return { error: { code: METHOD_NOT_FOUND, message: `Method not found: ${method}` } };
    switch (method) {
      case 'initialize':
        return this.#initialize(params ?? {}, options);
      case 'ping':
        return { result: {} };
      case 'logging/setLevel':
        return this.#setLevel(params ?? {});
      case 'resources/subscribe':
        return withUri(params, (uri) => this.#subscriptions.subscribe(uri));
      case 'resources/unsubscribe':
        return withUri(params, (uri) => this.#subscriptions.unsubscribe(uri));
      default:
        return this.#pass(method, params, options);
    }
  }

  notify(method: string, params?: JsonObject): void {
    if (method === 'notifications/initialized') this.#subscriptions.start(this.capabilities ?? {});
    else if (!UNTOLD.has(method)) this.#link.notify(method, this.#enveloped(params));
  }

  answer(id: RpcId, answer: RpcAnswer): void {
    this.#rounds.answered(id, answer);
  }

  offers(feature: string): boolean {
    return this.capabilities === undefined || isJsonObject(ownProperty(this.capabilities, feature));
  }

  close(): Promise<void> {
    this.#subscriptions.close();
    return this.#link.close();
  }

  /** Passes a request on, and asks its client for whatever the server wants to know before it answers. */
  async #pass(method: string, params: JsonObject | undefined, options: RequestOptions): Promise<RpcAnswer> {
    const send = (sent: JsonObject | undefined): Promise<RpcAnswer> =>
      this.#link.request(method, this.#enveloped(sent), options);
    let answer = await send(params);
    for (let round = 0; ; round += 1) {
      if ('error' in answer || !isJsonObject(answer.result)) return answer;
      const { result } = answer;
      const type = ownProperty(result, 'resultType') ?? 'complete';
      if (type === 'complete') return { result: legacyResult(result) };
      if (type !== 'input_required') return this.#unreadable('a kind of result that its client cannot read');
      const answered = await this.#rounds.ask(result, round, this.#capabilitiesOfClient(), options);
      if ('error' in answered) return answered;
      // INVARIANT: the state of the server is passed back as it came.
      answer = await send({ ...params, ...answered.retry });
    }
  }

  async #initialize(params: JsonObject, options: RequestOptions): Promise<RpcAnswer> {
    const { capabilities, clientInfo, protocolVersion } = params;
    this.#envelope = {
      [META.protocolVersion]: MODERN_VERSION,
      [META.clientInfo]: isJsonObject(clientInfo) ? clientInfo : { name: 'unknown', version: '0' },
      [META.clientCapabilities]: isJsonObject(capabilities) ? capabilities : {},
    };
    const discover = (): Promise<RpcAnswer> =>
      this.#link.request('server/discover', this.#enveloped(undefined), options);
    let answer = await discover();
    // A server that refuses the version and names it as one that it supports is asked once more (MCP 2026-07-28, versioning).
    if ('error' in answer && eraOfDiscovery(answer) === 'modern') answer = await discover();
    if ('error' in answer || !isJsonObject(answer.result)) return answer;
    const { result } = answer;
    const own = ownProperty(result, 'capabilities');
    // Extensions are of the modern era: tasks, above all.
    const { extensions: _extensions, ...offered } = isJsonObject(own) ? own : {};
    const instructions = ownProperty(result, 'instructions');
    this.capabilities = offered;
    this.#link.capabilities = offered;
    const isKnown = typeof protocolVersion === 'string' && LEGACY_VERSIONS.includes(protocolVersion);
    return {
      result: {
        protocolVersion: isKnown ? protocolVersion : NEWEST_LEGACY_VERSION,
        capabilities: offered,
        serverInfo: serverInfoOf(result) ?? { name: this.name, version: '0' },
        ...(instructions === undefined ? {} : { instructions }),
      },
    };
  }

  #setLevel(params: JsonObject): RpcAnswer {
    const level = logLevel(ownProperty(params, 'level'));
    if (level === undefined) return { error: { code: INVALID_PARAMS, message: '`level` is no level' } };
    this.#envelope = { ...this.#envelope, [META.logLevel]: level };
    return { result: {} };
  }

  /** `params` with the envelope in their `_meta`, which is the gateway's to write here: a legacy client says nothing under these keys. */
  #enveloped(params: JsonObject | undefined): JsonObject {
    const meta = params === undefined ? undefined : ownProperty(params, '_meta');
    return { ...params, _meta: { ...(isJsonObject(meta) ? meta : {}), ...this.#envelope } };
  }

  #capabilitiesOfClient(): JsonObject {
    const own = ownProperty(this.#envelope, META.clientCapabilities);
    return isJsonObject(own) ? own : {};
  }

  #inner(): UpstreamHandlers {
    return {
      // A modern server asks within its results; over a process's pipes it could still try.
      request: (link, { id, method }) =>
        link.answer(id, {
          error: { code: METHOD_NOT_FOUND, message: `Method not found: ${method.slice(0, 60)}` },
        }),
      notification: (_link, notification, call) => this.#told(notification, call),
      malformed: (_link, line) => this.#handlers.malformed(this, line),
      ended: (_link, why) => {
        this.#subscriptions.close();
        this.#handlers.ended(this, why);
      },
      busy: () => this.#handlers.busy(),
    };
  }

  async #told(notification: RpcNotification, call: ClientCall | undefined): Promise<void> {
    const { method, params } = notification;
    if (method === 'notifications/subscriptions/acknowledged') {
      this.#subscriptions.acknowledged(notification);
      return;
    }
    const told =
      params === undefined ? notification : { ...notification, params: withoutSubscription(params) };
    await this.#handlers.notification(this, told, call);
  }

  #unreadable(what: string): RpcAnswer {
    const message = `server \`${this.name}\` answered with ${what}`;
    return { error: { code: UPSTREAM_UNAVAILABLE, message } };
  }
}

function serverInfoOf(result: JsonObject): JsonValue | undefined {
  const meta = ownProperty(result, '_meta');
  const info = isJsonObject(meta) ? ownProperty(meta, META.serverInfo) : undefined;
  return isJsonObject(info) ? info : undefined;
}

function withoutSubscription(params: JsonObject): JsonObject {
  const meta = ownProperty(params, '_meta');
  if (!isJsonObject(meta) || !Object.hasOwn(meta, META.subscriptionId)) return params;
  const { [META.subscriptionId]: _id, ...kept } = meta;
  const { _meta, ...rest } = params;
  return Object.keys(kept).length === 0 ? rest : { ...rest, _meta: kept };
}

function withUri(
  params: JsonObject | undefined,
  act: (uri: string) => Promise<RpcAnswer>,
): Promise<RpcAnswer> {
  const uri = params === undefined ? undefined : ownProperty(params, 'uri');
  if (typeof uri === 'string') return act(uri);
  return Promise.resolve({ error: { code: INVALID_PARAMS, message: '`uri` is not a string' } });
}
