/** A server in memory: answers as a test says, remembers what it was asked, and starts what a test wants. */
import { Fault, type JsonObject } from '@writ/core';
import type { ClientCall, RequestOptions, Upstream, UpstreamHandlers } from '../src/mcp/upstream/index.ts';
import type { RpcAnswer, RpcId } from '../src/mcp/rpc/index.ts';

/** What a server does with one request. */
export type Behaviour = (
  asked: { readonly method: string; readonly params: JsonObject | undefined; readonly signal: AbortSignal },
  server: MemoryUpstream,
  call: ClientCall | undefined,
) => RpcAnswer | Promise<RpcAnswer>;

/** The server. */
export class MemoryUpstream implements Upstream {
  readonly name: string;
  readonly isTrusted = true;
  readonly asked: { method: string; params: JsonObject | undefined }[] = [];
  readonly aborted: string[] = [];
  capabilities: JsonObject | undefined;
  fault: Fault | undefined;
  readonly #handlers: UpstreamHandlers;
  readonly #behave: Behaviour;
  readonly #answers = new Map<RpcId, (answer: RpcAnswer) => void>();
  #next = 1;
  isClosed = false;

  constructor(name: string, handlers: UpstreamHandlers, behave: Behaviour) {
    this.name = name;
    this.#handlers = handlers;
    this.#behave = behave;
  }

  async request(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions = {},
  ): Promise<RpcAnswer> {
    this.asked.push({ method, params });
    const { signal = new AbortController().signal } = options;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        this.aborted.push(method);
        reject(new Fault('guard.aborted', 'given up'));
      });
    });
    aborted.catch(() => {});
    return Promise.race([this.#behave({ method, params, signal }, this, options.call), aborted]);
  }

  notify(method: string, params?: JsonObject): void {
    this.asked.push({ method, params });
  }

  answer(id: RpcId, answer: RpcAnswer): void {
    this.#answers.get(id)?.(answer);
  }

  offers(): boolean {
    return true;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Tells the client something, on the stream of `call` where given. */
  tell(method: string, params?: JsonObject, call?: ClientCall): Promise<void> {
    const notification = {
      kind: 'notification' as const,
      method,
      ...(params === undefined ? {} : { params }),
    };
    return this.#handlers.notification(this, notification, call);
  }

  /** Asks the client something. */
  ask(method: string, params?: JsonObject, call?: ClientCall): Promise<RpcAnswer> {
    const id = `server-${this.#next}`;
    this.#next += 1;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      const request = { kind: 'request' as const, id, method, ...(params === undefined ? {} : { params }) };
      this.#handlers.request(this, request, call);
    });
  }

  /** Ends by itself. */
  die(): void {
    this.fault = new Fault('upstream.closed', `server \`${this.name}\` ended`);
    this.#handlers.ended(this, this.fault);
  }
}
