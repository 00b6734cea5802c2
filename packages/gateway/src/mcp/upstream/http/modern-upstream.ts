/** A server over Streamable HTTP of the modern era (MCP 2026-07-28): each request a POST of its own, and nothing between them. */
import { canonicalJson, Fault, isFault, isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import type { HeaderAnnotation } from '../../../definitions/index.ts';
import {
  INVALID_PARAMS,
  type MalformedLine,
  type RpcAnswer,
  type RpcId,
  type RpcNotification,
  type RpcRequest,
} from '../../rpc/index.ts';
import { META, withEnvelope } from '../envelope.ts';
import type { RequestOptions, Upstream, UpstreamHandlers } from '../types.ts';
import { Inbox, type InboxOwner } from './inbox.ts';
import { aborted, bodyOf, broken, type LinkOptions, POST_HEADERS, refused } from './link.ts';
import { Lingering } from './lingering.ts';
import { ListedHeaders } from './listed-headers.ts';
import { requestHeaders } from './request-headers.ts';
import { Sending } from './sending.ts';
import { renameSubscription } from './subscription-id.ts';

const LISTEN = 'subscriptions/listen';
/** The form of every version; another could not stand in a header. */
const VERSION = /^[\x21-\x7e]{1,64}$/;
/** What a modern client tells over HTTP: nothing of these; closing a stream cancels. */
const UNTOLD: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/roots/list_changed',
]);

/** One session's way to one server. */
export class ModernHttpUpstream implements Upstream, InboxOwner {
  readonly name: string;
  readonly isTrusted: boolean;
  capabilities: JsonObject | undefined;
  readonly #options: LinkOptions;
  readonly #handlers: UpstreamHandlers;
  readonly #listed = new ListedHeaders();
  readonly #lingering: Lingering;
  readonly #open = new Map<Inbox, Sending>();
  /** Ends what is listened to over this link. */
  readonly #listening = new Set<AbortController>();
  #nextId = 1;
  #losses = 0;
  #fault: Fault | undefined;

  constructor(options: LinkOptions, handlers: UpstreamHandlers) {
    this.name = options.name;
    this.isTrusted = options.isTrusted;
    this.#options = options;
    this.#handlers = handlers;
    this.#lingering = new Lingering(options.timers);
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Requests and streams that broke: between them another server may have come to stand here. */
  get linkNumber(): number {
    return this.#losses;
  }

  async request(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions = {},
  ): Promise<RpcAnswer> {
    const { signal, call } = options;
    if (this.#fault !== undefined) throw this.#fault;
    if (signal?.aborted === true) throw aborted(method);
    const enveloped = withEnvelope(params);
    const headers = this.#headers(method, enveloped);
    if ('problem' in headers) return { error: { code: INVALID_PARAMS, message: headers.problem } };
    if (method === LISTEN) return this.#listen(enveloped, headers, options);
    const inbox = new Inbox(this, this.#nextId, call);
    this.#nextId += 1;
    const cancel = (): void => inbox.fail(aborted(method));
    signal?.addEventListener('abort', cancel, { once: true });
    void this.#carry(inbox, method, enveloped, headers);
    try {
      const answer = await inbox.answer;
      if (method === 'tools/list') this.#listed.learn(answer);
      return answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#leave(inbox);
    }
  }

  notify(method: string, params?: JsonObject): void {
    if (this.#fault !== undefined || UNTOLD.has(method)) return;
    const enveloped = withEnvelope(params);
    const headers = this.#headers(method, enveloped);
    if ('problem' in headers) return;
    const body = bodyOf({ method, params: enveloped });
    const { caller } = this.#options;
    // A server that cannot be told will be missed by the next request.
    void new Sending(this.#options, { method: 'POST', headers, body, caller }).done.catch(() => {});
  }

  /** Nothing: a modern server asks within its results. */
  answer(_id: RpcId, _answer: RpcAnswer): void {}

  offers(feature: string): boolean {
    return this.capabilities === undefined || isJsonObject(ownProperty(this.capabilities, feature));
  }

  /** Ends every stream, which tells the server. Idempotent. */
  close(): Promise<void> {
    if (this.#fault !== undefined) return Promise.resolve();
    const why = new Fault('upstream.closed', `the link to server \`${this.name}\` was closed`, {
      server: this.name,
    });
    this.#fault = why;
    for (const [inbox, sending] of Array.from(this.#open)) {
      inbox.fail(why);
      sending.abort();
    }
    this.#open.clear();
    for (const leaving of Array.from(this.#listening)) leaving.abort(why);
    this.#lingering.clear();
    this.#handlers.ended(this, why);
    return Promise.resolve();
  }

  asked(request: RpcRequest): void {
    const message = 'it asks on its own, which no modern server does';
    this.malformed({
      kind: 'malformed',
      code: 'rpc.malformed',
      error: { code: INVALID_PARAMS, message },
      of: 'call',
      id: request.id,
      problem: message,
    });
  }

  told(notification: RpcNotification, { call }: Inbox): Promise<void> {
    return this.#handlers.notification(this, notification, call);
  }

  malformed(line: MalformedLine): void {
    this.#handlers.malformed(this, line);
  }

  busy(): Promise<void> | undefined {
    return this.#handlers.busy();
  }

  async #carry(inbox: Inbox, method: string, params: JsonObject, headers: string[]): Promise<void> {
    const caller = inbox.call?.caller ?? this.#options.caller;
    const body = bodyOf({ id: inbox.id ?? 0, method, params });
    const sending = new Sending(this.#options, { method: 'POST', headers, body, inbox, caller });
    this.#open.set(inbox, sending);
    await readInto(inbox, sending, this.name, () => {
      this.#losses += 1;
    });
  }

  /** Hears with all who want to hear the same; only the stream's end and its tags are each one's own. */
  async #listen(
    params: JsonObject,
    headers: readonly string[],
    { signal, call }: RequestOptions,
  ): Promise<RpcAnswer> {
    const { subscriptions, shownAs } = this.#options;
    const caller = call?.caller ?? this.#options.caller;
    const leaving = new AbortController();
    const giveUp = (): void => leaving.abort(aborted(LISTEN));
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#listening.add(leaving);
    const rename = <Value extends JsonObject>(value: Value, id: RpcId | undefined): JsonObject =>
      call === undefined || id === undefined ? value : renameSubscription(value, id, call.request.id);
    try {
      const { answer, inbox } = await subscriptions.join(
        canonicalJson([shownAs(caller), hearing(params)]),
        {
          told: (notification, { id }) => {
            const { params: said } = notification;
            const told = said === undefined ? notification : { ...notification, params: rename(said, id) };
            return this.#handlers.notification(this, told, call);
          },
          asked: (request) => this.asked(request),
          malformed: (line) => this.malformed(line),
        },
        (opened) => {
          const body = bodyOf({ id: opened.id ?? 0, method: LISTEN, params });
          const outgoing = { method: 'POST', headers, body, inbox: opened, caller, isStream: true } as const;
          const sending = new Sending(this.#options, outgoing);
          void readInto(opened, sending, this.name, () => {});
          return sending;
        },
        leaving.signal,
      );
      return 'result' in answer && isJsonObject(answer.result)
        ? { result: rename(answer.result, inbox.id) }
        : answer;
    } catch (thrown) {
      if (!leaving.signal.aborted && !isFault(thrown, 'bound.exceeded')) this.#losses += 1;
      throw thrown;
    } finally {
      this.#listening.delete(leaving);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  #headers(method: string, params: JsonObject): string[] | { readonly problem: string } {
    const meta = ownProperty(params, '_meta');
    const version = isJsonObject(meta) ? ownProperty(meta, META.protocolVersion) : undefined;
    if (typeof version !== 'string' || !VERSION.test(version))
      return { problem: `\`_meta["${META.protocolVersion}"]\` is no protocol version` };
    const mirrored = method === 'tools/call' ? this.#mirrored(params) : [];
    const pairs = requestHeaders(method, params, version, mirrored);
    return Array.isArray(pairs) ? [...POST_HEADERS, ...pairs] : pairs;
  }

  #mirrored(params: JsonObject): readonly HeaderAnnotation[] {
    const tool = ownProperty(params, 'name');
    if (typeof tool !== 'string') return [];
    const { parameterHeaders } = this.#options;
    return parameterHeaders === undefined ? this.#listed.of(tool) : parameterHeaders(tool);
  }

  /** Its request was answered or given up: what is still open of it ends. */
  #leave(inbox: Inbox): void {
    const sending = this.#open.get(inbox);
    this.#open.delete(inbox);
    if (sending === undefined || sending.isOver) return;
    if (inbox.hasFailed) sending.abort();
    else this.#lingering.add(sending);
  }
}

/** Fails or settles `inbox` by how `sending` ended; `lost` is told where it broke. */
async function readInto(inbox: Inbox, sending: Sending, server: string, lost: () => void): Promise<void> {
  try {
    const sent = await sending.done;
    if (inbox.isAnswered) return;
    if (sent.kind === 'read' || sent.status >= 500) lost();
    if (sent.kind === 'read') inbox.fail(broken(server, 'it ended the stream before the answer'));
    else if (sent.error === undefined) inbox.fail(refused(server, sent.status));
    else inbox.settle({ error: sent.error });
  } catch (thrown) {
    if (!inbox.isAnswered) lost();
    inbox.fail(isFault(thrown) ? thrown : broken(server, 'its answer cannot be read'));
  }
}

/** All by which a server could tell two subscriptions apart but who asks: what is wanted, in which version, by a client that can do what. */
function hearing(params: JsonObject): JsonObject {
  const { _meta, ...wanted } = params;
  const meta = isJsonObject(_meta) ? _meta : {};
  const version = ownProperty(meta, META.protocolVersion) ?? null;
  return { wanted, version, capabilities: ownProperty(meta, META.clientCapabilities) ?? null };
}
