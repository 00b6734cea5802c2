/** The modern era over HTTP: each POST is one message, and its response is all that answers it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Caller, type Fault, isJsonObject, ownProperty, systemClock } from '@writ/core';
import { LISTEN, TaskDesk } from '../../proxy/index.ts';
import { METHOD_NOT_FOUND, type RpcAnswer, type RpcNotification, type RpcRequest } from '../../rpc/index.ts';
import type { CheckCall } from '../../upstream/index.ts';
import { isStillAdmitted } from '../admitted.ts';
import { callerKey } from '../caller-key.ts';
import { MODERN_VERSIONS, parameterProblem, REMOVED_METHODS } from '../era/index.ts';
import { FULL } from '../refusals.ts';
import { SessionTable } from '../session-table.ts';
import type { Streams } from '../streams.ts';
import type { HttpFaceOptions, HttpLimits } from '../types.ts';
import { type HttpRefusal, writeAccepted, writeAnswer } from '../wire/index.ts';
import { Principal } from './principal.ts';
import { ModernReply, type OpenStream } from './reply.ts';

/** A message and what came with it. */
export interface Posted<M> {
  readonly message: M;
  /** Length of the body. */
  readonly bytes: number;
  readonly caller: Caller | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The modern side of the face. */
export class ModernServer {
  readonly #options: HttpFaceOptions;
  readonly #table: SessionTable<Principal>;
  readonly #streams: Streams;
  /** Here and not with the sessions: a task outlives the session that it began in. */
  readonly #tasks: TaskDesk;
  #underWay = 0;
  #next = 1;
  #answered = 0;

  constructor(options: HttpFaceOptions, limits: HttpLimits, streams: Streams) {
    this.#options = options;
    this.#streams = streams;
    const { ports, random, timers } = options;
    this.#tasks = new TaskDesk({ clock: ports.clock ?? systemClock, random, timers });
    const { sessions: capacity, sessionIdleMs: idleMs } = limits;
    this.#table = new SessionTable({ capacity, idleMs, timers: options.timers });
  }

  get size(): number {
    return this.#table.size;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get answered(): number {
    return this.#answered;
  }

  /** Answers a request, unless it must be refused. */
  async answer(posted: Posted<RpcRequest>): Promise<HttpRefusal | undefined> {
    const { message, bytes, caller, response } = posted;
    if (REMOVED_METHODS.has(message.method)) {
      const error = { code: METHOD_NOT_FOUND, message: `Method not found: ${message.method}` };
      writeAnswer(response, message.id, { error }, 404);
      return undefined;
    }
    const principal = this.#principal(caller);
    if (principal === undefined) return { ...FULL, id: message.id };
    const isCall = message.method !== LISTEN;
    // A subscription is nothing but its stream.
    if (!isCall && !this.#streams.hasRoom(principal)) return { ...FULL, id: message.id };
    const openStream: OpenStream = (on) => this.#streams.open(on, principal, { isCall });
    const reply = new ModernReply(response, this.#options.timers, openStream);
    // Ids are each client's own; under way together they need keys of ours.
    const key = `#${this.#next}`;
    this.#next += 1;
    const gone = (): void => {
      reply.abandon();
      principal.session.cancel(key, 'the client closed the response stream');
    };
    response.on('close', gone);
    this.#underWay += 1;
    try {
      const checkCall: CheckCall = (tool, args) => parameterProblem(posted.request.headers, tool, args);
      const stillAdmitted = (): Promise<boolean> =>
        isStillAdmitted(this.#options, posted.request, caller, message.method);
      const who = caller === undefined ? {} : { caller, stillAdmitted };
      const origin = { channel: reply, bytes, key, checkCall, ...who };
      const answer = await principal.session.answer(message, origin);
      response.off('close', gone);
      if (answer === 'cancelled' || answer === 'duplicate') reply.abandon();
      else reply.answer(message.id, forThisCaller(message.method, answer));
      this.#answered += 1;
    } finally {
      this.#underWay -= 1;
    }
    return undefined;
  }

  /** Takes a notification, unless it must be refused. */
  tell({ message, caller, response }: Posted<RpcNotification>): HttpRefusal | undefined {
    const principal = this.#principal(caller);
    if (principal === undefined) return FULL;
    // Cancellation is closing the stream here; a notification could name another client's request.
    if (message.method !== 'notifications/cancelled') principal.session.told(message, caller);
    writeAccepted(response);
    return undefined;
  }

  /** New requests get new sessions, and so servers opened anew; the old ones end once they are idle. */
  renew(): void {
    this.#table.retireAll();
  }

  /** Takes back what waits for a person: its client cannot ask for it any more. */
  cancelWaiting(why: Fault): void {
    this.#tasks.cancelWaiting(why);
  }

  /** Waits for what is under way. */
  idle(): Promise<void> {
    return this.#table.idle();
  }

  /** Nobody can ask for the rest any more. */
  async close(why?: Fault): Promise<void> {
    await this.#table.close(why);
    this.#tasks.close();
  }

  #principal(caller: Caller | undefined): Principal | undefined {
    const key = callerKey(caller);
    const known = this.#table.get(key);
    if (known !== undefined && !known.shouldReopen) return known;
    this.#table.retire(key);
    if (!this.#table.hasRoom()) return undefined;
    const fresh = new Principal(this.#options, caller, this.#options.timers, this.#tasks.of(key));
    this.#table.add(key, fresh);
    return fresh;
  }
}

/**
 * What policy judged for one caller is cached for no other (MCP 2026-07-28, "Caching"), every result says of which type it is, and of the
 * versions a server speaks, those that are spoken here as well are offered.
 */
function forThisCaller(method: string, answer: RpcAnswer): RpcAnswer {
  if ('error' in answer || !isJsonObject(answer.result)) return answer;
  const { result } = answer;
  // A refusal is a result of the gateway's own, of whatever era; a client of this one takes none without a type.
  const isTyped = Object.hasOwn(result, 'resultType');
  const isShared = ownProperty(result, 'cacheScope') === 'public';
  const versions = method === 'server/discover' ? ownProperty(result, 'supportedVersions') : undefined;
  if (isTyped && !isShared && !Array.isArray(versions)) return answer;
  return {
    result: {
      ...(isTyped ? {} : { resultType: 'complete' }),
      ...result,
      ...(isShared ? { cacheScope: 'private' } : {}),
      ...(Array.isArray(versions)
        ? {
            supportedVersions: versions.filter(
              (one) => typeof one === 'string' && MODERN_VERSIONS.includes(one),
            ),
          }
        : {}),
    },
  };
}
