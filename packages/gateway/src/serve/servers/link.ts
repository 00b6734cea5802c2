/** A server of one session that the gateway can take away: its configuration may go while the session lives. */
import { type Fault, isFault, type JsonObject } from '@writ/core';
import type { RequestOptions, Upstream, UpstreamHandlers } from '../../mcp/index.ts';

type Answer = Awaited<ReturnType<Upstream['request']>>;

/** What the table hears of a link. */
export interface LinkWatch {
  /** The server answered, or is gone. */
  readonly seen: (isUp: boolean) => void;
  /** The link has ended and is not used any more. */
  readonly ended: () => void;
}

/** An {@link Upstream} around another. */
export class Link implements Upstream {
  readonly #inner: Upstream;
  readonly #watch: LinkWatch;
  #retired: Fault | undefined;
  #isClosing = false;

  constructor(open: (handlers: UpstreamHandlers) => Upstream, handlers: UpstreamHandlers, watch: LinkWatch) {
    this.#watch = watch;
    this.#inner = open({
      request: (_inner, request, call) => handlers.request(this, request, call),
      notification: (_inner, notification, call) => handlers.notification(this, notification, call),
      malformed: (_inner, line) => handlers.malformed(this, line),
      busy: () => handlers.busy(),
      ended: (_inner, why) => {
        if (!this.#isClosing && this.#retired === undefined) watch.seen(false);
        watch.ended();
        handlers.ended(this, this.#retired ?? why);
      },
    });
  }

  get name(): string {
    return this.#inner.name;
  }

  get isTrusted(): boolean {
    return this.#inner.isTrusted;
  }

  get capabilities(): JsonObject | undefined {
    return this.#inner.capabilities;
  }

  set capabilities(value: JsonObject | undefined) {
    this.#inner.capabilities = value;
  }

  get fault(): Fault | undefined {
    return this.#retired ?? this.#inner.fault;
  }

  get linkNumber(): number {
    return this.#inner.linkNumber ?? 0;
  }

  get listingMs(): number | undefined {
    return this.#inner.listingMs;
  }

  async request(method: string, params: JsonObject | undefined, options?: RequestOptions): Promise<Answer> {
    if (this.#retired !== undefined) throw this.#retired;
    try {
      const answer = await this.#inner.request(method, params, options);
      this.#watch.seen(true);
      return answer;
    } catch (thrown) {
      if (!this.#isClosing && isGone(thrown)) this.#watch.seen(false);
      // What was under way when the server was taken away is told why.
      const retired: Fault | undefined = this.#retired;
      throw retired === undefined || isFault(thrown, 'guard.aborted') ? thrown : retired;
    }
  }

  notify(method: string, params?: JsonObject): void {
    if (this.#retired === undefined) this.#inner.notify(method, params);
  }

  answer(id: Parameters<Upstream['answer']>[0], answer: Answer): void {
    if (this.#retired === undefined) this.#inner.answer(id, answer);
  }

  offers(feature: string): boolean {
    return this.#inner.offers(feature);
  }

  close(): Promise<void> {
    this.#isClosing = true;
    this.#watch.ended();
    return this.#inner.close();
  }

  /** Takes the server away from the session, which is told `why`. */
  async retire(why: Fault): Promise<void> {
    this.#retired ??= why;
    await this.#inner.close();
  }
}

/** Nothing answers where the server stood; one that is slow, or that forgot a session, is there. */
function isGone(thrown: unknown): boolean {
  if (!isFault(thrown, 'upstream.closed') && !isFault(thrown, 'upstream.start')) return false;
  return thrown.data['status'] === undefined;
}
