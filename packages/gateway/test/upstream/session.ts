/** One session's link to one server, with a client that answers what it is asked. */
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type Caller, type Fault, type JsonObject, systemTimers, type Timers } from '@writ/core';
import { Servers, type ServersOptions } from '../../src/mcp/upstream/index.ts';
import type { ClientCall, Upstream } from '../../src/mcp/upstream/index.ts';
import type { UpstreamConfig } from '../../src/mcp/index.ts';

type Answer = Awaited<ReturnType<Upstream['request']>>;

/** What a modern client says of itself. */
export const META: JsonObject = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, sampling: {}, roots: {} },
};

/** What a legacy client says of itself. */
export const INITIALIZE: JsonObject = {
  protocolVersion: '2025-06-18',
  capabilities: { elicitation: {}, sampling: {}, roots: {} },
  clientInfo: { name: 'test', version: '1' },
};

/** Something the server told or asked. */
export interface Heard {
  readonly method: string;
  readonly params: JsonObject | undefined;
  /** Id of the client's request on whose stream it came; absent where it belongs to none. */
  readonly of: string | number | undefined;
}

/** How the session is opened. */
export interface SessionOptions {
  readonly era?: 'modern' | 'legacy';
  readonly caller?: Caller;
  readonly timers?: Timers;
  readonly servers?: Partial<ServersOptions>;
  /** Answers what the server asks (default: `{}`). */
  readonly reply?: (method: string, params: JsonObject | undefined) => Answer | 'silence';
}

/** The session. */
export class Session {
  readonly upstream: Upstream;
  readonly servers: Servers;
  readonly told: Heard[] = [];
  readonly asked: Heard[] = [];
  readonly malformed: string[] = [];
  /** What the client's streams were hinted to do. */
  readonly hints: string[] = [];
  ended: Fault | undefined;
  stderr = '';
  #nextId = 1;
  readonly #watching = new Set<() => void>();

  constructor(config: UpstreamConfig, options: SessionOptions = {}) {
    const stderr = new PassThrough();
    stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    const { era, caller, timers = systemTimers, reply = () => ({ result: {} }) } = options;
    this.servers = new Servers([config], {
      environment: process.env,
      stderr,
      timers,
      stops: undefined,
      ...options.servers,
    });
    this.upstream = this.servers.open(
      config,
      {
        request: (upstream, { id, method, params }, call) => {
          this.asked.push({ method, params, of: call?.request.id });
          const answer = reply(method, params);
          if (answer !== 'silence') upstream.answer(id, answer);
          this.#changed();
        },
        notification: (_upstream, { method, params }, call) => {
          this.told.push({ method, params, of: call?.request.id });
          this.#changed();
          return Promise.resolve();
        },
        malformed: (_upstream, line) => {
          this.malformed.push(line.error.message);
          this.#changed();
        },
        ended: (_upstream, why) => {
          this.ended = why;
          this.#changed();
        },
        busy: () => undefined,
      },
      { ...(era === undefined ? {} : { era }), ...(caller === undefined ? {} : { caller }) },
    );
    onTestFinished(() => this.close());
  }

  async close(): Promise<void> {
    await this.upstream.close();
    await this.servers.close();
  }

  /** A request of the client; in the modern era it says so. */
  ask(
    method: string,
    params: JsonObject = {},
    options: { signal?: AbortSignal; caller?: Caller } = {},
  ): Promise<Answer> {
    const { signal = new AbortController().signal, caller } = options;
    const id = `client-${this.#nextId}`;
    this.#nextId += 1;
    const call: ClientCall = {
      request: { kind: 'request', id, method, params },
      signal,
      channel: {
        isFull: false,
        drained: () => Promise.resolve(),
        notify: () => true,
        request: () => Promise.reject(new Error('not asked this way')),
        open: () => void this.hints.push(`${id} open`),
        pause: (retryMs) => void this.hints.push(`${id} pause ${retryMs}`),
      },
      ...(caller === undefined ? {} : { caller }),
    };
    return this.upstream.request(method, params, { signal, call });
  }

  /** {@link ask} of a modern client. */
  modern(
    method: string,
    params: JsonObject = {},
    options: { signal?: AbortSignal; caller?: Caller } = {},
  ): Promise<Answer> {
    const meta = params['_meta'] as JsonObject | undefined;
    return this.ask(method, { ...params, _meta: { ...META, ...meta } }, options);
  }

  /** The handshake of a legacy client. */
  async initialize(params: JsonObject = INITIALIZE): Promise<Answer> {
    const answer = await this.ask('initialize', params);
    this.upstream.notify('notifications/initialized');
    return answer;
  }

  /** Resolves once `isSo` holds; asked again whenever something arrives. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#watching.delete(look);
        resolve();
      };
      this.#watching.add(look);
      look();
    });
  }

  #changed(): void {
    for (const look of Array.from(this.#watching)) look();
  }
}

/** The object in a result; fails where the answer is an error. */
export function resultOf(answer: Answer): JsonObject {
  if ('error' in answer) throw new Error(JSON.stringify(answer.error));
  return answer.result as JsonObject;
}
