/** A server in whichever era it speaks: asked in the client's own first, and bridged only where it does not answer in that. */
import { Fault, isFault, isJsonObject, type JsonObject, ownProperty, type Timers } from '@writ/core';
import type { RpcAnswer, RpcId } from '../rpc/index.ts';
import { LegacyOverModern, ModernOverLegacy } from './bridge/index.ts';
import { type Era, eraOfDiscovery, eraOfRequest, isTurnedAway, mayBeModern } from './era.ts';
import { withEnvelope } from './envelope.ts';
import { Relay, SILENT, speakingAs } from './relay.ts';
import type { RequestOptions, Upstream, UpstreamHandlers } from './types.ts';

/** How long a server may take to answer the question for its era, in milliseconds. Some legacy programs never answer it. */
export const DISCOVER_DEADLINE_MS = 10_000;

/** One server to one session. */
export interface Negotiation {
  readonly name: string;
  readonly isTrusted: boolean;
  /** The era of the session's client; absent where its first request says it. */
  readonly clientEra: Era | undefined;
  /** The era that the operator fixed. */
  readonly era: Era | undefined;
  /** Whether one link, a process, is spoken to in either era; it is opened at once. */
  readonly isProcess: boolean;
  /** {@link Upstream.listingMs}. */
  readonly listingMs: number | undefined;
  open(era: Era, handlers: UpstreamHandlers): Upstream;
  /** What is known of the server from other sessions. */
  readonly known: EraMemory;
  readonly timers: Timers;
}

/** In which era a server is spoken to for clients of an era. */
export interface EraMemory {
  get(clientEra: Era): Era | undefined;
  set(clientEra: Era, era: Era | undefined): void;
}

interface Held {
  readonly era: Era;
  readonly link: Upstream;
  readonly relay: Relay;
}

/** The server. */
export class NegotiatedUpstream implements Upstream {
  readonly name: string;
  readonly isTrusted: boolean;
  readonly #negotiation: Negotiation;
  readonly #handlers: UpstreamHandlers;
  #capabilities: JsonObject | undefined;
  #held: Held | undefined;
  /** The link, or the bridge over it, once the era is known. */
  #inner: Upstream | undefined;
  #settling: Promise<Upstream> | undefined;
  #clientEra: Era | undefined;
  #fault: Fault | undefined;
  /** {@link linkNumber} when the link before was left. */
  #lost = 0;

  constructor(negotiation: Negotiation, handlers: UpstreamHandlers) {
    this.name = negotiation.name;
    this.isTrusted = negotiation.isTrusted;
    this.#negotiation = negotiation;
    this.#clientEra = negotiation.clientEra;
    this.#handlers = {
      ...speakingAs(this, handlers),
      ended: (_link, why) => {
        this.#fault ??= why;
        handlers.ended(this, why);
      },
    };
    if (negotiation.isProcess)
      this.#link(negotiation.era ?? negotiation.clientEra ?? 'legacy', this.#handlers);
  }

  get capabilities(): JsonObject | undefined {
    return this.#capabilities ?? this.#inner?.capabilities;
  }

  set capabilities(capabilities: JsonObject | undefined) {
    this.#capabilities = capabilities;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  get linkNumber(): number {
    return this.#lost + ((this.#inner ?? this.#held?.link)?.linkNumber ?? 0);
  }

  get listingMs(): number | undefined {
    return this.#negotiation.listingMs;
  }

  request(method: string, params: JsonObject | undefined, options?: RequestOptions): Promise<RpcAnswer> {
    return this.#inner === undefined
      ? this.#first(method, params, options ?? {})
      : this.#inner.request(method, params, options);
  }

  notify(method: string, params?: JsonObject): void {
    (this.#inner ?? this.#held?.link)?.notify(method, params);
  }

  answer(id: RpcId, answer: RpcAnswer): void {
    (this.#inner ?? this.#held?.link)?.answer(id, answer);
  }

  offers(feature: string): boolean {
    const { capabilities } = this;
    return capabilities === undefined || isJsonObject(ownProperty(capabilities, feature));
  }

  async close(): Promise<void> {
    this.#fault ??= new Fault('upstream.closed', `the link to server \`${this.name}\` was closed`, {
      server: this.name,
    });
    await (this.#inner ?? this.#held?.link)?.close();
  }

  /** A request before the era is known. */
  async #first(method: string, params: JsonObject | undefined, options: RequestOptions): Promise<RpcAnswer> {
    if (this.#fault !== undefined) throw this.#fault;
    const { era, known } = this.#negotiation;
    const clientEra = (this.#clientEra ??= eraOfRequest(method, params));
    const serverEra = era ?? known.get(clientEra);
    if (serverEra !== undefined) return this.#settle(clientEra, serverEra).request(method, params, options);
    if (clientEra === 'modern') {
      this.#settling ??= this.#discover().finally(() => {
        this.#settling = undefined;
      });
      const inner = await this.#settling;
      return inner.request(method, params, options);
    }
    // What the gateway asks before its client has said anything finds nothing out.
    if (method !== 'initialize') return this.#link('legacy', this.#handlers).request(method, params, options);
    return this.#initialize(params, options);
  }

  /** A legacy client's `initialize`: itself the question. */
  async #initialize(params: JsonObject | undefined, options: RequestOptions): Promise<RpcAnswer> {
    let answer: RpcAnswer | undefined;
    let refusal: unknown;
    try {
      answer = await this.#link('legacy', this.#handlers).request('initialize', params, options);
    } catch (thrown) {
      if (!isTurnedAway(thrown)) throw thrown;
      refusal = thrown;
    }
    if (answer !== undefined && !mayBeModern(answer)) {
      if ('result' in answer) this.#learn('legacy', 'legacy');
      return answer;
    }
    if ((await this.#ask(options.signal)) === 'modern')
      return this.#learn('legacy', 'modern').request('initialize', params, options);
    if (answer === undefined) throw refusal;
    return answer;
  }

  async #discover(): Promise<Upstream> {
    return this.#learn('modern', await this.#ask(undefined));
  }

  /** Asks the server which versions it supports. Rejects where nothing can be said: it cannot be reached, or wants a credential. */
  async #ask(signal: AbortSignal | undefined): Promise<Era> {
    const { isProcess, timers } = this.#negotiation;
    const deadline = new AbortController();
    const cancel = timers.after(DISCOVER_DEADLINE_MS, () => deadline.abort());
    const either = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]);
    try {
      const link = this.#link('modern', SILENT);
      return eraOfDiscovery(
        await link.request('server/discover', withEnvelope(undefined), { signal: either }),
      );
    } catch (thrown) {
      // A legacy program may end at, or never answer, what it does not know; over HTTP that is no answer to the question.
      if (isTurnedAway(thrown) || (isProcess && signal?.aborted !== true)) return 'legacy';
      if (!deadline.signal.aborted || !isFault(thrown, 'guard.aborted')) throw thrown;
      const problem = `server \`${this.name}\` did not answer \`server/discover\` in time`;
      throw new Fault('upstream.timeout', problem, { server: this.name }, { cause: thrown });
    } finally {
      cancel();
    }
  }

  #learn(clientEra: Era, era: Era): Upstream {
    this.#negotiation.known.set(clientEra, era);
    return this.#settle(clientEra, era);
  }

  #settle(clientEra: Era, era: Era): Upstream {
    if (this.#inner !== undefined) return this.#inner;
    const open = (handlers: UpstreamHandlers): Upstream => this.#link(era, handlers);
    if (clientEra === era) this.#inner = open(this.#handlers);
    else if (era === 'modern')
      this.#inner = new LegacyOverModern(open, this.#handlers, this.#negotiation.timers);
    else this.#inner = new ModernOverLegacy(open, this.#handlers, () => this.#mistaken());
    return this.#inner;
  }

  /** A server that was legacy is so no more: it is asked again with the next request. */
  #mistaken(): void {
    this.#negotiation.known.set('modern', undefined);
    this.#inner = undefined;
  }

  /** The link that is open, in `era` and for `handlers`; a new one where that one is gone or of another era. */
  #link(era: Era, handlers: UpstreamHandlers): Upstream {
    const held = this.#held;
    if (
      held !== undefined &&
      held.link.fault === undefined &&
      (this.#negotiation.isProcess || held.era === era)
    ) {
      held.relay.target = handlers;
      return held.link;
    }
    if (held !== undefined) {
      this.#lost = this.linkNumber + 1;
      held.relay.target = SILENT;
      void held.link.close();
    }
    const relay = new Relay(handlers);
    const link = this.#negotiation.open(era, relay);
    this.#held = { era, link, relay };
    return link;
  }
}
