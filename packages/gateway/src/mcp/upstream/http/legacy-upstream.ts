/** A server over Streamable HTTP of the legacy era (MCP 2024-11-05 to 2025-11-25): a session, streams that resume, and requests of the server's own. */
import { type Caller, Fault, isFault, isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import {
  idKey,
  type MalformedLine,
  type RpcAnswer,
  type RpcId,
  type RpcNotification,
  type RpcRequest,
} from '../../rpc/index.ts';
import type { RequestOptions, Upstream, UpstreamHandlers } from '../types.ts';
import { Inbox, type InboxOwner } from './inbox.ts';
import { LegacySession } from './legacy-session.ts';
import { aborted, bodyOf, broken, type LinkOptions, POST_HEADERS, refused } from './link.ts';
import { Lingering } from './lingering.ts';
import { MAX_FRUITLESS_ATTEMPTS, waitBefore } from './reconnect.ts';
import { type Outgoing, Sending, type Sent } from './sending.ts';

const GET_HEADERS: readonly string[] = ['accept', 'text/event-stream'];
/** Event ids that can stand in a header; a stream whose ids cannot is not resumed. */
const EVENT_ID = /^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/;
/** Longest text of a reason that is passed on, in UTF-16 units. */
const MAX_REASON_LENGTH = 500;
/** Requests of the server that are remembered with whom they were asked of; the oldest leave first. */
const MAX_ASKED = 1_024;
/** How long the end of a session may take, in milliseconds. */
export const CLOSE_GRACE_MS = 2_000;

/** One session with one server. */
export class LegacyHttpUpstream implements Upstream, InboxOwner {
  readonly name: string;
  readonly isTrusted: boolean;
  capabilities: JsonObject | undefined;
  readonly #options: LinkOptions;
  readonly #handlers: UpstreamHandlers;
  readonly #session: LegacySession;
  readonly #lingering: Lingering;
  /** Streams that are open or wait to be opened again. */
  readonly #open = new Map<Inbox, Sending>();
  readonly #asked = new Map<string, Caller | undefined>();
  readonly #waits = new Set<() => void>();
  #nextId = 1;
  #losses = 0;
  /** The client's `initialized` on its way: what comes later must not overtake it. */
  #settling: Promise<void> | undefined;
  #listening: Inbox | undefined;
  /** Whose session it is, by the newest request: what belongs to none is sent with a credential that still holds. */
  #caller: Caller | undefined;
  #fault: Fault | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: LinkOptions, handlers: UpstreamHandlers) {
    this.name = options.name;
    this.isTrusted = options.isTrusted;
    this.#options = options;
    this.#handlers = handlers;
    this.#session = new LegacySession(options.name);
    this.#caller = options.caller;
    this.#lingering = new Lingering(options.timers);
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Requests and streams that broke: between them another server may have come to stand here, most of all one that keeps no sessions. */
  get linkNumber(): number {
    return this.#losses;
  }

  async request(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions = {},
  ): Promise<RpcAnswer> {
    const { signal, call } = options;
    if (this.#settling !== undefined) await this.#settling;
    if (this.#fault !== undefined) throw this.#fault;
    if (signal?.aborted === true) throw aborted(method);
    this.#caller = call?.caller ?? this.#caller;
    const inbox = new Inbox(this, this.#nextId, call);
    this.#nextId += 1;
    const cancel = (): void => this.#cancel(inbox, method, signal?.reason);
    signal?.addEventListener('abort', cancel, { once: true });
    void this.#carry(inbox, method, params);
    try {
      const answer = await inbox.answer;
      if (method === 'initialize') this.#session.agree(answer);
      return answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#leave(inbox);
    }
  }

  notify(method: string, params?: JsonObject): void {
    if (this.#fault !== undefined) return;
    const sent = this.#post(params === undefined ? { method } : { method, params });
    if (method !== 'notifications/initialized') return;
    this.#settling = sent.then(() => {
      this.#settling = undefined;
      void this.#listen();
    });
  }

  answer(id: RpcId, answer: RpcAnswer): void {
    const caller = this.#asked.get(idKey(id));
    this.#asked.delete(idKey(id));
    if (this.#fault === undefined) void this.#post({ id, ...answer }, caller);
  }

  offers(feature: string): boolean {
    return this.capabilities === undefined || isJsonObject(ownProperty(this.capabilities, feature));
  }

  /** Ends everything here, and the session at the server where it takes no longer than {@link CLOSE_GRACE_MS}. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  asked(request: RpcRequest, { call }: Inbox): void {
    const [oldest] = this.#asked.keys();
    if (this.#asked.size >= MAX_ASKED && oldest !== undefined) this.#asked.delete(oldest);
    this.#asked.set(idKey(request.id), call?.caller);
    this.#handlers.request(this, request, call);
  }

  told(notification: RpcNotification, { call }: Inbox): Promise<void> {
    return this.#handlers.notification(this, notification, call);
  }

  malformed(line: MalformedLine): void {
    this.#handlers.malformed(this, line);
    if (line.of === 'call' && line.id !== null) this.answer(line.id, { error: line.error });
  }

  busy(): Promise<void> | undefined {
    return this.#handlers.busy();
  }

  /** Sends a request and reads what comes, again and again while its stream can be resumed, until it is answered. */
  async #carry(inbox: Inbox, method: string, params: JsonObject | undefined): Promise<void> {
    const isFirst = method === 'initialize';
    if (isFirst) this.#session.forget();
    const message =
      params === undefined ? { id: inbox.id ?? 0, method } : { id: inbox.id ?? 0, method, params };
    try {
      let sent = await this.#send(inbox, {
        method: 'POST',
        headers: [...POST_HEADERS, ...this.#session.headers],
        body: bodyOf(message),
        onHead: (headers, isEventStream) => {
          if (isFirst) this.#session.begin(headers);
          // The client's stream does what the server's does: it opens, is let go of, and answers.
          else if (isEventStream) inbox.call?.channel.open?.();
        },
      });
      for (let fruitless = 0; sent.kind === 'read' && this.#canResume(inbox); ) {
        if (fruitless > MAX_FRUITLESS_ATTEMPTS) break;
        const { events } = inbox;
        inbox.call?.channel.pause?.(inbox.retryMs);
        await this.#wait(waitBefore(fruitless, inbox.retryMs));
        if (inbox.isAnswered) return;
        sent = await this.#get(inbox);
        fruitless = inbox.events > events ? 0 : fruitless + 1;
      }
      if (inbox.isAnswered) return;
      if (sent.kind === 'read' || sent.status >= 500) this.#losses += 1;
      if (sent.kind === 'read') inbox.fail(broken(this.name, 'it ended the stream before the answer'));
      else if (!this.#isGone(sent)) {
        if (sent.error === undefined) inbox.fail(refused(this.name, sent.status));
        else inbox.settle({ error: sent.error });
      }
    } catch (thrown) {
      if (!inbox.isAnswered) this.#losses += 1;
      inbox.fail(isFault(thrown) ? thrown : broken(this.name, 'its answer cannot be read'));
    }
  }

  /** The stream for what belongs to no request, for as long as the session lasts; many servers offer none. */
  async #listen(): Promise<void> {
    const inbox = new Inbox(this, undefined, undefined);
    if (this.#listening !== undefined) this.#leave(this.#listening);
    this.#listening = inbox;
    for (let fruitless = 0; this.#fault === undefined && this.#listening === inbox; ) {
      const { events } = inbox;
      const sent = await this.#get(inbox).catch(() => undefined);
      if (sent === undefined || (sent.kind === 'refused' && sent.status >= 500)) this.#losses += 1;
      if (sent?.kind === 'refused' && sent.status < 500) {
        this.#isGone(sent);
        return;
      }
      fruitless = inbox.events > events ? 0 : fruitless + 1;
      await this.#wait(waitBefore(fruitless, inbox.retryMs));
    }
  }

  #canResume({ isAnswered, lastEventId }: Inbox): boolean {
    return (
      !isAnswered && this.#fault === undefined && lastEventId !== undefined && EVENT_ID.test(lastEventId)
    );
  }

  #get(inbox: Inbox): Promise<Sent> {
    const { lastEventId } = inbox;
    const resumed =
      lastEventId === undefined || !EVENT_ID.test(lastEventId) ? [] : ['last-event-id', lastEventId];
    const headers = [...GET_HEADERS, ...this.#session.headers, ...resumed];
    return this.#send(inbox, { method: 'GET', headers, isStream: true });
  }

  #send(inbox: Inbox, outgoing: Omit<Outgoing, 'inbox' | 'caller'>): Promise<Sent> {
    const caller = inbox.call?.caller ?? this.#caller;
    const sending = new Sending(this.#options, { ...outgoing, inbox, caller });
    this.#open.set(inbox, sending);
    return sending.done;
  }

  /** Sends what nobody waits for. Never rejects. */
  async #post(message: JsonObject, caller: Caller | undefined = this.#caller): Promise<void> {
    const headers = [...POST_HEADERS, ...this.#session.headers];
    const sending = new Sending(this.#options, { method: 'POST', headers, body: bodyOf(message), caller });
    await sending.done.then(
      (sent) => this.#isGone(sent),
      // A server that cannot be told will be missed by the next request.
      () => {},
    );
  }

  #cancel(inbox: Inbox, method: string, reason: unknown): void {
    inbox.fail(aborted(method));
    // MCP: `initialize` is never cancelled.
    if (method === 'initialize' || inbox.id === undefined) return;
    const text =
      typeof reason === 'string' ? { reason: reason.slice(0, MAX_REASON_LENGTH).toWellFormed() } : {};
    const params = { requestId: inbox.id, ...text };
    void this.#post({ method: 'notifications/cancelled', params }, inbox.call?.caller);
  }

  /** Its request was answered or given up: what is still open of it ends. */
  #leave(inbox: Inbox): void {
    const sending = this.#open.get(inbox);
    this.#open.delete(inbox);
    if (sending === undefined || sending.isOver) return;
    if (inbox.isAnswered && !inbox.hasFailed) this.#lingering.add(sending);
    else sending.abort();
  }

  /** Whether the server says that it knows the session no more, which ends it here. */
  #isGone(sent: Sent): boolean {
    if (sent.kind !== 'refused' || sent.status !== 404 || !this.#session.hasId) return false;
    const problem = `server \`${this.name}\` ended the session (HTTP 404)`;
    this.#end(
      new Fault('upstream.closed', problem, { server: this.name, status: 404, hint: 'connect again' }),
    );
    return true;
  }

  #end(why: Fault): void {
    if (this.#fault !== undefined) return;
    this.#fault = why;
    for (const [inbox, sending] of Array.from(this.#open)) {
      inbox.fail(why);
      sending.abort();
    }
    this.#open.clear();
    this.#lingering.clear();
    for (const go of Array.from(this.#waits)) go();
    this.#handlers.ended(this, why);
  }

  async #close(): Promise<void> {
    const { hasId, headers } = this.#session;
    const isOpen = this.#fault === undefined;
    this.#end(
      new Fault('upstream.closed', `the link to server \`${this.name}\` was closed`, { server: this.name }),
    );
    if (!hasId || !isOpen) return;
    const sending = new Sending(this.#options, {
      method: 'DELETE',
      headers: [...headers],
      caller: this.#caller,
    });
    const cancel = this.#options.timers.after(CLOSE_GRACE_MS, () => sending.abort());
    await sending.done.catch(() => {});
    cancel();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        cancel();
        this.#waits.delete(go);
        resolve();
      };
      const cancel = this.#options.timers.after(ms, go);
      this.#waits.add(go);
    });
  }
}
