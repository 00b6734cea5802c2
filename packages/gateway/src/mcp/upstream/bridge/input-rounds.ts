/** What a modern server wants to know before it answers (`input_required`), asked of a legacy client as the requests that its era has. */
import { Fault, isJsonObject, type JsonObject, type JsonValue, ownProperty, type Timers } from '@writ/core';
import {
  idKey,
  type RpcAnswer,
  type RpcErrorObject,
  type RpcId,
  UPSTREAM_UNAVAILABLE,
} from '../../rpc/index.ts';
import type { RequestOptions, Upstream, UpstreamHandlers } from '../types.ts';

/** Rounds of one request; a server that wants more is broken or hostile. */
const MAX_ROUNDS = 10;
/** Questions of one round. */
const MAX_QUESTIONS = 64;
/** Wait before a retry that no question slows down, in milliseconds: the server sheds load. */
const PACE_MS = 250;

/** What may be asked, and the capability that the client must have declared for it. */
const QUESTIONS: ReadonlyMap<JsonValue | undefined, string> = new Map([
  ['elicitation/create', 'elicitation'],
  ['sampling/createMessage', 'sampling'],
  ['roots/list', 'roots'],
]);

/** Parameters that the retry has besides the original ones, or why there is none. */
export type Round = { readonly retry: JsonObject } | { readonly error: RpcErrorObject };

interface Question {
  readonly key: string;
  readonly method: string;
  readonly params: JsonObject | undefined;
}

/** A question that was not answered. */
class Refusal extends Error {
  readonly error: RpcErrorObject;

  constructor(error: RpcErrorObject) {
    super('refused');
    this.error = error;
  }
}

/** The questions of one server to one client. */
export class InputRounds {
  readonly #upstream: Upstream;
  readonly #handlers: UpstreamHandlers;
  readonly #timers: Timers;
  readonly #waiting = new Map<string, (answer: RpcAnswer) => void>();
  #next = 1;

  constructor(upstream: Upstream, handlers: UpstreamHandlers, timers: Timers) {
    this.#upstream = upstream;
    this.#handlers = handlers;
    this.#timers = timers;
  }

  /**
   * Asks everything that `result` wants. Each question goes the way of a server's own request, and is judged so.
   * Rejects with `guard.aborted` where the request is given up meanwhile; the client then hears that nobody waits for its answers.
   */
  async ask(
    result: JsonObject,
    round: number,
    capabilities: JsonObject,
    { call, signal }: RequestOptions,
  ): Promise<Round> {
    if (round >= MAX_ROUNDS) return this.#broken(`it asked more than ${MAX_ROUNDS} times before it answered`);
    if (call === undefined) return this.#broken('it asked where there is no client to ask');
    const questions = questionsIn(result, capabilities);
    if (typeof questions === 'string') return this.#broken(questions);
    const requestState = ownProperty(result, 'requestState');
    const state = typeof requestState === 'string' ? { requestState } : {};
    if (questions.length === 0) {
      if (typeof requestState !== 'string') return this.#broken('it asked for nothing');
      await this.#pause(signal);
      return { retry: state };
    }
    const ids: RpcId[] = [];
    const asked = questions.map(({ key, method, params }) => {
      const id = `writ-${this.#next}`;
      this.#next += 1;
      ids.push(id);
      const answer = new Promise<RpcAnswer>((resolve) => this.#waiting.set(idKey(id), resolve));
      const request = { kind: 'request', id, method, ...(params === undefined ? {} : { params }) } as const;
      this.#handlers.request(this.#upstream, request, call);
      return answer.then((answered) => {
        if ('error' in answered) throw new Refusal(answered.error);
        return [key, answered.result] as const;
      });
    });
    try {
      const answers = await this.#orAborted(Promise.all(asked), ids, signal);
      return { retry: { inputResponses: Object.fromEntries(answers), ...state } };
    } catch (thrown) {
      // One refusal ends the request: without the answer the server would only ask again.
      if (thrown instanceof Refusal) return { error: thrown.error };
      throw thrown;
    }
  }

  /** Takes the client's answer to a question. */
  answered(id: RpcId, answer: RpcAnswer): void {
    const resolve = this.#waiting.get(idKey(id));
    this.#waiting.delete(idKey(id));
    resolve?.(answer);
  }

  async #orAborted<Value>(
    answers: Promise<Value>,
    ids: readonly RpcId[],
    signal: AbortSignal | undefined,
  ): Promise<Value> {
    const ended = Promise.withResolvers<never>();
    const abort = (): void =>
      ended.reject(new Fault('guard.aborted', 'the request was given up before its answer came'));
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      return await Promise.race([answers, ended.promise]);
    } catch (thrown) {
      for (const requestId of ids) {
        if (!this.#waiting.delete(idKey(requestId))) continue;
        const told = {
          kind: 'notification',
          method: 'notifications/cancelled',
          params: { requestId },
        } as const;
        void this.#handlers.notification(this.#upstream, told);
      }
      throw thrown;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #pause(signal: AbortSignal | undefined): Promise<void> {
    const pause = Promise.withResolvers<void>();
    const cancel = this.#timers.after(PACE_MS, pause.resolve);
    return this.#orAborted(pause.promise, [], signal).finally(cancel);
  }

  #broken(problem: string): Round {
    const message = `server \`${this.#upstream.name}\` cannot be used: ${problem}`;
    return { error: { code: UPSTREAM_UNAVAILABLE, message } };
  }
}

/** The questions in a result, or what is wrong with them. */
function questionsIn(result: JsonObject, capabilities: JsonObject): readonly Question[] | string {
  const requests = ownProperty(result, 'inputRequests');
  const entries = isJsonObject(requests) ? Object.entries(requests) : [];
  if (entries.length > MAX_QUESTIONS) return `it asked more than ${MAX_QUESTIONS} things at once`;
  const questions: Question[] = [];
  for (const [key, entry] of entries) {
    const method = isJsonObject(entry) ? ownProperty(entry, 'method') : undefined;
    const params = isJsonObject(entry) ? ownProperty(entry, 'params') : undefined;
    const capability = QUESTIONS.get(method);
    if (typeof method !== 'string' || capability === undefined) return 'it asked what no server may ask';
    if (params !== undefined && !isJsonObject(params)) return 'it asked in no form that can be read';
    if (!isJsonObject(ownProperty(capabilities, capability)))
      return `it asked for ${capability}, which its client does not have`;
    questions.push({ key, method, params });
  }
  return questions;
}
