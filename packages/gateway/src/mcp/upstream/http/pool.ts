/** Connections to one server: kept alive, bounded, to checked addresses, and never through a redirect. */
import { isIP } from 'node:net';
import { Fault } from '@writ/core';
import { type Dispatcher, Pool } from 'undici';
import type { HttpServer } from '../../ports.ts';
import { addressProblem, checkedLookup, refusedAddress } from '../address.ts';
import { serverTls } from '../credentials/index.ts';

/** Longest wait for a connection, TLS included, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Longest wait for the head of a stream that stays open, in milliseconds. */
const STREAM_HEAD_TIMEOUT_MS = 60_000;
/** Longest wait for the answer to a call, and for more of one that has begun, in milliseconds, where the configuration says nothing. */
export const DEFAULT_TIMEOUT_MS = 300_000;
/** Calls under way at once; more wait for a connection, and sessions bound how many. */
const MAX_CALL_CONNECTIONS = 256;
/** Streams open at once: they hold a connection each, apart from calls, so that no number of them delays a call. */
const MAX_STREAM_CONNECTIONS = 4_096;
/** Largest head of a response, in bytes. */
const MAX_HEAD_BYTES = 16_384;

/** What the pool is made of. */
export type PoolServer = Pick<HttpServer, 'name' | 'url' | 'tls' | 'timeoutMs' | 'allowsLinkLocal'>;

/** The connections to one server, shared by all sessions. */
export class HttpPool {
  /** Name of the server. */
  readonly server: string;
  /** Where it stands, without a query. */
  readonly url: string;
  readonly #path: string;
  readonly #timeoutMs: number;
  readonly #calls: Pool;
  readonly #streams: Pool;
  readonly #maxStreams: number;
  #openStreams = 0;

  /** Throws `upstream.start` for a refused address, and `config.unreadable`, `key.*` where the TLS files cannot be read. */
  constructor(config: PoolServer, maxStreams: number = MAX_STREAM_CONNECTIONS) {
    this.#maxStreams = maxStreams;
    const url = new URL(config.url);
    this.server = config.name;
    this.url = `${url.origin}${url.pathname}`;
    this.#path = `${url.pathname}${url.search}`;
    this.#timeoutMs = config.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const allowsLinkLocal = config.allowsLinkLocal ?? false;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const problem = isIP(host) === 0 ? undefined : addressProblem(host, allowsLinkLocal);
    if (problem !== undefined) throw refusedAddress(config.name, problem);
    const options: Pool.Options = {
      connect: {
        timeout: CONNECT_TIMEOUT_MS,
        lookup: checkedLookup(config.name, allowsLinkLocal),
        ...serverTls(config),
      },
      maxHeaderSize: MAX_HEAD_BYTES,
      pipelining: 1,
    };
    this.#calls = new Pool(url.origin, { ...options, connections: MAX_CALL_CONNECTIONS });
    this.#streams = new Pool(url.origin, { ...options, connections: maxStreams });
  }

  /** Sends a call; `handler` is told what comes of it. */
  call(
    method: 'POST' | 'DELETE',
    headers: string[],
    body: Buffer | null,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const { headersTimeout, bodyTimeout } = { headersTimeout: this.#timeoutMs, bodyTimeout: this.#timeoutMs };
    this.#calls.dispatch({ method, path: this.#path, headers, body, headersTimeout, bodyTimeout }, handler);
  }

  /** Sends what opens a stream that stays: no silence in it is too long. Throws `bound.exceeded` where too many are open. */
  stream(
    method: 'POST' | 'GET',
    headers: string[],
    body: Buffer | null,
    handler: Dispatcher.DispatchHandler,
  ): () => void {
    if (this.#openStreams >= this.#maxStreams)
      throw new Fault(
        'bound.exceeded',
        `${this.#maxStreams} streams of server \`${this.server}\` are open, and no more are opened`,
        { server: this.server, hint: 'listen to the same as others do, or to less, or try again later' },
      );
    this.#openStreams += 1;
    const timeouts = { headersTimeout: STREAM_HEAD_TIMEOUT_MS, bodyTimeout: 0 };
    this.#streams.dispatch({ method, path: this.#path, headers, body, ...timeouts }, handler);
    let isOpen = true;
    return () => {
      if (isOpen) this.#openStreams -= 1;
      isOpen = false;
    };
  }

  /** Ends every connection, at once or when what is under way has ended. Idempotent. */
  async close(when: 'now' | 'idle'): Promise<void> {
    await Promise.all(
      [this.#calls, this.#streams].map((pool) => (when === 'now' ? pool.destroy() : pool.close())),
    );
  }
}
