/** One legacy client (MCP 2024-11-05 to 2025-11-25): its session, the streams it reads, and what it is asked on them. */
import type { ServerResponse } from 'node:http';
import { type Caller, Fault, type JsonObject, type Timers } from '@writ/core';
import { type Origin, ProxySession } from '../../proxy/index.ts';
import {
  type ClientChannel,
  METHOD_NOT_FOUND,
  PendingRequests,
  type RpcAnswer,
  type RpcId,
  type RpcNotification,
  type RpcRequest,
} from '../../rpc/index.ts';
import { FIRST_WITH_PRIMING } from '../era/index.ts';
import type { Held } from '../session-table.ts';
import type { StreamOwner, Streams } from '../streams.ts';
import type { HttpFaceOptions } from '../types.ts';
import type { EventStream } from '../wire/index.ts';
import { EventLog, parseEventId } from './event-log.ts';
import { LegacyReply, type ReplySession } from './reply.ts';

/** What a session is opened with. */
export interface LegacySessionOptions {
  readonly id: string;
  readonly caller: Caller | undefined;
  /** {@link callerKey} of whoever opened it: nobody else may use it. */
  readonly owner: string;
  /** The version that the client asked for. */
  readonly version: string;
  readonly face: HttpFaceOptions;
  readonly streams: Streams;
  /** Its servers have all ended. */
  readonly deserted: () => void;
}

/** Why a stream is not opened. */
export type NotListening = 'conflict' | 'full' | 'gone';

/** An open session. */
export class LegacySession implements Held, ReplySession, StreamOwner {
  readonly id: string;
  readonly owner: string;
  readonly caller: Caller | undefined;
  readonly timers: Timers;
  readonly #options: LegacySessionOptions;
  readonly #proxy: ProxySession;
  readonly #pending = new PendingRequests();
  readonly #logs = new Map<string, EventLog>();
  readonly #standalone: EventLog;
  readonly #canResume: boolean;
  readonly #timersRunning = new Set<() => void>();
  #nextLog = 1;
  #wasHeard = false;

  constructor(options: LegacySessionOptions) {
    const { id, owner, caller, version, face } = options;
    this.id = id;
    this.owner = owner;
    this.caller = caller;
    this.#options = options;
    this.timers = { after: (ms, callback) => this.#after(ms, callback) };
    // Versions are dates, so their order is the order of their texts.
    this.#canResume = version >= FIRST_WITH_PRIMING;
    this.#standalone = new EventLog('get', this.#canResume);
    this.#logs.set(this.#standalone.id, this.#standalone);
    this.#proxy = new ProxySession({
      ports: face.ports,
      timers: face.timers,
      face: 'mcp_http',
      ...(caller === undefined ? {} : { caller }),
      openUpstreams: (handlers) =>
        face.openUpstreams(handlers, { era: 'legacy', ...(caller === undefined ? {} : { caller }) }),
      expose: face.expose,
      client: this.#client(),
      note: face.note,
      deserted: options.deserted,
    });
  }

  get isBusy(): boolean {
    return this.#proxy.size > 0 || [...this.#logs.values()].some((log) => log.isConnected);
  }

  /** Answers a request on `response`; `headers` are for a whole answer. Resolves with what it was. */
  async answer(
    message: RpcRequest,
    response: ServerResponse,
    origin: Omit<Origin, 'channel' | 'key'>,
    headers: Record<string, string> = {},
  ): Promise<RpcAnswer | undefined> {
    // The client's ids are unique in its session, and it cancels by them.
    const key = typeof message.id === 'string' ? `s${message.id}` : `n${message.id}`;
    const gone = (): void => this.#proxy.cancel(key, 'the client closed the response stream');
    const reply = new LegacyReply(this, response, gone);
    const answered = await this.#proxy.answer(message, { ...origin, channel: reply });
    if (answered === 'cancelled') {
      reply.abandon();
      return undefined;
    }
    const answer =
      answered === 'duplicate'
        ? { error: { code: -32600, message: 'the id of a request is that of one under way' } }
        : answered;
    reply.answer(message.id, answer, headers);
    return answer;
  }

  told(notification: RpcNotification, caller?: Caller): void {
    this.#proxy.told(notification, caller);
  }

  /** Takes the client's answer to a request of ours; `false` where nobody waits for it. */
  settle(id: RpcId, answer: RpcAnswer): boolean {
    return this.#pending.settle(id, answer);
  }

  /** Reads on `response` what belongs to no request, or goes on with the stream that `lastEventId` is of. */
  listen(response: ServerResponse, lastEventId: string | undefined): NotListening | undefined {
    const from = lastEventId === undefined ? undefined : parseEventId(lastEventId);
    if (lastEventId !== undefined && from === undefined) return 'gone';
    const log = from === undefined ? this.#standalone : this.#logs.get(from.stream);
    if (log === undefined) return 'gone';
    if (log.isConnected) return 'conflict';
    const stream = this.#openStream(response, log !== this.#standalone);
    if (stream === undefined) return 'full';
    // Who listens for the first time hears what was said before.
    const first = this.#wasHeard ? undefined : 0;
    if (log === this.#standalone) this.#wasHeard = true;
    if (!log.connect(stream, from?.sequence ?? (this.#canResume ? first : undefined))) {
      // Some of it is gone: the client hears what comes next rather than nothing.
      log.connect(stream);
    }
    return undefined;
  }

  openLog(response: ServerResponse): EventLog | undefined {
    const stream = this.#openStream(response, true);
    if (stream === undefined) return undefined;
    const log = new EventLog(`p${this.#nextLog}`, this.#canResume);
    this.#nextLog += 1;
    this.#logs.set(log.id, log);
    log.connect(stream);
    return log;
  }

  #openStream(response: ServerResponse, isCall: boolean): EventStream | undefined {
    const headers = { 'mcp-session-id': this.id };
    return this.#options.streams.open(response, this, { headers, isCall });
  }

  forget(log: EventLog): void {
    this.#logs.delete(log.id);
  }

  async ask(
    log: EventLog,
    method: string,
    params: JsonObject | undefined,
    signal?: AbortSignal,
  ): Promise<RpcAnswer> {
    const gaveUp = (): Fault => new Fault('guard.aborted', `\`${method.slice(0, 60)}\` was given up`);
    if (signal?.aborted === true) throw gaveUp();
    const { id, answer } = this.#pending.open((fresh) => {
      const asked = { jsonrpc: '2.0', id: fresh, method, ...(params === undefined ? {} : { params }) };
      if (!log.write(asked, true)) throw new Fault('upstream.closed', 'the client is gone');
    });
    const cancel = (): void => {
      this.#pending.drop(id, gaveUp());
      log.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } }, false);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  idle(): Promise<void> {
    return this.#proxy.idle();
  }

  async close(why?: Fault): Promise<void> {
    await this.#proxy.close(why);
    this.#pending.failAll(new Fault('upstream.closed', 'the session has ended'));
    for (const log of this.#logs.values()) log.end();
    this.#logs.clear();
    for (const cancel of this.#timersRunning) cancel();
  }

  /** What belongs to no request goes to the stream for it; where none is read, to the newest that is. */
  #client(): ClientChannel {
    const log = (): EventLog => {
      if (this.#standalone.isConnected) return this.#standalone;
      return [...this.#logs.values()].findLast((one) => one.isConnected) ?? this.#standalone;
    };
    const request: ClientChannel['request'] = (method, params, signal) => {
      const open = log();
      if (open.isConnected) return this.ask(open, method, params, signal);
      const message = 'the client reads no stream on which it could be asked';
      return Promise.resolve({ error: { code: METHOD_NOT_FOUND, message } });
    };
    return {
      get isFull() {
        return log().isFull;
      },
      drained: () => log().drained(),
      notify: (method, params) =>
        log().write({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) }, false),
      request,
    };
  }

  /** Timers that end with the session. */
  #after(ms: number, callback: () => void): () => void {
    const cancel = this.#options.face.timers.after(ms, () => {
      this.#timersRunning.delete(cancel);
      callback();
    });
    this.#timersRunning.add(cancel);
    return () => {
      this.#timersRunning.delete(cancel);
      cancel();
    };
  }
}
