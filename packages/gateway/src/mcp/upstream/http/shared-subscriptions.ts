/** `subscriptions/listen` to one server: clients that want to hear the same share one stream, however many they are. */
import type { Fault } from '@writ/core';
import type { MalformedLine, RpcAnswer, RpcNotification, RpcRequest } from '../../rpc/index.ts';
import { Inbox, type InboxOwner } from './inbox.ts';

/** Notifications that wait for one subscriber to judge them; what comes on top of them it does not hear. */
const MAX_WAITING = 256;
/** Id of the only request on a stream of its own. */
const ID = 1;
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

/** Somebody who listens. */
export interface Subscriber {
  /** Resolves once delivered or dropped. */
  told(notification: RpcNotification, inbox: Inbox): Promise<void>;
  asked(request: RpcRequest, inbox: Inbox): void;
  malformed(line: MalformedLine): void;
}

/** What is sent, and can be ended. */
export interface OpenedStream {
  abort(): void;
}

/** Opens the stream that `inbox` reads, and fails it where none comes. */
export type OpenStream = (inbox: Inbox) => OpenedStream;

/** The subscriptions of all sessions to one server. */
export class SharedSubscriptions {
  readonly #server: string;
  readonly #streams = new Map<string, SharedStream>();

  constructor(server: string) {
    this.#server = server;
  }

  /** Streams that are open. */
  get size(): number {
    return this.#streams.size;
  }

  /**
   * Listens with all others of `key`, or opens the stream as the first of them. Resolves and rejects with its end, or rejects with the reason of
   * `leaving`, a {@link Fault}. INVARIANT: equal keys mean that the server would send the same to both.
   */
  async join(
    key: string,
    subscriber: Subscriber,
    open: OpenStream,
    leaving: AbortSignal,
  ): Promise<{ readonly answer: RpcAnswer; readonly inbox: Inbox }> {
    const known = this.#streams.get(key);
    const stream = known ?? new SharedStream(this.#server);
    if (known === undefined) {
      this.#streams.set(key, stream);
      stream.open(open);
    }
    const forget = (): void => {
      if (this.#streams.get(key) === stream) this.#streams.delete(key);
    };
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(leaving.reason as Fault);
    leaving.addEventListener('abort', leave, { once: true });
    if (leaving.aborted) leave();
    stream.add(subscriber);
    try {
      const answer = await Promise.race([stream.inbox.answer, left.promise]);
      forget();
      await stream.heard(subscriber);
      return { answer, inbox: stream.inbox };
    } catch (thrown) {
      if (stream.inbox.isAnswered) forget();
      throw thrown;
    } finally {
      leaving.removeEventListener('abort', leave);
      if (stream.remove(subscriber)) {
        forget();
        stream.end();
      }
    }
  }
}

/** One stream. */
class SharedStream implements InboxOwner {
  readonly name: string;
  readonly inbox: Inbox;
  /** With what is on its way to each, in order. */
  readonly #subscribers = new Map<Subscriber, { waiting: number; last: Promise<void> }>();
  /** What the server acknowledged; whoever comes later is told it as well. */
  #acknowledged: RpcNotification | undefined;
  #stream: OpenedStream | undefined;

  constructor(server: string) {
    this.name = server;
    this.inbox = new Inbox(this, ID, undefined);
  }

  open(open: OpenStream): void {
    this.#stream = open(this.inbox);
  }

  end(): void {
    this.#stream?.abort();
  }

  add(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber, { waiting: 0, last: Promise.resolve() });
    if (this.#acknowledged !== undefined) this.#tell(subscriber, this.#acknowledged);
  }

  /** Whether nobody is left. */
  remove(subscriber: Subscriber): boolean {
    this.#subscribers.delete(subscriber);
    return this.#subscribers.size === 0;
  }

  /** Resolves once `subscriber` was told everything that came. */
  async heard(subscriber: Subscriber): Promise<void> {
    await this.#subscribers.get(subscriber)?.last;
  }

  /** One that is slow holds up nobody else. */
  told(notification: RpcNotification): Promise<void> {
    if (notification.method === ACKNOWLEDGED) this.#acknowledged = notification;
    for (const subscriber of this.#subscribers.keys()) this.#tell(subscriber, notification);
    return Promise.resolve();
  }

  asked(request: RpcRequest, inbox: Inbox): void {
    this.#first()?.asked(request, inbox);
  }

  /** Counted once. */
  malformed(line: MalformedLine): void {
    this.#first()?.malformed(line);
  }

  busy(): undefined {
    return undefined;
  }

  #first(): Subscriber | undefined {
    const [first] = this.#subscribers.keys();
    return first;
  }

  #tell(subscriber: Subscriber, notification: RpcNotification): void {
    const queue = this.#subscribers.get(subscriber);
    if (queue === undefined || queue.waiting >= MAX_WAITING) return;
    queue.waiting += 1;
    queue.last = queue.last.then(async () => {
      await subscriber.told(notification, this.inbox);
      queue.waiting -= 1;
    });
  }
}
