/** A call that waits for a person, as a task of the gateway's own. */
import { type Fault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import { DECISION_META, OVERLOADED, REFUSED, type RpcAnswer, UPSTREAM_UNAVAILABLE } from '../../rpc/index.ts';

/** A finished task can be asked for this long after its end, in milliseconds. */
export const KEPT_MS = 300_000;
/** How often a client should ask, in milliseconds. People take their time. */
const POLL_INTERVAL_MS = 2_000;

/** What a call is held at. */
export interface TaskHold {
  readonly reference: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** A task that a server gave, as it is known to the client's principal. */
export interface RemoteTask {
  readonly server: string;
  /** The tool whose call began it, by its own name. */
  readonly tool: string;
  /** The server's own id. */
  readonly id: string;
  /** How long the server keeps it, in milliseconds, as far as it is counted on. */
  readonly ttlMs: number;
}

/** What a task stands on. */
export interface OwnTaskOptions {
  readonly id: string;
  readonly now: () => number;
  /** Gives the call up; the reason goes to whoever works for it. */
  readonly giveUp: (why: Fault | string) => void;
  /** Whether `bytes` more may be kept. */
  readonly mayKeep: (bytes: number) => boolean;
}

/** What the tool wants to know, and what was said so far. */
interface Questions {
  readonly open: Map<string, JsonValue>;
  readonly said: Map<string, JsonValue>;
  /** Length of what was said, in UTF-16 units. */
  length: number;
  readonly done: (responses: JsonObject | undefined) => void;
}

/** Length of all that is said in one round, in UTF-16 units. */
const MAX_SAID = 4 * 1024 * 1024;

/** One task, from the moment its call begins to wait. */
export class OwnTask {
  readonly id: string;
  readonly #options: OwnTaskOptions;
  readonly #createdAt: number;
  #lastUpdatedAt: number;
  #endsAt: number;
  #status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled' = 'working';
  #questions: Questions | undefined;
  readonly #watching = new Set<() => void>();
  #message = '';
  #isPerformed = false;
  #outcome: JsonObject = {};
  #link: RemoteTask | undefined;
  #stands: (() => boolean) | undefined;

  constructor(options: OwnTaskOptions, hold: TaskHold) {
    this.id = options.id;
    this.#options = options;
    this.#createdAt = options.now();
    this.#lastUpdatedAt = this.#createdAt;
    this.#endsAt = this.#createdAt;
    this.waits(hold);
  }

  /** Whether the call still waits or runs. */
  get isOpen(): boolean {
    const isUnderWay = this.#status === 'working' || this.#status === 'input_required';
    return isUnderWay && this.#link === undefined;
  }

  /** Whether nothing was performed yet. */
  get isWaiting(): boolean {
    return this.isOpen && !this.#isPerformed;
  }

  /** The server's task that goes on in its place; absent where the call itself is the work. */
  get link(): RemoteTask | undefined {
    return this.#link;
  }

  /** Until when it can be asked for, in milliseconds since 1970. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /** The call waits, at first or anew. */
  waits({ reference, expires }: TaskHold): void {
    // Then it may still run, and its result be asked for.
    this.#endsAt = Math.max(this.#endsAt, expires + KEPT_MS);
    this.#tell(`waiting for approval of ${reference}: an approver runs \`writ approvals show ${reference}\``);
  }

  /** The call was approved, and runs. */
  runs(): void {
    this.#isPerformed = true;
    this.#tell('approved; the call runs');
  }

  /** What its result rests on: asked each time before the result is handed out. Absent: nothing. */
  rests(stands: (() => boolean) | undefined): void {
    this.#stands = stands;
  }

  /** The tool asks its client; resolves with all that was said, or with `undefined` where the task ends first. `ms`: how long it may take. */
  asks(requests: JsonObject, ms: number): Promise<JsonObject | undefined> {
    if (!this.isOpen) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<JsonObject | undefined>();
    const open = new Map(Object.entries(requests));
    this.#questions = { open, said: new Map(), length: 0, done: resolve };
    this.#status = 'input_required';
    this.#endsAt = Math.max(this.#endsAt, this.#options.now() + ms + KEPT_MS);
    this.#tell('the tool asks for input');
    if (open.size === 0) this.#goOn();
    return promise;
  }

  /** Takes what the client says; keys that nobody asked for mean nothing. `false` where it is too much. */
  respond(responses: JsonObject): boolean {
    const questions = this.#questions;
    if (questions === undefined) return true;
    const asked = Object.entries(responses).filter(([key]) => questions.open.has(key));
    const length = asked.reduce((sum, [, value]) => sum + JSON.stringify(value).length, questions.length);
    if (length > MAX_SAID) return false;
    questions.length = length;
    for (const [key, value] of asked) {
      questions.open.delete(key);
      questions.said.set(key, value);
    }
    if (questions.open.size === 0) this.#goOn();
    return true;
  }

  /** Ends it with the answer to the call; `link` is the task that the server made of it. Nothing once it was cancelled. */
  settle(answer: RpcAnswer, link?: RemoteTask): void {
    if (!this.isOpen) return;
    if ('error' in answer) return this.#fail(answer.error);
    const { result } = answer;
    if (!isJsonObject(result)) return this.#fail(unreadable('a result that is no object'));
    // INVARIANT: only what the guard says by itself counts as the guard's word, so nothing of the kind is read once a server was asked.
    if (!this.#isPerformed && isHeld(result)) {
      return this.#end('cancelled', 'nobody answered while the call was held; the same call waits anew', {});
    }
    if (link !== undefined) {
      this.#link = link;
      this.#endsAt = Math.max(this.#endsAt, this.#options.now() + link.ttlMs);
      return this.#tell('approved; the server works on it');
    }
    const type = ownProperty(result, 'resultType') ?? 'complete';
    if (type !== 'complete') {
      return this.#fail(unreadable('no final result, which a task that waited for a person cannot pass on'));
    }
    if (!this.#options.mayKeep(JSON.stringify(result).length)) {
      const message = 'the call was performed, and its result is too large to be kept; do not retry';
      return this.#fail({ code: OVERLOADED, message });
    }
    this.#end('completed', 'the call has ended', { result });
  }

  /** Gives the call up; `fault` is what the record is to say. Without effect once it has ended. */
  cancel(why: string, fault?: Fault): void {
    if (!this.isOpen) return;
    this.#end('cancelled', why, {});
    this.#options.giveUp(fault ?? why);
  }

  /** Calls `changed` whenever `tasks/get` would answer something else. The end of watching. */
  watch(changed: () => void): () => void {
    this.#watching.add(changed);
    return () => void this.#watching.delete(changed);
  }

  /** As the call answers it. */
  created(): RpcAnswer {
    return { result: { resultType: 'task', ...this.#base() } };
  }

  /** As `tasks/get` answers it. */
  detailed(): RpcAnswer {
    this.#forgetOverturned();
    const open = this.#questions?.open;
    const asked = open === undefined ? {} : { inputRequests: Object.fromEntries(open) };
    return { result: { resultType: 'complete', ...this.#base(), ...asked, ...this.#outcome } };
  }

  /** A result that was kept for a purpose which is in force no more is gone; whoever cannot look acts as if it were. */
  #forgetOverturned(): void {
    if (this.#status !== 'completed' || this.#stands === undefined) return;
    try {
      if (this.#stands()) return;
    } catch {
      // Not to be seen counts as gone.
    }
    this.#stands = undefined;
    const message =
      'the call was performed, and the purpose that it was for is in force no more; do not retry';
    this.#fail({ code: REFUSED, message });
  }

  #base(): JsonObject {
    return {
      taskId: this.id,
      status: this.#status,
      statusMessage: this.#message,
      createdAt: new Date(this.#createdAt).toISOString(),
      lastUpdatedAt: new Date(this.#lastUpdatedAt).toISOString(),
      ttlMs: Math.ceil(this.#endsAt - this.#createdAt),
      pollIntervalMs: POLL_INTERVAL_MS,
    };
  }

  /** The call is made once more, and judged from the start. */
  #goOn(): void {
    const questions = this.#questions;
    this.#questions = undefined;
    this.#status = 'working';
    this.#isPerformed = false;
    this.#tell('the call goes on with what was said');
    questions?.done(Object.fromEntries(questions.said));
  }

  #fail(error: JsonObject): void {
    this.#end('failed', 'the call has failed', { error });
  }

  #end(status: 'completed' | 'failed' | 'cancelled', message: string, outcome: JsonObject): void {
    this.#status = status;
    this.#outcome = outcome;
    this.#questions?.done(undefined);
    this.#questions = undefined;
    this.#endsAt = Math.max(this.#endsAt, this.#options.now() + KEPT_MS);
    this.#tell(message);
  }

  #tell(message: string): void {
    this.#message = message;
    this.#lastUpdatedAt = Math.max(this.#lastUpdatedAt, this.#options.now());
    for (const changed of Array.from(this.#watching)) changed();
  }
}

function isHeld(result: JsonObject): boolean {
  const meta = ownProperty(result, '_meta');
  const decision = isJsonObject(meta) ? ownProperty(meta, DECISION_META) : undefined;
  return isJsonObject(decision) && ownProperty(decision, 'verdict') === 'step_up';
}

function unreadable(what: string): JsonObject {
  return {
    code: UPSTREAM_UNAVAILABLE,
    message: `the call was performed and answered with ${what}; do not retry`,
  };
}
