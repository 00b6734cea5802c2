/** What comes on one stream of a server, in order: the answer to one request, and what it tells and asks before. */
import type { Fault } from '@writ/core';
import {
  idKey,
  type MalformedLine,
  type RpcAnswer,
  type RpcId,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
  UPSTREAM_UNAVAILABLE,
} from '../../rpc/index.ts';
import type { ClientCall } from '../types.ts';
import type { EventTaker } from './body.ts';

/** Notifications of one stream that may wait to be judged before it is no longer read. */
const MAX_WAITING_NOTIFICATIONS = 256;

/** Whose inbox it is. */
export interface InboxOwner {
  readonly name: string;
  asked(request: RpcRequest, inbox: Inbox): void;
  /** Resolves once delivered or dropped. */
  told(notification: RpcNotification, inbox: Inbox): Promise<void>;
  malformed(line: MalformedLine): void;
  busy(): Promise<void> | undefined;
}

/** The messages of one stream. */
export class Inbox implements EventTaker {
  /** Id of the request that is answered here; absent on a stream that answers none. */
  readonly id: RpcId | undefined;
  /** The client's request that it serves. */
  readonly call: ClientCall | undefined;
  /** The answer, or why none comes. */
  readonly answer: Promise<RpcAnswer>;
  /** Id of the last event; absent where events have none, and the stream cannot be resumed. */
  lastEventId: string | undefined;
  /** How long the server wants to be left alone before it is resumed, in milliseconds. */
  retryMs: number | undefined;
  /** Events so far. */
  events = 0;
  readonly #owner: InboxOwner;
  #resolve: (answer: RpcAnswer) => void = () => {};
  #reject: (why: Fault) => void = () => {};
  #notified: Promise<void> | undefined;
  #waiting = 0;
  #isAnswered = false;
  #hasFailed = false;

  constructor(owner: InboxOwner, id: RpcId | undefined, call: ClientCall | undefined) {
    this.#owner = owner;
    this.id = id;
    this.call = call;
    this.answer = new Promise<RpcAnswer>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever asked awaits it; a fault before that must not end the process.
    this.answer.catch(() => {});
  }

  /** Whether nothing more is expected here. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Whether no answer came and none will. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  take(message: RpcMessage | MalformedLine): void {
    this.events += 1;
    switch (message.kind) {
      case 'request':
        this.#owner.asked(message, this);
        return;
      case 'notification':
        this.#tell(message);
        return;
      case 'response':
        if (this.#isMine(message.id)) this.settle(message.answer);
        else this.#owner.malformed(strayAnswer(message.id));
        return;
      case 'malformed':
        this.#takeMalformed(message);
        return;
      default:
        message satisfies never;
    }
  }

  /** INVARIANT: an answer never overtakes a notification that came before it. */
  settle(answer: RpcAnswer): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    if (this.#waiting === 0) this.#resolve(answer);
    else void this.#notified?.then(() => this.#resolve(answer));
  }

  /** No answer comes. Nothing where one came. */
  fail(why: Fault): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#hasFailed = true;
    this.#reject(why);
  }

  busy(): Promise<void> | undefined {
    if (this.#waiting > MAX_WAITING_NOTIFICATIONS) return this.#notified;
    if (this.call?.channel.isFull === true) return this.call.channel.drained();
    return this.#owner.busy();
  }

  seen(eventId: string): void {
    this.lastEventId = eventId;
    this.events += 1;
  }

  retry(ms: number): void {
    this.retryMs = ms;
  }

  #isMine(id: RpcId): boolean {
    return !this.#isAnswered && this.id !== undefined && idKey(id) === idKey(this.id);
  }

  #tell(notification: RpcNotification): void {
    this.#waiting += 1;
    const before = this.#notified ?? Promise.resolve();
    this.#notified = before.then(async () => {
      await this.#owner.told(notification, this);
      this.#waiting -= 1;
    });
  }

  #takeMalformed(line: MalformedLine): void {
    this.#owner.malformed(line);
    if (line.of !== 'response' || line.id === null || !this.#isMine(line.id)) return;
    const message = `server \`${this.#owner.name}\` sent an answer that cannot be passed on: ${line.problem}`;
    this.settle({ error: { code: UPSTREAM_UNAVAILABLE, message } });
  }
}

/** An answer that nobody waits for on this stream: to another request, or the second to this one. */
function strayAnswer(id: RpcId): MalformedLine {
  const message = 'an answer came on a stream whose request it does not answer';
  return {
    kind: 'malformed',
    code: 'rpc.malformed',
    error: { code: UPSTREAM_UNAVAILABLE, message },
    of: 'response',
    id,
    problem: message,
  };
}
