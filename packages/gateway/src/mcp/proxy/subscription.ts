/** One client's `subscriptions/listen`: acknowledged once, before anything else, for all its servers together. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { ClientChannel, RpcAnswer } from '../rpc/index.ts';
import type { ClientCall, Upstream } from '../upstream/index.ts';

/** Key of `_meta` that tags what a subscription delivers with the id of the request that opened it. */
const SUBSCRIPTION_META = 'io.modelcontextprotocol/subscriptionId';
/** What a server says before it tells of any change. */
export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
/** Notifications kept until every server acknowledged; more are dropped, oldest last. */
const MAX_EARLY = 256;

/** Which member of the filter asks for a notification. */
const ASKED_BY: Readonly<Record<string, string>> = {
  'notifications/tools/list_changed': 'toolsListChanged',
  'notifications/prompts/list_changed': 'promptsListChanged',
  'notifications/resources/list_changed': 'resourcesListChanged',
};

/** The channels that belong to subscriptions, so that what comes on them is known for theirs. */
const subscriptions = new WeakMap<ClientChannel, Subscription>();

/** The subscription that `channel` belongs to. */
export function subscriptionOf(channel: ClientChannel): Subscription | undefined {
  return subscriptions.get(channel);
}

/** A subscription that is open or being opened. */
export class Subscription {
  /** What its servers' notifications go to. */
  readonly channel: ClientChannel;
  /** Resolves once the client was told what it will hear. */
  readonly acknowledged: Promise<undefined>;
  readonly #call: ClientCall;
  readonly #filter: JsonObject;
  readonly #waitingFor: Set<Upstream>;
  readonly #early: (() => void)[] = [];
  #honored: Record<string, JsonValue> = {};
  #isOpen = false;
  #resolve: (value: undefined) => void = () => {};

  constructor(call: ClientCall, filter: JsonObject, upstreams: readonly Upstream[]) {
    this.#call = call;
    this.#filter = filter;
    this.#waitingFor = new Set(upstreams);
    this.acknowledged = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { channel } = call;
    this.channel = {
      get isFull() {
        return channel.isFull;
      },
      drained: () => channel.drained(),
      notify: (method, params) => this.#notify(method, params),
      request: (method, params, signal) => channel.request(method, params, signal),
    };
    subscriptions.set(this.channel, this);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** `upstream` says what it will tell. */
  acknowledge(upstream: Upstream, params: JsonObject | undefined): void {
    const honored = params === undefined ? undefined : ownProperty(params, 'notifications');
    if (isJsonObject(honored)) {
      for (const [name, value] of Object.entries(honored)) {
        const known = this.#honored[name] ?? null;
        this.#honored[name] = isList(known) && isList(value) ? [...known, ...value] : value;
      }
    }
    this.#settled(upstream);
  }

  /** What the gateway tells by itself is among what is acknowledged. */
  honour(name: string, values: readonly JsonValue[]): void {
    const known = this.#honored[name] ?? null;
    this.#honored[name] = isList(known) ? [...known, ...values] : values;
  }

  /** Opens it where no server is listened to. */
  openAlone(): void {
    if (this.#waitingFor.size === 0) this.#open();
  }

  /** The stream of `upstream` has ended. */
  ended(upstream: Upstream, end: RpcAnswer): void {
    if ('result' in end) this.#settled(upstream);
    else this.#waitingFor.delete(upstream);
  }

  /** The answer that ends it. */
  end(): RpcAnswer {
    return { result: { resultType: 'complete', _meta: this.#meta() } };
  }

  /** Whether the client asked to be told this. */
  wants(method: string, params: JsonObject | undefined): boolean {
    const flag = ASKED_BY[method];
    if (flag !== undefined) return ownProperty(this.#filter, flag) === true;
    if (method !== 'notifications/resources/updated') return true;
    const uris = ownProperty(this.#filter, 'resourceSubscriptions');
    const uri = params === undefined ? undefined : ownProperty(params, 'uri');
    return Array.isArray(uris) && uri !== undefined && uris.includes(uri);
  }

  #settled(upstream: Upstream): void {
    this.#waitingFor.delete(upstream);
    if (!this.#isOpen && this.#waitingFor.size === 0) this.#open();
  }

  #open(): void {
    this.#isOpen = true;
    this.#call.channel.notify(ACKNOWLEDGED, { notifications: this.#honored, _meta: this.#meta() });
    for (const tell of this.#early.splice(0)) tell();
    this.#resolve(undefined);
  }

  #notify(method: string, params: JsonObject | undefined): boolean {
    if (!this.wants(method, params)) return false;
    const meta = params === undefined ? undefined : ownProperty(params, '_meta');
    const own = { ...params, _meta: { ...(isJsonObject(meta) ? meta : {}), ...this.#meta() } };
    if (this.#isOpen) return this.#call.channel.notify(method, own);
    if (this.#early.length >= MAX_EARLY) return false;
    this.#early.push(() => this.#call.channel.notify(method, own));
    return true;
  }

  #meta(): JsonObject {
    return { [SUBSCRIPTION_META]: this.#call.request.id };
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
