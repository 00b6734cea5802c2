/** Follows approvals: tells the control plane what waits here, takes back what nobody waits for, and takes the answers that verify. */
import {
  canonicalJson,
  describeFault,
  fromUtf8,
  type HeldReads,
  type Hold,
  isJsonObject,
  type JsonValue,
  parseStrictJson,
  type StateReader,
  utf8,
} from '@writ/core';
import type { PlaneAnswer, PlaneClient } from '../plane-client.ts';
import { showHold } from './show-hold.ts';
import { type AnswerPlace, type CameAnswer, takeAnswer } from './take-answer.ts';

/** How long the control plane may hold a question, in seconds, and longest wait for the answer, in milliseconds. */
const WAIT_SECONDS = 25;
const TIMEOUT_MS = 40_000;
/** How often the node's own holds are looked at, in milliseconds. */
const LOOK_MS = 250;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Holds that are remembered as told; the oldest is told again past that, which changes nothing. */
const MAX_TOLD = 4_096;
/** What says that a hold, as it is, will never be taken: too large, malformed, beyond a bound. */
const NEVER_TAKEN: ReadonlySet<number> = new Set([400, 413, 422]);
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** What it stands on. */
export interface ApprovalFollowerOptions extends AnswerPlace {
  readonly client: Pick<PlaneClient, 'send'>;
  readonly state: Pick<StateReader, 'hold' | 'holds' | 'timeFloor'>;
  readonly reader: HeldReads['reader'];
  readonly report: (line: string, level?: 'info') => void;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** One that follows. */
export interface ApprovalFollower {
  /** Tells once of what waits, and of what waits no more. Never throws; answers whether the control plane took it. */
  tell(): Promise<boolean>;
  /** Fetches once, waiting so many seconds for answers; likewise. */
  take(waitSeconds?: number): Promise<boolean>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Begins to follow, unless `isPaused`: then somebody calls. */
export function followApprovals(options: ApprovalFollowerOptions, isPaused = false): ApprovalFollower {
  const follower = new Follower(options);
  if (!isPaused) follower.start();
  return follower;
}

class Follower implements ApprovalFollower {
  readonly #options: ApprovalFollowerOptions;
  readonly #ending = new AbortController();
  /** Ids at the control plane of holds that were told, by their index; `over`: its end was told too. */
  readonly #told = new Map<number, { readonly id: string; isOver: boolean }>();
  #running: readonly Promise<void>[] | undefined;
  #after = -1;
  #problem: string | undefined;

  constructor(options: ApprovalFollowerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= [
      this.#loop(() => this.tell(), LOOK_MS),
      this.#loop(() => this.take(WAIT_SECONDS), LOOK_MS),
    ];
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#running ?? []);
  }

  tell(): Promise<boolean> {
    return this.#attempt(async () => {
      const { state, clock } = this.#options;
      const now = Math.max(clock.now(), state.timeFloor());
      const holds = [...state.holds()];
      // Ends first: they make room for what the control plane takes of this node at once.
      for (const hold of holds) {
        const told = this.#told.get(hold.index);
        if (told?.isOver === false && hold.status !== 'waiting') await this.#tellEnd(hold, told);
      }
      for (const hold of holds) {
        const isWaiting = hold.status === 'waiting' && now <= hold.expires;
        if (isWaiting && !this.#told.has(hold.index)) await this.#tellHold(hold);
      }
    });
  }

  take(waitSeconds = 0): Promise<boolean> {
    return this.#attempt(async () => {
      const answer = await this.#send('GET', `/v1/node/answers?after=${this.#after}&wait=${waitSeconds}`);
      const { items, next } = isJsonObject(answer) ? answer : {};
      if (!Array.isArray(items) || typeof next !== 'number' || !Number.isSafeInteger(next))
        throw new Error('it answered something else than answers');
      for (const item of items as readonly JsonValue[]) await this.#takeItem(item);
      this.#after = next;
    });
  }

  async #takeItem(item: JsonValue): Promise<void> {
    const { log, report } = this.#options;
    const { id, hold, answers } = isJsonObject(item) ? item : {};
    const prefix = `${log.origin}#`;
    if (typeof hold !== 'string' || !Array.isArray(answers)) return;
    const index = hold.startsWith(prefix) ? Number(hold.slice(prefix.length)) : Number.NaN;
    for (const came of answers as readonly JsonValue[]) {
      const answer = readAnswer(came);
      if (answer === undefined || !Number.isSafeInteger(index)) {
        report('the control plane sent an answer that is none, and it is not taken');
        continue;
      }
      const taken = await takeAnswer(this.#options, index, answer);
      if (taken.status === 'refused') {
        report(`an answer to ${prefix}${index} from the control plane is not taken: ${taken.problem}`);
        // INVARIANT: whoever answered hears that it came to nothing here; where that cannot be told, the answer is looked at again.
        if (taken.why !== undefined && typeof id === 'string' && ULID.test(id))
          await this.#tellRefusal(id, { keyId: answer.keyId, why: taken.why });
      } else if (taken.status === 'taken')
        report(`${prefix}${index} was answered at the control plane`, 'info');
    }
  }

  async #tellRefusal(id: string, refusal: { readonly keyId: string; readonly why: string }): Promise<void> {
    const { status } = await this.#ask('POST', `/v1/node/holds/${id}/refusals`, refusal);
    if (status >= 500 || status === 412 || status === 429) throw new Error(`it answered ${status}`);
  }

  async #tellHold(hold: Hold): Promise<void> {
    const { reader, log, node } = this.#options;
    const keys = { origin: log.origin, node };
    const answer = await this.#ask('POST', '/v1/node/holds', showHold({ reader, keys }, hold));
    // INVARIANT: one that the control plane can never take is answered at the node, and keeps no other from being told.
    if (NEVER_TAKEN.has(answer.status)) {
      this.#remember(hold.index, { id: '', isOver: true });
      this.#options.report(
        `${log.origin}#${hold.index} cannot be shown at the control plane, which answered ${answer.status}; it is answered at the node alone`,
      );
      return;
    }
    const body = readJson(answer);
    const id = isJsonObject(body) ? body['id'] : undefined;
    if (typeof id !== 'string' || !ULID.test(id)) throw new Error('it answered no id of the hold');
    this.#remember(hold.index, { id, isOver: false });
  }

  #remember(index: number, told: { readonly id: string; isOver: boolean }): void {
    if (this.#told.size >= MAX_TOLD) this.#told.delete(this.#told.keys().next().value ?? -1);
    this.#told.set(index, told);
  }

  async #tellEnd({ status }: Hold, told: { readonly id: string; isOver: boolean }): Promise<void> {
    await this.#send('POST', `/v1/node/holds/${told.id}/end`, { status });
    told.isOver = true;
  }

  async #send(method: 'GET' | 'POST', path: string, body?: JsonValue): Promise<JsonValue> {
    return readJson(await this.#ask(method, path, body));
  }

  #ask(method: 'GET' | 'POST', path: string, body?: JsonValue): Promise<PlaneAnswer> {
    return this.#options.client.send({
      method,
      path,
      ...(body === undefined
        ? {}
        : { body: utf8(canonicalJson(body)), headers: { 'content-type': 'application/json' } }),
      signal: this.#ending.signal,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
  }

  async #attempt(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      this.#say(undefined);
      return true;
    } catch (problem) {
      if (!this.#ending.signal.aborted) this.#say(describeFault(problem));
      return false;
    }
  }

  #say(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    const { report } = this.#options;
    if (problem === undefined) report('approvals reach the control plane again', 'info');
    else report(`approvals do not reach the control plane, and are answered at the node alone: ${problem}`);
  }

  async #loop(step: () => Promise<boolean>, everyMs: number): Promise<void> {
    const { signal } = this.#ending;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const isGood = await step();
      await this.#options.pause(isGood ? everyMs : retryMs, signal);
      retryMs = isGood ? FIRST_RETRY_MS : Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
  }
}

function readJson({ status, body }: PlaneAnswer): JsonValue {
  if (status !== 200 && status !== 201) throw new Error(`it answered ${status}`);
  return parseStrictJson(fromUtf8(body), { maxLength: MAX_ANSWER_BYTES, maxDepth: 8 });
}

function readAnswer(value: JsonValue): CameAnswer | undefined {
  if (!isJsonObject(value)) return undefined;
  const { answer, keyId, statement, signature } = value;
  if (answer !== 'approve' && answer !== 'deny') return undefined;
  if (typeof keyId !== 'string' || typeof statement !== 'string' || typeof signature !== 'string')
    return undefined;
  return { answer, keyId, statement, signature };
}
