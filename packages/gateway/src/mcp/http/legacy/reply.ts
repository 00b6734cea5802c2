/** The answer to one request of a legacy session: whole where nothing comes before it, else an event stream that can be resumed. */
import type { ServerResponse } from 'node:http';
import type { JsonObject, Timers } from '@writ/core';
import type { ClientChannel, RpcAnswer, RpcId } from '../../rpc/index.ts';
import { KEEP_ALIVE_MS, RESUME_MS } from '../limits.ts';
import { writeAnswer } from '../wire/index.ts';
import type { EventLog } from './event-log.ts';

/** What a reply needs of its session. */
export interface ReplySession {
  readonly id: string;
  readonly timers: Timers;
  /** Opens a stream on `response` and reads a new log there; `undefined` where too many are open. */
  openLog(response: ServerResponse): EventLog | undefined;
  /** Nobody will ask for the log any more. */
  forget(log: EventLog): void;
  /** Asks the client with a request on `log`. */
  ask(
    log: EventLog,
    method: string,
    params: JsonObject | undefined,
    signal?: AbortSignal,
  ): Promise<RpcAnswer>;
}

/** The channel of one request. */
export class LegacyReply implements ClientChannel {
  readonly #session: ReplySession;
  readonly #response: ServerResponse;
  readonly #gone: () => void;
  #cancelTimer: () => void;
  #log: EventLog | undefined;
  #isAnswered = false;

  /** `gone` is called once when the client is gone for good before the answer. */
  constructor(session: ReplySession, response: ServerResponse, gone: () => void) {
    this.#session = session;
    this.#response = response;
    this.#gone = gone;
    this.#cancelTimer = session.timers.after(KEEP_ALIVE_MS, () => void this.#begin());
    response.on('close', () => this.#lost());
  }

  get isFull(): boolean {
    return this.#log?.isFull ?? false;
  }

  async drained(): Promise<void> {
    await this.#log?.drained();
  }

  notify(method: string, params?: JsonObject): boolean {
    const message = params === undefined ? { jsonrpc: '2.0', method } : { jsonrpc: '2.0', method, params };
    return this.#begin()?.write(message, false) ?? false;
  }

  request(method: string, params: JsonObject | undefined, signal?: AbortSignal): Promise<RpcAnswer> {
    const log = this.#begin();
    if (log === undefined) throw new TypeError('a client without a stream cannot be asked');
    return this.#session.ask(log, method, params, signal);
  }

  open(): void {
    this.#begin();
  }

  pause(retryMs: number | undefined): void {
    this.#begin()?.pause(retryMs);
  }

  /** Ends it; `headers` are for an answer that is no stream. */
  answer(id: RpcId, answer: RpcAnswer, headers: Record<string, string> = {}): void {
    this.#isAnswered = true;
    this.#cancelTimer();
    if (this.#log === undefined) {
      writeAnswer(this.#response, id, answer, 200, headers);
      return;
    }
    const log = this.#log;
    log.end({ jsonrpc: '2.0', id, ...answer });
    if (!log.canResume || log.isConnected) this.#session.forget(log);
    else this.#session.timers.after(RESUME_MS, () => this.#session.forget(log));
  }

  /** Ends it without an answer: the client does not want one. */
  abandon(): void {
    this.#isAnswered = true;
    this.#cancelTimer();
    if (this.#log === undefined) {
      if (!this.#response.headersSent) this.#response.writeHead(204).end();
      return;
    }
    this.#log.end();
    this.#session.forget(this.#log);
  }

  #begin(): EventLog | undefined {
    if (this.#log !== undefined) return this.#log;
    if (this.#response.headersSent || this.#response.destroyed) return undefined;
    this.#cancelTimer();
    this.#log = this.#session.openLog(this.#response);
    return this.#log;
  }

  /** The connection is gone. A client that can resume gets some time for it. */
  #lost(): void {
    if (this.#isAnswered) return;
    this.#cancelTimer();
    const log = this.#log;
    if (log === undefined || !log.canResume) {
      this.#gone();
      return;
    }
    this.#cancelTimer = this.#session.timers.after(RESUME_MS, () => {
      if (this.#isAnswered) return;
      if (log.isConnected) this.#lost();
      else this.#gone();
    });
  }
}
