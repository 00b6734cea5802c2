/** One `subscriptions/listen` to a modern server, kept open for a legacy client: what it subscribed to, and the changes it is told of unasked. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty, type Timers } from '@writ/core';
import { INTERNAL_ERROR, type RpcAnswer, type RpcNotification } from '../../rpc/index.ts';

/** How long a server may take to acknowledge, in milliseconds. */
const ACKNOWLEDGE_MS = 30_000;
/** Between two attempts, at first and at most, in milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Resources that one client may watch. */
const MAX_URIS = 1_024;

/** Opens one stream; settles when it ends. */
export type Listen = (notifications: JsonObject, signal: AbortSignal) => Promise<RpcAnswer>;

/** What became of an attempt: the filter that the server honours, or its error. */
type Acknowledged = { readonly honoured: JsonObject } | { readonly error: RpcAnswer };

/** The subscriptions of one client. */
export class Subscriptions {
  readonly #listen: Listen;
  readonly #timers: Timers;
  readonly #uris = new Set<string>();
  #changes: JsonObject = {};
  #stream: AbortController | undefined;
  #acknowledge: ((honoured: JsonObject) => void) | undefined;
  /** Attempts follow one another, so that an acknowledgement is that of the last one. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(listen: Listen, timers: Timers) {
    this.#listen = listen;
    this.#timers = timers;
  }

  /** The client is ready: changes of lists that `capabilities` promise are listened to. */
  start(capabilities: JsonObject): void {
    const changes: Record<string, JsonValue> = {};
    for (const feature of ['tools', 'prompts', 'resources']) {
      const own = ownProperty(capabilities, feature);
      if (isJsonObject(own) && ownProperty(own, 'listChanged') === true)
        changes[`${feature}ListChanged`] = true;
    }
    this.#changes = changes;
    if (Object.keys(changes).length > 0) void this.#renew(0);
  }

  /** Watches one more resource. Answers as `resources/subscribe`. */
  async subscribe(uri: string): Promise<RpcAnswer> {
    if (this.#uris.has(uri)) return { result: {} };
    if (this.#uris.size >= MAX_URIS) return refused(`more than ${MAX_URIS} resources are subscribed to`);
    this.#uris.add(uri);
    const acknowledged = await this.#renew(0);
    if ('honoured' in acknowledged) {
      const uris = ownProperty(acknowledged.honoured, 'resourceSubscriptions');
      if (Array.isArray(uris) && uris.includes(uri)) return { result: {} };
    }
    this.#uris.delete(uri);
    return 'error' in acknowledged ? acknowledged.error : refused('the server does not watch this resource');
  }

  /** Watches one less. Answers as `resources/unsubscribe`. */
  async unsubscribe(uri: string): Promise<RpcAnswer> {
    if (this.#uris.delete(uri)) await this.#renew(0);
    return { result: {} };
  }

  /** Takes `notifications/subscriptions/acknowledged`. */
  acknowledged({ params }: RpcNotification): void {
    const honoured = params === undefined ? undefined : ownProperty(params, 'notifications');
    this.#acknowledge?.(isJsonObject(honoured) ? honoured : {});
  }

  close(): void {
    this.#isClosed = true;
    this.#stream?.abort();
  }

  #renew(attempt: number): Promise<Acknowledged> {
    const turn = this.#turn.then(() => this.#reopen(attempt));
    this.#turn = turn;
    return turn;
  }

  /** Opens a stream for what is wanted now, and ends the one before it once this one is acknowledged. */
  async #reopen(attempt: number): Promise<Acknowledged> {
    const before = this.#stream;
    const filter = this.#filter();
    if (this.#isClosed || Object.keys(filter).length === 0) {
      before?.abort();
      this.#stream = undefined;
      return { honoured: {} };
    }
    const stream = new AbortController();
    this.#stream = stream;
    const acknowledged = Promise.withResolvers<Acknowledged>();
    let isAcknowledged = false;
    this.#acknowledge = (honoured) => {
      isAcknowledged = true;
      acknowledged.resolve({ honoured });
    };
    const late = this.#timers.after(ACKNOWLEDGE_MS, () => {
      acknowledged.resolve({ error: refused('the server did not acknowledge the subscription') });
      stream.abort();
    });
    void this.#listen(filter, stream.signal)
      .catch(() => undefined)
      .then((end) => {
        const isRefused = end !== undefined && 'error' in end;
        acknowledged.resolve({ error: isRefused ? end : refused('the server ended the subscription') });
        // What it refused once it would refuse again; what broke is opened again.
        if (!isRefused && this.#stream === stream) this.#later(isAcknowledged ? 0 : attempt + 1);
      });
    const outcome = await acknowledged.promise;
    late();
    this.#acknowledge = undefined;
    before?.abort();
    return outcome;
  }

  #later(attempt: number): void {
    if (this.#isClosed) return;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
    this.#timers.after(wait, () => {
      if (!this.#isClosed) void this.#renew(attempt);
    });
  }

  #filter(): JsonObject {
    return this.#uris.size === 0
      ? this.#changes
      : { ...this.#changes, resourceSubscriptions: Array.from(this.#uris) };
  }
}

function refused(message: string): RpcAnswer {
  return { error: { code: INTERNAL_ERROR, message } };
}
