/** The open event streams of a face: bounded in all and for each session, and ended once whoever opened them may not call any more. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Timers } from '@writ/core';
import type { GatewayPorts } from '../ports.ts';
import { EXPIRED } from './admitted.ts';
import { callerKey } from './caller-key.ts';
import type { Admitted, Challenge, HttpLimits } from './types.ts';
import { EventStream } from './wire/index.ts';

/** A session, or a principal: whose streams they are. */
export interface StreamOwner {
  readonly caller: Caller | undefined;
}

/** How a stream is opened. */
export interface StreamOptions {
  readonly headers?: Record<string, string>;
  /** Whether it answers a call that was let in, so that it may outlive the token that it came with; default false. */
  readonly isCall?: boolean;
}

/** What they stand on. */
export interface StreamsOptions {
  readonly limits: Pick<HttpLimits, 'streams' | 'streamsPerSession'>;
  readonly timers: Timers;
  /** Tells of agents that are stopped. */
  readonly stops: GatewayPorts['stops'];
  /** Asked again, as long as a stream is open, whenever it is kept alive. */
  readonly authenticate: (request: IncomingMessage) => Promise<Admitted | Challenge>;
}

/** The streams. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #ofOwner = new WeakMap<StreamOwner, number>();
  #size = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether `owner` may open one more. */
  hasRoom(owner: StreamOwner): boolean {
    const { streams, streamsPerSession } = this.#options.limits;
    return this.#size < streams && (this.#ofOwner.get(owner) ?? 0) < streamsPerSession;
  }

  /** Opens one on `response`; `undefined` where too many are open. */
  open(response: ServerResponse, owner: StreamOwner, options: StreamOptions = {}): EventStream | undefined {
    if (!this.hasRoom(owner)) return undefined;
    this.#count(owner, 1);
    response.on('close', () => this.#count(owner, -1));
    // What answers a call is ended by whatever becomes of the call.
    if (options.isCall !== true) {
      const unwatch = this.#options.stops?.watch(owner.caller, () => response.destroy());
      if (unwatch !== undefined) response.on('close', unwatch);
    }
    const look = (): void => void this.#look(response, owner, options.isCall === true);
    return new EventStream(response, this.#options.timers, options.headers, look);
  }

  #count(owner: StreamOwner, change: number): void {
    this.#size += change;
    this.#ofOwner.set(owner, (this.#ofOwner.get(owner) ?? 0) + change);
  }

  /** Closes the connection where its credential is not its owner's any more. Nobody to ask says nothing about anybody. */
  async #look(response: ServerResponse, owner: StreamOwner, isCall: boolean): Promise<void> {
    const admitted = await this.#options.authenticate(response.req);
    if ('status' in admitted) {
      const mayEnd = isCall && admitted.code === EXPIRED;
      if (admitted.status !== 503 && !mayEnd) response.destroy();
    } else if (callerKey(admitted.caller) !== callerKey(owner.caller)) response.destroy();
  }
}
